/* Signals: counts, several rings, and handlers that run while rings come and go. */

#include "support.h"

#define ONE test_signal(0)
#define OTHER test_signal(1)

static void watch(struct ring *ring, int32_t number, int32_t on) {
  CHECK_EQ(jev_watch_signal(ring->handle, number, on), 0);
}

/* Counts may be reported in parts. */
static void expect_signals(struct ring *ring, int32_t number, int32_t count) {
  while (count > 0) {
    const struct jev_completion *reported = expect(ring, JEV_SIGNALLED, (uint32_t)number);
    CHECK(reported->result > 0 && reported->result <= count);
    count -= reported->result;
  }
  expect_nothing(ring);
}

static void signals_are_counted(void) {
  struct ring ring = open_ring();
  watch(&ring, ONE, 1);
  watch(&ring, ONE, 1);
  watch(&ring, OTHER, 1);
  for (int i = 0; i < 3; i++) {
    raise_here(ONE);
  }
  expect_signals(&ring, ONE, 3);
  CHECK_EQ(jev_raise(OTHER), 0);
  expect_signals(&ring, OTHER, 1);
  raise_here(ONE);
  raise_here(OTHER);
  expect_result(&ring, JEV_SIGNALLED, (uint32_t)(ONE < OTHER ? ONE : OTHER), 1);
  expect_result(&ring, JEV_SIGNALLED, (uint32_t)(ONE < OTHER ? OTHER : ONE), 1);
  close_ring(&ring);
}

static void several_rings_hear_the_same_signal(void) {
  struct ring one = open_ring();
  struct ring two = open_ring();
  struct ring deaf = open_ring();
  watch(&one, ONE, 1);
  watch(&two, ONE, 1);
  watch(&deaf, OTHER, 1);
  raise_here(ONE);
  raise_here(ONE);
  expect_signals(&one, ONE, 2);
  expect_signals(&two, ONE, 2);
  expect_nothing(&deaf);
  watch(&one, ONE, 0);
  raise_here(ONE);
  expect_nothing(&one);
  expect_signals(&two, ONE, 1);
  close_ring(&one);
  close_ring(&two);
  close_ring(&deaf);
}

static void what_was_not_reported_ends_with_the_watch(void) {
  struct ring ring = open_ring();
  watch(&ring, ONE, 1);
  raise_here(ONE);
  watch(&ring, ONE, 0);
  expect_nothing(&ring);
  watch(&ring, ONE, 1);
  expect_nothing(&ring);
  raise_here(ONE);
  expect_signals(&ring, ONE, 1);
  watch(&ring, OTHER, 0); /* never watched */
  close_ring(&ring);
}

static void some_cannot_be_watched(void) {
  struct ring ring = open_ring();
  CHECK_RESULT(jev_watch_signal(ring.handle, 9 /* KILL */, 1), -EINVAL);
  CHECK_RESULT(jev_watch_signal(ring.handle, 0, 1), -EINVAL);
  CHECK_RESULT(jev_watch_signal(ring.handle, -1, 1), -EINVAL);
  CHECK_RESULT(jev_watch_signal(ring.handle, 1000, 1), -EINVAL);
  CHECK_RESULT(jev_watch_signal(ring.handle, 1000, 0), -EINVAL);
  close_ring(&ring);
}

static void raise_soon(void *argument) {
  (void)argument;
  sleep_for(30000000);
  jev_raise(ONE);
}

static void a_signal_ends_the_wait(void) {
  struct ring ring = open_ring();
  watch(&ring, ONE, 1);
  struct thread *thread = start_thread(raise_soon, NULL);
  int64_t start = now();
  expect_result(&ring, JEV_SIGNALLED, (uint32_t)ONE, 1);
  CHECK(now() - start < (int64_t)PATIENCE * SECOND);
  join_thread(thread);
  close_ring(&ring);
}

enum { RAISED = 2000 };

static void raise_often(void *argument) {
  (void)argument;
  for (int i = 0; i < RAISED; i++) {
    raise_here(ONE); /* handled before it returns: each counts */
  }
}

static void none_is_lost_across_threads(void) {
  struct ring ring = open_ring();
  watch(&ring, ONE, 1);
  struct thread *threads[2];
  for (int i = 0; i < 2; i++) {
    threads[i] = start_thread(raise_often, NULL);
  }
  expect_signals(&ring, ONE, 2 * RAISED);
  for (int i = 0; i < 2; i++) {
    join_thread(threads[i]);
  }
  close_ring(&ring);
}

static void rings_come_and_go_while_handlers_run(void) {
  struct ring steady = open_ring();
  watch(&steady, ONE, 1);
  struct thread *thread = start_thread(raise_often, NULL);
  for (int i = 0; i < 200; i++) {
    struct ring brief = open_ring_of(8, 1, 1024);
    watch(&brief, ONE, 1);
    enter(&brief, 0);
    brief.next = brief.header->completed;
    close_ring(&brief);
  }
  expect_signals(&steady, ONE, RAISED);
  join_thread(thread);
  close_ring(&steady);
}

static void portable_indices_name_the_platforms_signals(void) {
  CHECK_EQ(jev_signal_number(2), 2);
  CHECK_EQ(jev_signal_number(8), 15);
  CHECK_RESULT(jev_signal_number(0), -EINVAL);
  CHECK_RESULT(jev_signal_number(16), -EINVAL);
  CHECK_RESULT(jev_signal_number(-1), -EINVAL);
  CHECK_RESULT(jev_raise(-3), -EINVAL);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(signals_are_counted),
      CASE(several_rings_hear_the_same_signal),
      CASE(what_was_not_reported_ends_with_the_watch),
      CASE(some_cannot_be_watched),
      CASE(a_signal_ends_the_wait),
      CASE(none_is_lost_across_threads),
      CASE(rings_come_and_go_while_handlers_run),
      CASE(portable_indices_name_the_platforms_signals),
  };
  return RUN_CASES(CASES);
}
