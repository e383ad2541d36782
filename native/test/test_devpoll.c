/* /dev/poll: what its emulation must get right, and how the poller uses it. */
#include <sys/devpoll.h>
#include <sys/resource.h>

#include "support.h"

enum { SLOT = 2 };

static int open_device(void) {
  int device = open("/dev/poll", O_RDWR | O_CLOEXEC);
  CHECK(device >= 0);
  CHECK((fcntl(device, F_GETFD) & FD_CLOEXEC) != 0);
  return device;
}

static void write_change(int device, int32_t fd, int events) {
  const struct pollfd change = {.fd = fd, .events = (short)events};
  CHECK_EQ(write(device, &change, sizeof change), sizeof change);
}

static int wait_for(int device, struct pollfd *out, nfds_t max, int timeout) {
  struct dvpoll wanted = {.dp_fds = out, .dp_nfds = max, .dp_timeout = timeout};
  return ioctl(device, DP_POLL, &wanted);
}

static void expect_events(int device, int32_t fd, int events) {
  struct pollfd found;
  CHECK_EQ(wait_for(device, &found, 1, PATIENCE * 1000), 1);
  CHECK_EQ(found.fd, fd);
  CHECK_EQ(found.revents, events);
}

static void expect_none(int device) {
  struct pollfd found;
  CHECK_EQ(wait_for(device, &found, 1, 0), 0);
}

static void events_add_up_until_removed(void) {
  int device = open_device();
  int32_t fds[2];
  stream_pair(fds);
  write_change(device, fds[0], POLLIN);
  expect_none(device);
  put(fds[1], "x");
  for (int i = 0; i < 3; i++) {
    expect_events(device, fds[0], POLLIN); /* by level */
  }
  write_change(device, fds[0], POLLOUT);
  expect_events(device, fds[0], POLLIN | POLLOUT);
  struct pollfd asked = {.fd = fds[0]};
  CHECK_EQ(ioctl(device, DP_ISPOLLED, &asked), 1);
  CHECK_EQ(asked.revents, POLLIN | POLLOUT);
  write_change(device, fds[0], POLLREMOVE);
  CHECK_EQ(ioctl(device, DP_ISPOLLED, &asked), 0);
  expect_none(device);
  write_change(device, fds[0], POLLOUT);
  expect_events(device, fds[0], POLLOUT);
  const struct pollfd both[] = {{.fd = fds[0], .events = POLLREMOVE}, {.fd = fds[0], .events = POLLIN}};
  CHECK_EQ(write(device, both, sizeof both), sizeof both);
  expect_events(device, fds[0], POLLIN);
  close(device);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void closed_numbers_stay_until_removed(void) {
  int device = open_device();
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  write_change(device, fds[0], POLLIN);
  int32_t number = fds[0];
  jev_close(number);
  for (int i = 0; i < 2; i++) {
    expect_events(device, number, POLLNVAL);
  }
  put(other[1], "x");
  CHECK_EQ(dup2(other[0], number), number);
  expect_events(device, number, POLLIN); /* whatever it stands for */
  jev_close(number);
  write_change(device, number, POLLREMOVE);
  expect_none(device);
  write_change(device, INT32_MAX, POLLIN); /* no error yet */
  expect_events(device, INT32_MAX, POLLNVAL);
  close(device);
  jev_close(fds[1]);
  jev_close(other[0]);
  jev_close(other[1]);
}

static void everyone_has_a_turn(void) {
  int device = open_device();
  int32_t fds[2];
  stream_pair(fds);
  write_change(device, fds[0], POLLOUT);
  write_change(device, fds[1], POLLOUT);
  struct pollfd found[3];
  CHECK_EQ(wait_for(device, found, 3, 0), 2);
  int former = -1;
  for (int i = 0; i < 6; i++) {
    CHECK_EQ(wait_for(device, found, 1, 0), 1);
    CHECK(found[0].fd != former);
    former = found[0].fd;
  }
  close(device);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void what_is_wrong_is_refused(void) {
  int device = open_device();
  struct pollfd change = {.fd = 0, .events = POLLIN};
  CHECK_EQ(write(device, &change, sizeof change - 1), -1);
  CHECK_EQ(errno, EINVAL);
  struct rlimit limit;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK_EQ(wait_for(device, &change, limit.rlim_cur + 1, 0), -1);
  CHECK_EQ(errno, EINVAL);
  CHECK_EQ(ioctl(device, 0xd0ff, NULL), -1);
  CHECK_EQ(errno, EINVAL);
  CHECK_EQ(open("/dev/no-such-device", O_RDWR), -1);
  CHECK_EQ(errno, ENOENT);
  close(device);
  CHECK_EQ(wait_for(device, &change, 1, 0), -1);
  CHECK_EQ(errno, EBADF);
}

static void waits_end_in_time(void) {
  int device = open_device();
  struct pollfd found;
  int64_t start = now();
  CHECK_EQ(wait_for(device, &found, 1, 5), 0);
  CHECK(now() - start >= 5000000);
  close(device);
}

/* ---- the poller ---- */

static void poll_for(struct ring *ring, uint32_t slot, int64_t mask) {
  submit(ring, JEV_OP_POLL, 0, slot, mask, 0, 0);
}

static void changes_are_written_at_once(void) {
  enum { COUNT = 20 };
  struct ring ring = open_ring();
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    poll_for(&ring, i, JEV_READ | JEV_WRITE);
    put(fds[i][1], "x");
  }
  CHECK_EQ(enter(&ring, 0), COUNT);
  CHECK_EQ(ring.header->syscalls, 2);
  for (uint32_t i = 0; i < COUNT; i++) {
    expect_result(&ring, JEV_READY, i, JEV_READ | JEV_WRITE);
    poll_for(&ring, i, i % 2 == 0 ? JEV_READ : 0);
  }
  CHECK_EQ(enter(&ring, 0), COUNT / 2);
  CHECK_EQ(ring.header->syscalls, 4);
  for (uint32_t i = 0; i < COUNT / 2; i++) {
    CHECK_EQ(expect(&ring, JEV_READY, ring.completions[i].slot)->result, JEV_READ);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    jev_close(fds[i][1]);
  }
  CHECK_EQ(enter(&ring, 0), COUNT);
  CHECK_EQ(ring.header->syscalls, 6 + COUNT); /* each is closed */
  ring.next = ring.header->completed;
  expect_nothing(&ring);
  close_ring(&ring);
}

/* The program closes what is watched: that ends whatever waits for it, and does not spin. */
static void closed_behind_its_back_it_is_refused_once(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  int32_t listener = listen_on_loopback(&address);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, other[0]);
  attach(&ring, 2, listener);
  poll_for(&ring, 0, JEV_READ);
  submit(&ring, JEV_OP_RECEIVE, 0, 1, 100, 0, 0);
  submit(&ring, JEV_OP_ACCEPT, 0, 2, 1, 0, 0);
  expect_nothing(&ring);
  jev_close(fds[0]);
  expect_result(&ring, JEV_READY, 0, -EBADF);
  jev_close(other[0]);
  expect_result(&ring, JEV_RECEIVED, 1, -EBADF);
  jev_close(listener);
  expect_result(&ring, JEV_ACCEPTED, 2, -EBADF);
  expect_nothing(&ring);
  uint64_t waits = ring.header->waits;
  int64_t start = now();
  CHECK_EQ(enter(&ring, 20000000), 0);
  CHECK(now() - start >= 20000000);
  CHECK_EQ(ring.header->waits, waits + 1);
  jev_close(fds[1]);
  jev_close(other[1]);
  close_ring(&ring);
}

static void a_sender_is_refused_with_what_it_has_sent(void) {
  struct ring ring = open_ring();
  static char bytes[1 << 20];
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), sizeof bytes, 0);
  submit(&ring, JEV_OP_SHUTDOWN, 0, SLOT, 2, 0, 0);
  expect_nothing(&ring);
  jev_close(fds[0]);
  CHECK(expect_result(&ring, JEV_SENT, SLOT, -EBADF)->value > 0);
  expect_result(&ring, JEV_SHUT, SLOT, -EBADF);
  expect_nothing(&ring);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(events_add_up_until_removed),
      CASE(closed_numbers_stay_until_removed),
      CASE(everyone_has_a_turn),
      CASE(what_is_wrong_is_refused),
      CASE(waits_end_in_time),
      CASE(changes_are_written_at_once),
      CASE(closed_behind_its_back_it_is_refused_once),
      CASE(a_sender_is_refused_with_what_it_has_sent),
  };
  return RUN_CASES(CASES);
}
