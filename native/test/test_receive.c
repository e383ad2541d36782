/* RECEIVE on streams: limits, ends and errors. */

#include "support.h"

enum { SLOT = 3 };

static void bytes_arrive_until_stopped(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  put(fds[1], "one");
  expect_bytes(&ring, SLOT, "one");
  put(fds[1], "two");
  expect_bytes(&ring, SLOT, "two");
  receive(&ring, SLOT, 0);
  expect_nothing(&ring);
  put(fds[1], "three");
  expect_nothing(&ring);
  receive(&ring, SLOT, 4096);
  expect_bytes(&ring, SLOT, "three");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void what_is_there_is_received_without_waiting(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "early");
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  CHECK_EQ(enter(&ring, -1), 1);
  CHECK_EQ(ring.header->waits, test_engine() == JEV_ENGINE_IO_URING ? 1 /* that receives */ : 0);
  expect_bytes(&ring, SLOT, "early");
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void the_limit_bounds_each_receive(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "abcdefgh");
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 3);
  expect_bytes(&ring, SLOT, "abc");
  expect_bytes(&ring, SLOT, "def");
  receive(&ring, SLOT, 1);
  expect_bytes(&ring, SLOT, "g");
  expect_bytes(&ring, SLOT, "h");
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* A new limit holds for the next bytes, even when the call that brings it looks for readiness, too. */
static void one_call_receives_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "abcdefgh");
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 3);
  CHECK_EQ(enter(&ring, 0), 1);
  expect_bytes(&ring, SLOT, "abc");
  receive(&ring, SLOT, 0);
  CHECK_EQ(enter(&ring, 0), 0);
  receive(&ring, SLOT, 2);
  CHECK_EQ(enter(&ring, 0), 1);
  expect_bytes(&ring, SLOT, "de");
  receive(&ring, SLOT, 1);
  CHECK_EQ(enter(&ring, 0), 1);
  expect_bytes(&ring, SLOT, "f");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void what_is_stopped_and_wanted_again_is_received_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "ab");
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1);
  receive(&ring, SLOT, 0);
  receive(&ring, SLOT, 1);
  CHECK(enter(&ring, 0) <= 1);
  expect_bytes(&ring, SLOT, "a");
  expect_bytes(&ring, SLOT, "b");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void the_end_of_a_stream_is_reported_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  put(fds[1], "last");
  jev_close(fds[1]);
  expect_bytes(&ring, SLOT, "last");
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  expect_nothing(&ring);
  receive(&ring, SLOT, 4096); /* asked again, answered again */
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* A connection that ends and is closed needs no call to the poller, nor does one that is polled again.
 * Exceptions are interfaces that need to know. */
static void an_end_costs_the_closing_alone(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  jev_close(fds[1]);
  uint64_t syscalls = ring.header->syscalls;
  CHECK_EQ(enter(&ring, 0), 1);
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  const struct by_engine ending = {.epoll = 2,
                                   .kqueue = 2,
                                   .evport = 2,
                                   .devpoll = 2,
                                   .io_uring = 1,
                                   .poll = 2,
                                   .iocp = 2}; /* wait, receive */
  CHECK_EQ(ring.header->syscalls, (int64_t)syscalls + of_engine(ending));
  syscalls = ring.header->syscalls;
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  CHECK_EQ(enter(&ring, 0), 1);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  const struct by_engine closing = {.epoll = 2,
                                    .kqueue = 2,
                                    .evport = 2,
                                    .devpoll = 3 /* takes the number out */,
                                    .io_uring = 1,
                                    .poll = 2,
                                    .iocp = 2};
  CHECK_EQ(ring.header->syscalls, (int64_t)syscalls + of_engine(closing)); /* close, wait */
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_WRITE, 0, 0);
  syscalls = ring.header->syscalls;
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(enter(&ring, 0), 1);
    expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
    submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_WRITE, 0, 0);
  }
  const struct by_engine watching = {.epoll = 11,
                                     .kqueue = 10 /* reported with the wait */,
                                     .evport = 20 /* one-shot */,
                                     .devpoll = 11,
                                     .io_uring = 10,
                                     .poll = 10,
                                     .iocp = 20 /* asked each time */};
  CHECK_EQ(ring.header->syscalls, (int64_t)syscalls + of_engine(watching));
  submit(&ring, JEV_OP_POLL, 0, SLOT, 0, 0, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_reset_is_an_error(void) {
  if (system_lacks(READING_RESETS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  attach(&ring, SLOT, a);
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  close_with_reset(b);
  expect_result(&ring, JEV_RECEIVED, SLOT, -ECONNRESET);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void pipes_are_received_from(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  put(fds[1], "through a pipe");
  expect_bytes(&ring, SLOT, "through a pipe");
  jev_close(fds[1]);
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Standard input, say: the loop must not wait in read. */
static void a_pipe_that_blocks_is_received_from_without_waiting(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  blocking_pipe(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  put(fds[1], "through a pipe");
  expect_bytes(&ring, SLOT, "through a pipe");
  expect_nothing(&ring);
  jev_close(fds[1]);
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  CHECK_EQ(jev_get_option(fds[0], JEV_OPT_NONBLOCKING), 0);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void what_cannot_be_received_from_is_said(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  attach(&ring, SLOT, fds[1]);
  if (missing(PIPES_ARE_NO_SOCKETS) == NULL) {
    receive(&ring, SLOT, 100);
    expect_result(&ring, JEV_RECEIVED, SLOT, -EBADF); /* the writing end */
  }
  receive(&ring, SLOT, -1);
  expect_refusal(&ring, JEV_OP_RECEIVE, SLOT, -EINVAL);
  detach_and_close(&ring, SLOT);
  jev_close(fds[0]);
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  submit(&ring, JEV_OP_ACCEPT, 0, SLOT, 1, 0, 0);
  receive(&ring, SLOT, 1);
  expect_refusal(&ring, JEV_OP_RECEIVE, SLOT, -EBUSY);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* What a call brings of the slot, until the stream has ended; returns its result. */
static int32_t receive_all(struct ring *ring, int64_t *total) {
  for (*total = 0;;) {
    const struct jev_completion *reported = expect(ring, JEV_RECEIVED, SLOT);
    if (reported->result <= 0) {
      return reported->result;
    }
    *total += reported->result;
  }
}

/* With pollers that refuse files, too. */
static void a_file_is_received_to_its_end(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  enum { BYTES = 200001 };
  static char bytes[BYTES];
  char directory[64];
  char path[96];
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/file", directory);
  int32_t file = jev_open(at(path), 1);
  CHECK_EQ(jev_write(file, at(bytes), BYTES), BYTES);
  CHECK_EQ(jev_close(file), 0);
  struct ring ring = open_ring();
  int64_t total;
  file = jev_open(at(path), 0);
  attach(&ring, SLOT, file);
  receive(&ring, SLOT, 1000);
  CHECK(expect(&ring, JEV_RECEIVED, SLOT)->result == 1000);
  receive(&ring, SLOT, 0);
  expect_nothing(&ring); /* paused, it does not keep the loop from waiting */
  receive(&ring, SLOT, 50000);
  CHECK_EQ(receive_all(&ring, &total), 0);
  CHECK_EQ(total, BYTES - 1000);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  file = jev_open(at("/dev/null"), 0);
  attach(&ring, SLOT, file);
  receive(&ring, SLOT, 1000);
  CHECK_EQ(receive_all(&ring, &total), 0);
  CHECK_EQ(total, 0);
  detach_and_close(&ring, SLOT);
  attach(&ring, SLOT, jev_open(at(directory), 0));
  receive(&ring, SLOT, 1000);
  CHECK_EQ(receive_all(&ring, &total), -EISDIR);
  CHECK_EQ(total, 0);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
  remove_directory(directory);
}

/* A file that is always ready keeps no other slot from being reported. */
static void beside_a_file_others_are_reported(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, jev_open(at("/dev/zero"), 0));
  attach(&ring, SLOT + 1, fds[0]);
  receive(&ring, SLOT, 4096);
  receive(&ring, SLOT + 1, 4096);
  for (int i = 0; i < 100; i++) {
    CHECK_EQ(expect_any(&ring, JEV_RECEIVED)->slot, SLOT);
  }
  put(fds[1], "hello");
  bool zeros = false;
  bool others = false;
  for (int i = 0; i < 100 && !(zeros && others); i++) {
    const struct jev_completion *reported = expect_any(&ring, JEV_RECEIVED);
    others = others || reported->slot == SLOT + 1;
    zeros = zeros || (others && reported->slot == SLOT);
  }
  CHECK(zeros && others);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  while (next_completion(&ring)->op != JEV_DETACHED) {
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT + 1);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(bytes_arrive_until_stopped),
      CASE(what_is_there_is_received_without_waiting),
      CASE(the_limit_bounds_each_receive),
      CASE(one_call_receives_once),
      CASE(what_is_stopped_and_wanted_again_is_received_once),
      CASE(the_end_of_a_stream_is_reported_once),
      CASE(an_end_costs_the_closing_alone),
      CASE(a_reset_is_an_error),
      CASE(pipes_are_received_from),
      CASE(a_pipe_that_blocks_is_received_from_without_waiting),
      CASE(what_cannot_be_received_from_is_said),
      CASE(a_file_is_received_to_its_end),
      CASE(beside_a_file_others_are_reported),
  };
  return RUN_CASES(CASES);
}
