/* RECEIVE on streams: packing, limits, ends and errors, and what happens when the slab is used up. */

#include "support.h"

enum { SLOT = 3 };

static void keep(struct ring *ring, uint32_t buffer) { submit(ring, JEV_OP_RETAIN, 0, 0, buffer, 0, 0); }

static void give_back(struct ring *ring, uint32_t buffer) {
  submit(ring, JEV_OP_RELEASE, 0, 0, buffer, 0, 0);
}

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

static void a_limit_beyond_the_buffer_is_cut(void) {
  struct ring ring = open_ring_of(64, 4, 1024);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], 5000);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, INT64_MAX);
  int64_t total = 0;
  while (total < 5000) {
    const struct jev_completion *got = expect(&ring, JEV_RECEIVED, SLOT);
    CHECK(got->result > 0 && got->result <= 1024);
    for (int32_t i = 0; i < got->result; i++) {
      CHECK_EQ(ring.slab[got->value + i], (total + i) % 251);
    }
    total += got->result;
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void small_payloads_share_a_buffer(void) {
  enum { COUNT = 40 };
  if (test_engine() == JEV_ENGINE_IO_URING) {
    puts("left out: small payloads share a buffer: the kernel tells of twenty at a time");
    return;
  }
  struct ring ring = open_ring_of(256, 4, 16384);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    receive(&ring, i, 16384);
  }
  expect_nothing(&ring);
  for (uint32_t i = 0; i < COUNT; i++) {
    char text[32];
    snprintf(text, sizeof text, "connection %u", (unsigned)i);
    put(fds[i][1], text);
  }
  CHECK_EQ(enter(&ring, SECOND), COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    char text[32];
    CHECK_EQ(ring.completions[i].value % 64, 0);
    CHECK_EQ(ring.completions[i].aux, ring.completions[0].aux);
    snprintf(text, sizeof text, "connection %u", (unsigned)ring.completions[i].slot);
    expect_bytes(&ring, ring.completions[i].slot, text);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    detach_and_close(&ring, i);
    jev_close(fds[i][1]);
  }
  close_ring(&ring);
}

/* What shared a buffer once gets one of its own when it turns out to be large. */
static void large_payloads_get_a_whole_buffer(void) {
  struct ring ring = open_ring_of(64, 4, 16384);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 16384);
  for (int i = 0; i < 3; i++) {
    fill(fds[1], 16384);
    expect_result(&ring, JEV_RECEIVED, SLOT, 16384);
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void the_end_of_a_stream_is_told_once(void) {
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

/* A connection that ends and is closed needs no call to the poller, nor does one that is polled again:
 * but for interfaces that want to be told. */
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
                                     .kqueue = 10 /* told with the wait */,
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
  if (system_lacks(PLAIN_PIPES, __func__)) {
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
  if (missing(PLAIN_PIPES) == NULL) {
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

static void retained_buffers_keep_their_bytes(void) {
  struct ring ring = open_ring_of(64, 2, 1024);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  put(fds[1], "keep me");
  const struct jev_completion *got = expect(&ring, JEV_RECEIVED, SLOT);
  int64_t offset = got->value;
  uint32_t buffer = got->aux;
  keep(&ring, buffer);
  for (int i = 0; i < 5; i++) {
    put(fds[1], "other bytes");
    got = expect(&ring, JEV_RECEIVED, SLOT);
    CHECK(got->aux != buffer);
  }
  CHECK(memcmp(ring.slab + offset, "keep me", 7) == 0);
  give_back(&ring, buffer);
  expect_nothing(&ring);
  give_back(&ring, buffer);
  expect_refusal(&ring, JEV_OP_RELEASE, 0, -EINVAL);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Two receives share a buffer; each that is kept counts. */
static void retaining_is_counted(void) {
  struct ring ring = open_ring_of(64, 1, 4096);
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  put(first[1], "first");
  put(second[1], "second");
  attach(&ring, 0, first[0]);
  attach(&ring, 1, second[0]);
  receive(&ring, 0, 1024);
  receive(&ring, 1, 1024);
  expect_bytes(&ring, 0, "first");
  expect_bytes(&ring, 1, "second");
  keep(&ring, 0);
  keep(&ring, 0);
  expect_nothing(&ring);
  put(first[1], "more");
  expect_nothing(&ring);
  give_back(&ring, 0);
  expect_nothing(&ring);
  CHECK(memcmp(ring.slab, "first", 5) == 0);
  give_back(&ring, 0);
  expect_bytes(&ring, 0, "more");
  detach_and_close(&ring, 0);
  detach_and_close(&ring, 1);
  jev_close(first[1]);
  jev_close(second[1]);
  close_ring(&ring);
}

/* With every buffer retained, receiving pauses without spinning, and goes on when one is released. */
static void receiving_waits_for_a_buffer(void) {
  enum { BUFFERS = 3 };
  struct ring ring = open_ring_of(64, BUFFERS, 1024);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], 10 * 1024);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  for (int i = 0; i < BUFFERS; i++) {
    const struct jev_completion *got = expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
    keep(&ring, got->aux);
  }
  expect_nothing(&ring);
  uint64_t waits = ring.header->waits;
  CHECK_EQ(enter(&ring, 30000000), 0);
  CHECK_EQ(ring.header->waits, waits + 1); /* it slept */
  receive(&ring, SLOT, 1024);              /* asking again does not help */
  expect_nothing(&ring);
  give_back(&ring, 1);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  for (uint32_t i = 0; i < BUFFERS; i += 2) {
    give_back(&ring, i);
  }
  for (int i = BUFFERS + 1; i < 10; i++) {
    expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_starved_slot_can_be_detached_and_used_again(void) {
  struct ring ring = open_ring_of(64, 1, 1024);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], 3 * 1024);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  keep(&ring, 0);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  expect_nothing(&ring);
  give_back(&ring, 0);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* More is ready than the slab holds: all of it arrives, over several calls. */
static void a_small_slab_serves_many(void) {
  enum { COUNT = 50 };
  struct ring ring = open_ring_of(256, 2, 1024);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    receive(&ring, i, 1024);
    fill(fds[i][1], 1000);
  }
  int32_t total = 0;
  while (total < COUNT * 1000) {
    CHECK(enter(&ring, SECOND) > 0);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      CHECK_EQ(ring.completions[i].op, JEV_RECEIVED);
      CHECK(ring.completions[i].result > 0);
      total += ring.completions[i].result;
    }
    ring.next = ring.header->completed;
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    detach_and_close(&ring, i);
    jev_close(fds[i][1]);
  }
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(bytes_arrive_until_stopped),
      CASE(what_is_there_is_received_without_waiting),
      CASE(the_limit_bounds_each_receive),
      CASE(one_call_receives_once),
      CASE(what_is_stopped_and_wanted_again_is_received_once),
      CASE(a_limit_beyond_the_buffer_is_cut),
      CASE(small_payloads_share_a_buffer),
      CASE(large_payloads_get_a_whole_buffer),
      CASE(the_end_of_a_stream_is_told_once),
      CASE(an_end_costs_the_closing_alone),
      CASE(a_reset_is_an_error),
      CASE(pipes_are_received_from),
      CASE(a_pipe_that_blocks_is_received_from_without_waiting),
      CASE(what_cannot_be_received_from_is_said),
      CASE(retained_buffers_keep_their_bytes),
      CASE(retaining_is_counted),
      CASE(receiving_waits_for_a_buffer),
      CASE(a_starved_slot_can_be_detached_and_used_again),
      CASE(a_small_slab_serves_many),
  };
  return RUN_CASES(CASES);
}
