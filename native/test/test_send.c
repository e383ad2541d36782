/* SEND: whole, in vectors, short writes with a slow reader, and broken connections. */

#include "support.h"

enum { SLOT = 2 };

static uint64_t digest(uint64_t sum, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sum = (sum ^ bytes[i]) * 0x100000001b3U;
  }
  return sum;
}

static uint8_t *noise(size_t count) {
  uint8_t *bytes = malloc(count);
  CHECK(bytes != NULL);
  uint32_t state = 12345;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525U + 1013904223U;
    bytes[i] = (uint8_t)(state >> 24);
  }
  return bytes;
}

static void send_bytes(struct ring *ring, const void *bytes, size_t count) {
  submit(ring, JEV_OP_SEND, 0, SLOT, at(bytes), (int64_t)count, 0);
}

static void send_vector(struct ring *ring, const struct jev_vec *vectors, size_t count) {
  submit(ring, JEV_OP_SEND, JEV_FLAG_VECTOR, SLOT, at(vectors), (int64_t)count, 0);
}

static void expect_sent(struct ring *ring, int64_t bytes, int32_t result) {
  CHECK_EQ(expect_result(ring, JEV_SENT, SLOT, result)->value, bytes);
}

static void expect_broken(struct ring *ring) {
  const struct jev_completion *sent = expect(ring, JEV_SENT, SLOT);
  CHECK_EQ(sent->value, 0);
  check_broken(sent->result);
}

/* Reads a little at a time, entering the ring in between, until `total` bytes came; their digest. */
static uint64_t read_slowly(struct ring *ring, int32_t fd, int64_t total) {
  uint8_t bytes[7000];
  uint64_t sum = 0;
  for (int64_t got = 0; got < total;) {
    int64_t count = jev_read(fd, at(bytes), sizeof bytes);
    if (errno_of(count) == EAGAIN) {
      let_it_go_on(ring);
      continue;
    }
    CHECK(count > 0);
    sum = digest(sum, bytes, (size_t)count);
    got += count;
  }
  return sum;
}

static void expect_read(int32_t fd, const char *text) {
  char bytes[256];
  CHECK_EQ(read_soon(fd, bytes, sizeof bytes), strlen(text));
  CHECK(memcmp(bytes, text, strlen(text)) == 0);
}

static void a_small_send_completes_at_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, "hello", 5);
  uint64_t syscalls = ring.header->syscalls;
  CHECK_EQ(enter(&ring, -1), 1);
  CHECK_EQ(ring.header->syscalls - syscalls,
           test_engine() == JEV_ENGINE_IO_URING ? 2 /* and enabled */ : with_making_ready(1));
  expect_sent(&ring, 5, 0);
  expect_read(fds[1], "hello");
  send_bytes(&ring, "", 0);
  expect_sent(&ring, 0, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_vector_is_sent_in_order(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  struct jev_vec vectors[] = {{at("one "), 4}, {0, 0}, {at("two "), 4}, {at("three"), 5}};
  send_vector(&ring, vectors, 4);
  expect_sent(&ring, 13, 0);
  expect_read(fds[1], "one two three");
  send_vector(&ring, vectors, 0);
  expect_sent(&ring, 0, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_slow_reader_gets_every_byte(void) {
  enum { BYTES = 3000000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, bytes, BYTES);
  CHECK_EQ(enter(&ring, 0), 0);
  CHECK(read_slowly(&ring, fds[1], BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  uint64_t syscalls = ring.header->syscalls;
  expect_nothing(&ring);                        /* writability is no longer polled */
  CHECK(ring.header->syscalls <= syscalls + 5); /* four waits, one time-out */
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* More vectors than the kernel takes at a time, of odd sizes. The records are forgotten at once. */
static void a_long_vector_survives_short_writes(void) {
  enum { COUNT = 3000, BYTES = 2000000 };
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  uint8_t *bytes = noise(BYTES);
  struct jev_vec *vectors = calloc(COUNT, sizeof *vectors);
  CHECK(vectors != NULL);
  int64_t used = 0;
  for (int i = 0; i < COUNT; i++) {
    int64_t length = i == COUNT - 1 ? BYTES - used : i % 1300;
    CHECK(used + length <= BYTES);
    vectors[i] = (struct jev_vec){.address = at(bytes + used), .length = length};
    used += length;
  }
  CHECK_EQ(jev_set_option(a, JEV_OPT_SEND_BUFFER, 20000), 0);
  attach(&ring, SLOT, a);
  send_vector(&ring, vectors, COUNT);
  CHECK_EQ(enter(&ring, 0), 0);
  memset(vectors, 0xff, COUNT * sizeof *vectors);
  free(vectors);
  CHECK(read_slowly(&ring, b, BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(b);
  close_ring(&ring);
}

static void a_second_send_is_refused_before_the_first_is_sent(void) {
  enum { BYTES = 1000000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, bytes, BYTES);
  send_bytes(&ring, bytes, 1);
  expect_sent(&ring, 0, -EBUSY);
  submit(&ring, JEV_OP_SEND_FILE, 0, SLOT, 0, 0, 10);
  expect_sent(&ring, 0, -EBUSY);
  submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at(bytes), 10, 0);
  expect_sent(&ring, 0, -EBUSY);
  CHECK(read_slowly(&ring, fds[1], BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  send_bytes(&ring, "next", 4);
  expect_sent(&ring, 4, 0);
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_broken_connection_is_an_error(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  break_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, "lost", 4);
  expect_broken(&ring);
  struct jev_vec vectors[] = {{at("lost "), 5}, {at("too"), 3}};
  send_vector(&ring, vectors, 2);
  expect_broken(&ring);
  check_broken(jev_send_to(fds[0], at("lost"), 4, 0));
  check_broken(jev_write(fds[0], at("lost"), 4));
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void a_reset_ends_a_waiting_send(void) {
  enum { BYTES = 8000000 };
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, a);
  send_bytes(&ring, bytes, BYTES);
  expect_nothing(&ring);
  close_with_reset(b);
  const struct jev_completion *sent = expect_result(&ring, JEV_SENT, SLOT, -ECONNRESET);
  CHECK(sent->value > 0 && sent->value < BYTES);
  expect_nothing(&ring);
  free(bytes);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void pipes_are_sent_to(void) {
  enum { BYTES = 300000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, fds[1]);
  send_bytes(&ring, bytes, BYTES);
  CHECK(read_slowly(&ring, fds[0], BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  struct jev_vec vectors[] = {{at("two "), 4}, {at("parts"), 5}};
  send_vector(&ring, vectors, 2);
  expect_sent(&ring, 9, 0);
  expect_read(fds[0], "two parts");
  const int32_t ends[2] = {fds[1], fds[0]};
  break_pair(ends);
  send_bytes(&ring, bytes, 10);
  expect_broken(&ring);
  free(bytes);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* The peer does not read for a while: the loop must not wait in write. */
static void a_pipe_that_blocks_is_sent_to_without_waiting(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  enum { BYTES = 300001 };
  struct ring ring = open_ring();
  int32_t fds[2];
  blocking_pipe(fds);
  CHECK_EQ(jev_set_option(fds[0], JEV_OPT_NONBLOCKING, 1), 0);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, fds[1]);
  send_bytes(&ring, bytes, BYTES);
  for (int i = 0; i < 100; i++) {
    expect_nothing(&ring);
  }
  CHECK(read_slowly(&ring, fds[0], BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  CHECK_EQ(jev_get_option(fds[1], JEV_OPT_NONBLOCKING), 0);
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(fds[0]);
  close_ring(&ring);
}

static void sending_and_receiving_go_on_side_by_side(void) {
  enum { BYTES = 1000000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = noise(BYTES);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  send_bytes(&ring, bytes, BYTES);
  expect_nothing(&ring);
  put(fds[1], "meanwhile");
  expect_bytes(&ring, SLOT, "meanwhile");
  CHECK(read_slowly(&ring, fds[1], BYTES) == digest(0, bytes, BYTES));
  expect_sent(&ring, BYTES, 0);
  put(fds[1], "and after");
  expect_bytes(&ring, SLOT, "and after");
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void senseless_vectors_are_refused(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  struct jev_vec negative[] = {{at("x"), 1}, {at("y"), -1}};
  struct jev_vec nowhere[] = {{0, 1}};
  send_vector(&ring, negative, 2);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  send_vector(&ring, nowhere, 1);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  submit(&ring, JEV_OP_SEND, JEV_FLAG_VECTOR, SLOT, 0, 3, 0);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  submit(&ring, JEV_OP_SEND, JEV_FLAG_VECTOR, SLOT, at(nowhere), INT64_MAX, 0);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  submit(&ring, JEV_OP_SEND, 0, SLOT, 0, 10, 0);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("x"), INT64_MIN, 0);
  expect_refusal(&ring, JEV_OP_SEND, SLOT, -EINVAL);
  send_bytes(&ring, "fine", 4);
  expect_sent(&ring, 4, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_small_send_completes_at_once),
      CASE(a_vector_is_sent_in_order),
      CASE(a_slow_reader_gets_every_byte),
      CASE(a_long_vector_survives_short_writes),
      CASE(a_second_send_is_refused_before_the_first_is_sent),
      CASE(a_broken_connection_is_an_error),
      CASE(a_reset_ends_a_waiting_send),
      CASE(pipes_are_sent_to),
      CASE(a_pipe_that_blocks_is_sent_to_without_waiting),
      CASE(sending_and_receiving_go_on_side_by_side),
      CASE(senseless_vectors_are_refused),
  };
  return RUN_CASES(CASES);
}
