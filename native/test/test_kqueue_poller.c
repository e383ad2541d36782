/* How the poller uses kqueue. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/event.h>
#include <sys/socket.h>

#include "support.h"

enum { SLOT = 2 };

static void poll_for(struct ring *ring, uint32_t slot, int64_t mask) {
  submit(ring, JEV_OP_POLL, 0, slot, mask, 0, 0);
}

static void changes_go_with_the_wait(void) {
  enum { COUNT = 20 };
  struct ring ring = open_ring();
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    poll_for(&ring, i, JEV_READ);
  }
  attach(&ring, COUNT, closed_number()); /* closed: reported in the list of events */
  poll_for(&ring, COUNT, JEV_READ);
  expect_result(&ring, JEV_READY, COUNT, -EBADF);
  CHECK_EQ(ring.header->syscalls, 1);
  for (uint32_t i = 0; i < COUNT; i++) {
    poll_for(&ring, i, JEV_READ | JEV_WRITE);
    poll_for(&ring, i, JEV_READ | JEV_ET);
    put(fds[i][1], "x");
  }
  CHECK_EQ(enter(&ring, 0), COUNT);
  CHECK_EQ(ring.header->syscalls, 2);
  for (uint32_t i = 0; i < COUNT; i++) {
    CHECK_EQ(expect(&ring, JEV_READY, ring.completions[i].slot)->result, JEV_READ);
  }
  for (uint32_t i = 0; i <= COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, 0, i, 0, 0, 0);
  }
  CHECK_EQ(enter(&ring, 0), COUNT + 1);
  CHECK_EQ(ring.header->syscalls, 3);
  ring.next = ring.header->completed;
  for (uint32_t i = 0; i < COUNT; i++) {
    jev_close(fds[i][0]);
    jev_close(fds[i][1]);
  }
  close_ring(&ring);
}

/* A small queue of completions limits what one call may report, and with it what one call may change. */
static void more_changes_than_room_are_reported_in_parts(void) {
  enum { COUNT = 7 };
  struct ring ring = open_ring_of(14, 1, 1024);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    poll_for(&ring, i, JEV_READ | JEV_CLOSED | JEV_ET);
  }
  for (uint32_t i = 0; i < 3; i++) {
    expect_nothing(&ring);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    poll_for(&ring, i, JEV_READ | JEV_WRITE); /* by level: each takes a deletion and two additions */
  }
  jev_wakeup(ring.handle);
  bool seen[COUNT] = {false};
  for (int left = COUNT; left > 0;) {
    CHECK(enter(&ring, SECOND) > 0);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      const struct jev_completion *ready = expect(&ring, JEV_READY, ring.completions[i].slot);
      CHECK_EQ(ready->result, JEV_WRITE);
      left -= seen[ready->slot] ? 0 : 1;
      seen[ready->slot] = true;
    }
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    jev_close(fds[i][1]);
  }
  CHECK_EQ(enter(&ring, 0), COUNT);
  ring.next = ring.header->completed;
  close_ring(&ring);
}

static void watching_for_the_close_alone_does_not_wake_for_data(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_CLOSED);
  put(fds[1], "unread");
  CHECK_EQ(enter(&ring, 0), 0);
  CHECK_EQ(enter(&ring, 0), 0);
  uint64_t waits = ring.header->waits;
  int64_t start = now();
  CHECK_EQ(enter(&ring, 20000000), 0);
  CHECK(now() - start >= 20000000);
  CHECK_EQ(ring.header->waits, waits + 1);
  CHECK_EQ(jev_shutdown(fds[1], 2), 0);
  for (int i = 0; i < 4; i++) {
    expect_result(&ring, JEV_READY, SLOT, JEV_CLOSED); /* by level */
  }
  poll_for(&ring, SLOT, JEV_CLOSED | JEV_ET);
  expect_result(&ring, JEV_READY, SLOT, JEV_CLOSED);
  expect_nothing(&ring);
  poll_for(&ring, SLOT, JEV_CLOSED | JEV_READ);
  expect_result(&ring, JEV_READY, SLOT, JEV_CLOSED | JEV_READ);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* The same mask, but the knote went with the previous file of the number. */
static void a_change_registers_what_was_lost(void) {
  struct ring ring = open_ring();
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  attach(&ring, SLOT, first[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  CHECK_EQ(dup2(second[0], first[0]), first[0]);
  poll_for(&ring, SLOT, JEV_READ | JEV_CLOSED);
  put(second[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  detach_and_close(&ring, SLOT);
  jev_close(second[0]);
  jev_close(second[1]);
  jev_close(first[1]);
  close_ring(&ring);
}

static void a_pipe_without_reader_is_ready_by_level_and_by_edges(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  jev_close(fds[0]);
  attach(&ring, SLOT, fds[1]);
  poll_for(&ring, SLOT, JEV_WRITE);
  for (int i = 0; i < 3; i++) {
    expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
  }
  poll_for(&ring, SLOT, JEV_WRITE | JEV_ET);
  expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
  expect_nothing(&ring);
  poll_for(&ring, SLOT, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Both directions are refused: reported once. */
static void what_is_closed_is_refused_once(void) {
  struct ring ring = open_ring();
  attach(&ring, SLOT, closed_number());
  poll_for(&ring, SLOT, JEV_READ | JEV_WRITE);
  expect_result(&ring, JEV_READY, SLOT, -EBADF);
  uint64_t syscalls = ring.header->syscalls;
  CHECK_EQ(enter(&ring, 1000000), 0);
  CHECK_EQ(ring.header->syscalls, syscalls + 1);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  close_ring(&ring);
}

/* A deletion that fails is no event: the wait goes on. */
static void a_failing_deletion_does_not_end_the_wait(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  poll_for(&ring, SLOT, 0);
  jev_close(fds[0]);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 20000000), 0);
  CHECK(now() - start >= 20000000);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(changes_go_with_the_wait),
      CASE(more_changes_than_room_are_reported_in_parts),
      CASE(watching_for_the_close_alone_does_not_wake_for_data),
      CASE(a_change_registers_what_was_lost),
      CASE(a_pipe_without_reader_is_ready_by_level_and_by_edges),
      CASE(what_is_closed_is_refused_once),
      CASE(a_failing_deletion_does_not_end_the_wait),
  };
  return RUN_CASES(CASES);
}
