/* SHUTDOWN: each direction, and its order after sends. */

#include "support.h"

enum { SLOT = 6, BYTES = 1000000 };

static void shut(struct ring *ring, int64_t how) { submit(ring, JEV_OP_SHUTDOWN, 0, SLOT, how, 0, 0); }

static void the_peer_sees_the_end(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("bye"), 3, 0);
  shut(&ring, 2);
  expect_result(&ring, JEV_SENT, SLOT, 0);
  expect_result(&ring, JEV_SHUT, SLOT, 0);
  char bytes[16];
  CHECK_EQ(read_soon(fds[1], bytes, sizeof bytes), 3);
  CHECK_EQ(read_soon(fds[1], bytes, sizeof bytes), 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("late"), 4, 0);
  expect_result(&ring, JEV_SENT, SLOT, -EPIPE);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  put(fds[1], "still heard");
  expect_bytes(&ring, SLOT, "still heard");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void writing_ends_after_what_was_to_be_sent(int64_t how) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  shut(&ring, how);
  shut(&ring, how);
  expect_refusal(&ring, JEV_OP_SHUTDOWN, SLOT, -EALREADY);
  static uint8_t target[10000];
  int64_t got = 0;
  while (got < BYTES) {
    int64_t count = jev_read(fds[1], at(target), sizeof target);
    CHECK(count != 0);
    got += count > 0 ? count : 0;
    if (errno_of(count) == EAGAIN) {
      let_it_go_on(&ring);
    }
  }
  expect_result(&ring, JEV_SENT, SLOT, 0);
  expect_result(&ring, JEV_SHUT, SLOT, 0);
  CHECK_EQ(read_soon(fds[1], target, sizeof target), 0);
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void it_follows_the_sends_before_it(void) {
  writing_ends_after_what_was_to_be_sent(2);
  writing_ends_after_what_was_to_be_sent(3);
}

static void reading_is_shut_at_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  shut(&ring, 1);
  expect_result(&ring, JEV_SHUT, SLOT, 0);
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  expect_nothing(&ring);
  jev_close(fds[1]);
  CHECK(expect(&ring, JEV_SENT, SLOT)->result < 0);
  free(bytes);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void it_follows_a_send_that_fails(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  shut(&ring, 2);
  expect_nothing(&ring);
  jev_close(fds[1]);
  CHECK(expect(&ring, JEV_SENT, SLOT)->result < 0);
  expect(&ring, JEV_SHUT, SLOT);
  free(bytes);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void errors_are_reported(void) {
  struct ring ring = open_ring();
  attach(&ring, SLOT, jev_socket(JEV_FAMILY_INET, JEV_STREAM));
  shut(&ring, 2);
  expect_result(&ring, JEV_SHUT, SLOT, -ENOTCONN);
  shut(&ring, 0);
  expect_refusal(&ring, JEV_OP_SHUTDOWN, SLOT, -EINVAL);
  shut(&ring, 4);
  expect_refusal(&ring, JEV_OP_SHUTDOWN, SLOT, -EINVAL);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
  CHECK_RESULT(jev_shutdown(0, 9), -EINVAL);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(the_peer_sees_the_end),   CASE(it_follows_the_sends_before_it),
      CASE(reading_is_shut_at_once), CASE(it_follows_a_send_that_fails),
      CASE(errors_are_reported),
  };
  return RUN_CASES(CASES);
}
