/* CANCEL_SEND: a send ends with exactly the bytes that the peer gets. */

#include "support.h"

enum { SLOT = 5, BYTES = 8000000, VECTORS = 100 };

static uint8_t bytes[BYTES];

static void fill_bytes(void) {
  uint32_t state = 4711;
  for (size_t i = 0; i < BYTES; i++) {
    state = state * 1664525U + 1013904223U;
    bytes[i] = (uint8_t)(state >> 24);
  }
}

static void send_bytes(struct ring *ring, uint16_t flags, int64_t count) {
  submit(ring, JEV_OP_SEND, flags, SLOT, at(bytes), count, 0);
}

static void cancel(struct ring *ring) { submit(ring, JEV_OP_CANCEL_SEND, 0, SLOT, 0, 0, 0); }

/* The bytes that have left. */
static int64_t expect_cancelled(struct ring *ring) {
  const struct jev_completion *sent = expect_result(ring, JEV_SENT, SLOT, -ECANCELED);
  CHECK(sent->value > 0 && sent->value < BYTES);
  return sent->value;
}

/* The peer gets the first bytes and nothing more. */
static void expect_first(int32_t fd, int64_t count) {
  static uint8_t target[65536];
  for (int64_t got = 0; got < count;) {
    int64_t piece = read_soon(fd, target, sizeof target);
    CHECK(piece > 0 && got + piece <= count);
    CHECK(memcmp(target, bytes + got, (size_t)piece) == 0);
    got += piece;
  }
  CHECK_EQ(errno_of(jev_read(fd, at(target), sizeof target)), EAGAIN);
}

static void expect_next(struct ring *ring, int32_t fd) {
  char text[16];
  submit(ring, JEV_OP_SEND, 0, SLOT, at("next"), 4, 0);
  CHECK_EQ(expect_result(ring, JEV_SENT, SLOT, 0)->value, 4);
  CHECK_EQ(read_soon(fd, text, sizeof text), 4);
  CHECK(memcmp(text, "next", 4) == 0);
}

static void close_both(struct ring *ring, int32_t peer) {
  detach_and_close(ring, SLOT);
  jev_close(peer);
  close_ring(ring);
}

static void a_send_that_waits_ends_with_what_has_left(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  for (int i = 0; i < 3; i++) {
    send_bytes(&ring, 0, BYTES);
    expect_nothing(&ring);
    cancel(&ring);
    int64_t sent = expect_cancelled(&ring);
    expect_nothing(&ring);
    expect_first(fds[1], sent);
    expect_next(&ring, fds[1]);
  }
  close_both(&ring, fds[1]);
}

static void in_one_batch_with_the_send_it_leaves_what_went_at_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, 0, BYTES);
  cancel(&ring);
  expect_first(fds[1], expect_cancelled(&ring));
  send_bytes(&ring, 0, 10);
  cancel(&ring);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 10);
  expect_nothing(&ring);
  expect_first(fds[1], 10);
  close_both(&ring, fds[1]);
}

static void a_quiet_send_is_reported_when_it_is_cancelled(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_bytes(&ring, JEV_FLAG_QUIET, 10);
  cancel(&ring);
  expect_nothing(&ring);
  expect_first(fds[1], 10);
  send_bytes(&ring, JEV_FLAG_QUIET, BYTES);
  cancel(&ring);
  const struct jev_completion *sent = expect(&ring, JEV_SENT, SLOT);
  if (sent->result == -EINPROGRESS) {
    sent = expect(&ring, JEV_SENT, SLOT);
  }
  CHECK_RESULT(sent->result, -ECANCELED);
  int64_t count = sent->value;
  expect_nothing(&ring);
  expect_first(fds[1], count);
  send_bytes(&ring, JEV_FLAG_QUIET, BYTES);
  expect_result(&ring, JEV_SENT, SLOT, -EINPROGRESS);
  cancel(&ring);
  expect_first(fds[1], expect_cancelled(&ring));
  close_both(&ring, fds[1]);
}

static void without_a_send_nothing_follows(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  cancel(&ring);
  cancel(&ring);
  expect_nothing(&ring);
  expect_next(&ring, fds[1]);
  cancel(&ring);
  expect_nothing(&ring);
  expect_next(&ring, fds[1]);
  close_both(&ring, fds[1]);
}

static void vectors_go_on_in_the_middle(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  struct jev_vec vectors[VECTORS];
  for (int i = 0; i < VECTORS; i++) {
    vectors[i] = (struct jev_vec){at(bytes) + (int64_t)i * (BYTES / VECTORS), BYTES / VECTORS};
  }
  submit(&ring, JEV_OP_SEND, JEV_FLAG_VECTOR, SLOT, at(vectors), VECTORS, 0);
  expect_nothing(&ring);
  cancel(&ring);
  expect_first(fds[1], expect_cancelled(&ring));
  expect_next(&ring, fds[1]);
  close_both(&ring, fds[1]);
}

static void a_pipe_is_written_to_no_more(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  attach(&ring, SLOT, fds[1]);
  send_bytes(&ring, 0, BYTES);
  expect_nothing(&ring);
  cancel(&ring);
  expect_first(fds[0], expect_cancelled(&ring));
  expect_next(&ring, fds[0]);
  close_both(&ring, fds[0]);
}

static void a_shutdown_behind_it_comes_at_once(void) {
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  attach(&ring, SLOT, a);
  send_bytes(&ring, 0, BYTES);
  submit(&ring, JEV_OP_SHUTDOWN, 0, SLOT, 2, 0, 0);
  expect_nothing(&ring);
  cancel(&ring);
  int64_t count = expect_cancelled(&ring);
  expect_result(&ring, JEV_SHUT, SLOT, 0);
  static uint8_t target[65536];
  int64_t got = 0;
  int64_t piece;
  while ((piece = read_soon(b, target, sizeof target)) > 0) {
    got += piece;
  }
  CHECK_EQ(got, count);
  close_both(&ring, b);
}

static void receiving_goes_on(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 100);
  send_bytes(&ring, 0, BYTES);
  expect_nothing(&ring);
  cancel(&ring);
  expect_first(fds[1], expect_cancelled(&ring));
  put(fds[1], "still heard");
  expect_bytes(&ring, SLOT, "still heard");
  close_both(&ring, fds[1]);
}

static void a_send_that_waits_for_the_connection_sends_nothing(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  attach(&ring, SLOT, fd);
  submit(&ring, JEV_OP_CONNECT, 0, SLOT, at(&address), 0, 0);
  send_bytes(&ring, 0, 10);
  cancel(&ring);
  const struct jev_completion *first = next_completion(&ring);
  if (first->op == JEV_SENT) {
    CHECK_RESULT(first->result, -ECANCELED);
    CHECK_EQ(first->value, 0);
    expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  } else { /* the connection was there at once */
    CHECK_EQ(first->op, JEV_CONNECTED);
    CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 10);
  }
  expect_nothing(&ring);
  close_both(&ring, listener);
}

static void a_port_cannot_say_how_much_has_left(void) {
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  attach(&ring, SLOT, a);
  cancel(&ring);
  expect_nothing(&ring);
  send_bytes(&ring, 0, BYTES);
  expect_nothing(&ring);
  cancel(&ring);
  expect_refusal(&ring, JEV_OP_CANCEL_SEND, SLOT, -EOPNOTSUPP);
  close_both(&ring, b);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_send_that_waits_ends_with_what_has_left),
      CASE(in_one_batch_with_the_send_it_leaves_what_went_at_once),
      CASE(a_quiet_send_is_reported_when_it_is_cancelled),
      CASE(without_a_send_nothing_follows),
      CASE(vectors_go_on_in_the_middle),
      CASE(a_pipe_is_written_to_no_more),
      CASE(a_shutdown_behind_it_comes_at_once),
      CASE(receiving_goes_on),
      CASE(a_send_that_waits_for_the_connection_sends_nothing),
  };
  static const struct test_case OF_PORTS[] = {CASE(a_port_cannot_say_how_much_has_left)};
  fill_bytes();
  return test_engine() == JEV_ENGINE_IOCP ? RUN_CASES(OF_PORTS) : RUN_CASES(CASES);
}
