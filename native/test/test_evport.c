/* Event ports: what their emulation must get right, and how the poller uses them. */
#include <poll.h>
#include <port.h>
#include <pthread.h>
#include <signal.h>

#include "support.h"

enum { SLOT = 2 };

static int marks[8];

static void associate(int port, int32_t fd, int events, void *user) {
  CHECK_EQ(port_associate(port, PORT_SOURCE_FD, (uintptr_t)fd, events, user), 0);
}

static void expect_event(int port, int32_t fd, int events, const void *user) {
  struct timespec patience = {.tv_sec = PATIENCE};
  port_event_t event;
  CHECK_EQ(port_get(port, &event, &patience), 0);
  CHECK_EQ(event.portev_source, PORT_SOURCE_FD);
  CHECK_EQ(event.portev_object, fd);
  CHECK_EQ(event.portev_events, events);
  CHECK(event.portev_user == user);
}

static void expect_none(int port) {
  struct timespec at_once = {0};
  port_event_t event;
  CHECK_EQ(port_get(port, &event, &at_once), -1);
  CHECK_EQ(errno, ETIME);
}

static int dissociate(int port, int32_t fd) {
  return port_dissociate(port, PORT_SOURCE_FD, (uintptr_t)fd) == 0 ? 0 : -errno;
}

static void an_association_is_good_for_one_event(void) {
  int port = port_create();
  int32_t fds[2];
  stream_pair(fds);
  associate(port, fds[0], POLLIN, &marks[0]);
  expect_none(port);
  put(fds[1], "x");
  expect_event(port, fds[0], POLLIN, &marks[0]);
  expect_none(port); /* and more data is not reported either */
  put(fds[1], "y");
  expect_none(port);
  CHECK_EQ(dissociate(port, fds[0]), -ENOENT);
  associate(port, fds[0], POLLIN, &marks[1]); /* by level: what is there counts */
  expect_event(port, fds[0], POLLIN, &marks[1]);
  expect_none(port);
  close(port);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void associating_again_replaces(void) {
  int port = port_create();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  associate(port, fds[0], POLLIN | POLLOUT, &marks[0]);
  associate(port, fds[0], POLLOUT, &marks[1]);
  expect_event(port, fds[0], POLLOUT, &marks[1]);
  expect_none(port);
  associate(port, fds[0], POLLIN, &marks[2]);
  CHECK_EQ(dissociate(port, fds[0]), 0);
  expect_none(port);
  CHECK_EQ(dissociate(port, fds[0]), -ENOENT);
  close(port);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void files_are_always_ready(void) {
  int port = port_create();
  int32_t file = jev_open(at("/proc/self/exe"), 0);
  for (int i = 0; i < 2; i++) {
    associate(port, file, POLLIN, &marks[i]);
    expect_event(port, file, POLLIN, &marks[i]);
    expect_none(port);
  }
  associate(port, file, POLLIN, &marks[0]);
  CHECK_EQ(dissociate(port, file), 0);
  expect_none(port);
  close(port);
  jev_close(file);
}

static void what_cannot_be_associated_is_said(void) {
  int port = port_create();
  CHECK_EQ(port_associate(port, PORT_SOURCE_FD, INT32_MAX, POLLIN, NULL), -1);
  CHECK_EQ(errno, EBADFD);
  CHECK_EQ(port_associate(port, PORT_SOURCE_USER, 0, POLLIN, NULL), -1);
  CHECK_EQ(errno, EINVAL);
  CHECK_EQ(dissociate(port, INT32_MAX), -ENOENT);
  CHECK_EQ(dissociate(0, 0), -EBADF);
  CHECK_EQ(port_send(0, 0, NULL), -1);
  CHECK_EQ(errno, EBADF);
  close(port);
}

static void closing_ends_the_association(void) {
  int port = port_create();
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  int32_t twin = dup(fds[0]);
  associate(port, fds[0], POLLIN, &marks[0]);
  associate(port, other[0], POLLIN, &marks[1]);
  jev_close(fds[0]);
  CHECK_EQ(dup2(twin, other[0]), other[0]);
  put(fds[1], "unheard");
  expect_none(port);
  CHECK_EQ(dissociate(port, other[0]), -ENOENT);
  close(port);
  jev_close(twin);
  jev_close(fds[1]);
  jev_close(other[0]);
  jev_close(other[1]);
}

static void what_is_sent_is_queued_one_by_one(void) {
  int port = port_create();
  for (int i = 0; i < 8; i++) {
    CHECK_EQ(port_send(port, 10 + i / 2, &marks[i]), 0);
  }
  port_event_t events[9];
  uint_t count = 8;
  CHECK_EQ(port_getn(port, events, 9, &count, NULL), 0);
  CHECK_EQ(count, 8);
  for (int i = 0; i < 8; i++) {
    CHECK_EQ(events[i].portev_source, PORT_SOURCE_USER);
    CHECK_EQ(events[i].portev_events, 10 + i / 2);
    CHECK(events[i].portev_user == &marks[i]);
  }
  expect_none(port);
  int sent = 0;
  while (port_send(port, sent, NULL) == 0) {
    sent++;
  }
  CHECK_EQ(errno, EAGAIN); /* full */
  CHECK(sent > 1000);
  for (int i = 0; i < sent; i++) {
    count = 1;
    CHECK_EQ(port_getn(port, events, 1, &count, NULL), 0);
    CHECK_EQ(events[0].portev_events, i);
  }
  expect_none(port);
  close(port);
}

static void a_time_out_may_bring_events(void) {
  int port = port_create();
  struct timespec limit = {.tv_nsec = 5000000};
  port_event_t events[4];
  uint_t count = 3;
  CHECK_EQ(port_send(port, 1, NULL), 0);
  CHECK_EQ(port_send(port, 2, NULL), 0);
  int64_t start = now();
  CHECK_EQ(port_getn(port, events, 4, &count, &limit), -1);
  CHECK_EQ(errno, ETIME);
  CHECK_EQ(count, 2);
  CHECK(now() - start >= 5000000);
  CHECK_EQ(events[1].portev_events, 2);
  count = 5;
  CHECK_EQ(port_getn(port, events, 4, &count, &limit), -1);
  CHECK_EQ(errno, EINVAL);
  close(port);
}

static void alerts_come_first_until_taken_back(void) {
  int port = port_create();
  port_event_t event;
  CHECK_EQ(port_send(port, 1, NULL), 0);
  CHECK_EQ(port_alert(port, PORT_ALERT_SET, 77, &marks[0]), 0);
  CHECK_EQ(port_alert(port, PORT_ALERT_SET, 78, NULL), -1);
  CHECK_EQ(errno, EBUSY);
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(port_get(port, &event, NULL), 0);
    CHECK_EQ(event.portev_source, PORT_SOURCE_ALERT);
    CHECK_EQ(event.portev_events, 77);
    CHECK(event.portev_user == &marks[0]);
  }
  CHECK_EQ(port_alert(port, PORT_ALERT_UPDATE, 0, NULL), 0);
  CHECK_EQ(port_get(port, &event, NULL), 0);
  CHECK_EQ(event.portev_source, PORT_SOURCE_USER);
  expect_none(port);
  close(port);
}

static int woken;

static void send_from_handler(int number) { CHECK_EQ(port_send(woken, number, NULL), 0); }

static void *wake_soon(void *argument) {
  usleep(20000);
  if (argument == NULL) {
    CHECK_EQ(port_send(woken, SIGUSR1, NULL), 0);
  } else {
    pthread_kill(*(pthread_t *)argument, SIGUSR1);
  }
  return NULL;
}

/* An interrupted port_getn leaves its count alone. */
static void threads_and_handlers_end_the_wait(void) {
  struct sigaction action = {.sa_handler = send_from_handler};
  struct sigaction saved;
  CHECK_EQ(sigaction(SIGUSR1, &action, &saved), 0);
  woken = port_create();
  pthread_t self = pthread_self();
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    port_event_t event = {0};
    uint_t count = 1;
    CHECK_EQ(pthread_create(&thread, NULL, wake_soon, i == 0 ? NULL : &self), 0);
    int result = port_getn(woken, &event, 1, &count, NULL);
    if (i == 1 && result != 0) {
      CHECK_EQ(errno, EINTR);
      CHECK_EQ(count, 1);
      CHECK_EQ(event.portev_source, 0);
      result = port_getn(woken, &event, 1, &count, NULL);
    }
    CHECK_EQ(result, 0);
    CHECK_EQ(event.portev_events, SIGUSR1);
    pthread_join(thread, NULL);
    expect_none(woken);
  }
  close(woken);
  CHECK_EQ(sigaction(SIGUSR1, &saved, NULL), 0);
}

/* ---- the poller ---- */

static void poll_for(struct ring *ring, uint32_t slot, int64_t mask) {
  submit(ring, JEV_OP_POLL, 0, slot, mask, 0, 0);
}

static void only_what_has_reported_is_associated_again(void) {
  enum { COUNT = 10 };
  struct ring ring = open_ring();
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    poll_for(&ring, i, JEV_READ);
    poll_for(&ring, i, JEV_READ | JEV_WRITE);
    poll_for(&ring, i, JEV_READ); /* what changes twice is reported once */
  }
  CHECK_EQ(enter(&ring, 0), 0);
  CHECK_EQ(ring.header->syscalls, COUNT + 1);
  put(fds[3][1], "x");
  put(fds[7][1], "x");
  CHECK_EQ(enter(&ring, 0), 2);
  CHECK_EQ(ring.header->syscalls, COUNT + 2);
  for (uint64_t i = 1; i < 5; i++) {
    CHECK_EQ(enter(&ring, 0), 2);
    CHECK_EQ(ring.header->syscalls, COUNT + 2 + 3 * i); /* two associations, one wait */
  }
  poll_for(&ring, 3, 0); /* has reported: nothing to take back */
  poll_for(&ring, 7, 0);
  poll_for(&ring, 5, 0);
  CHECK_EQ(enter(&ring, 0), 0);
  CHECK_EQ(ring.header->syscalls, COUNT + 16);
  close_pairs(&ring, fds, COUNT);
}

static void wake_ups_are_sent_once(void) {
  enum { WAKE_UPS = 100000 }; /* more than a port takes */
  struct ring ring = open_ring();
  for (int i = 0; i < WAKE_UPS; i++) {
    CHECK_EQ(jev_wakeup(ring.handle), 0);
  }
  CHECK_EQ(enter(&ring, -1), 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 5000000), 0);
  CHECK(now() - start >= 5000000);
  close_ring(&ring);
}

static void what_cannot_be_watched_is_reported_without_waiting(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, closed_number());
  poll_for(&ring, 0, JEV_WRITE);
  poll_for(&ring, 1, JEV_READ);
  CHECK_EQ(enter(&ring, -1), 2);
  expect_result(&ring, JEV_READY, 1, -EBADF);
  expect_result(&ring, JEV_READY, 0, JEV_WRITE);
  detach_and_close(&ring, 0);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(an_association_is_good_for_one_event),
      CASE(associating_again_replaces),
      CASE(files_are_always_ready),
      CASE(what_cannot_be_associated_is_said),
      CASE(closing_ends_the_association),
      CASE(what_is_sent_is_queued_one_by_one),
      CASE(a_time_out_may_bring_events),
      CASE(alerts_come_first_until_taken_back),
      CASE(threads_and_handlers_end_the_wait),
      CASE(only_what_has_reported_is_associated_again),
      CASE(wake_ups_are_sent_once),
      CASE(what_cannot_be_watched_is_reported_without_waiting),
  };
  return RUN_CASES(CASES);
}
