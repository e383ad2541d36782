/* ATTACH and DETACH: cancelling what is under way, closing, and using slots again. */

#include "support.h"

enum { SLOT = 8, BYTES = 1000000 };

static void detach(struct ring *ring, uint32_t slot) { submit(ring, JEV_OP_DETACH, 0, slot, 0, 0, 0); }

static void the_descriptor_stays_open_unless_asked(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  detach(&ring, SLOT);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  CHECK(jev_get_option(fds[0], JEV_OPT_CLOSE_ON_EXEC) >= 0);
  attach(&ring, SLOT, fds[0]);
  detach_and_close(&ring, SLOT);
  CHECK_RESULT(jev_get_option(fds[0], JEV_OPT_CLOSE_ON_EXEC), -EBADF);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void nothing_follows_detached(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  submit(&ring, JEV_OP_SHUTDOWN, 0, SLOT, 2, 0, 0);
  expect_nothing(&ring);
  put(fds[1], "too late");
  detach(&ring, SLOT);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  free(bytes);
  expect_nothing(&ring);
  detach(&ring, SLOT);
  expect_refusal(&ring, JEV_OP_DETACH, SLOT, -ENOENT);
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_slot_starts_clean(void) {
  struct ring ring = open_ring();
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  put(first[1], "of the first");
  attach(&ring, SLOT, first[0]);
  submit(&ring, JEV_OP_POLL, 0, SLOT, JEV_READ, 0, 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  detach(&ring, SLOT);
  attach(&ring, SLOT, second[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  expect_nothing(&ring);
  put(second[1], "of the second");
  expect_bytes(&ring, SLOT, "of the second");
  attach(&ring, SLOT, first[0]);
  expect_refusal(&ring, JEV_OP_ATTACH, SLOT, -EEXIST);
  detach_and_close(&ring, SLOT);
  jev_close(first[0]);
  jev_close(first[1]);
  jev_close(second[1]);
  close_ring(&ring);
}

static void a_descriptor_moves_from_slot_to_slot(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  for (uint32_t slot = 0; slot < 200; slot++) {
    attach(&ring, slot, fds[0]);
    submit(&ring, JEV_OP_POLL, 0, slot, JEV_READ, 0, 0);
    expect_result(&ring, JEV_READY, slot, JEV_READ);
    detach(&ring, slot);
    expect_result(&ring, JEV_DETACHED, slot, 0);
  }
  expect_nothing(&ring);
  CHECK_EQ(ring.header->recreations, 0);
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void closing_reports_its_error(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  expect_nothing(&ring);
  jev_close(fds[0]);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, -EBADF);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void slots_grow_as_needed(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "far out");
  attach(&ring, 1000000, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, 1000000, 100, 0, 0);
  expect_bytes(&ring, 1000000, "far out");
  attach(&ring, 1 << 24, fds[0]);
  expect_refusal(&ring, JEV_OP_ATTACH, 1 << 24, -EINVAL);
  attach(&ring, UINT32_MAX, fds[0]);
  expect_refusal(&ring, JEV_OP_ATTACH, UINT32_MAX, -EINVAL);
  detach_and_close(&ring, 1000000);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* A ring that goes away leaves the attached descriptors open. */
static void destroying_leaves_descriptors_alone(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  expect_nothing(&ring);
  close_ring(&ring);
  free(bytes);
  CHECK(jev_get_option(fds[0], JEV_OPT_CLOSE_ON_EXEC) >= 0);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(the_descriptor_stays_open_unless_asked),
      CASE(nothing_follows_detached),
      CASE(a_slot_starts_clean),
      CASE(a_descriptor_moves_from_slot_to_slot),
      CASE(closing_reports_its_error),
      CASE(slots_grow_as_needed),
      CASE(destroying_leaves_descriptors_alone),
  };
  return RUN_CASES(CASES);
}
