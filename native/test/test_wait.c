/* Waiting: time-outs and wake-ups. */
#include "core/atomics.h"
#include "support.h"

static void time_outs_are_never_early(void) {
  static const int64_t TIMES[] = {1, 1000, 150000, 1000000, 2500000, 40000000};
  struct ring ring = open_ring();
  for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
    for (int round = 0; round < 5; round++) {
      int64_t start = now();
      CHECK_EQ(enter(&ring, TIMES[i]), 0);
      int64_t took = now() - start;
      CHECK(took >= TIMES[i]);
      CHECK(took < TIMES[i] + (int64_t)PATIENCE * SECOND);
    }
  }
  close_ring(&ring);
}

static void nothing_to_wait_for_means_no_wait(void) {
  struct ring ring = open_ring();
  CHECK_EQ(enter(&ring, 0), 0);
  uint64_t syscalls = ring.header->syscalls;
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(enter(&ring, 0), 0);
  }
  CHECK_EQ(ring.header->syscalls - syscalls,
           test_engine() == JEV_ENGINE_IO_URING ? 0 /* it sees that */ : 10);
  close_ring(&ring);
}

/* A time-out that an event cut short must not end a later wait. */
static void an_old_time_out_does_not_end_a_later_wait(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  attach(&ring, 0, fds[0]);
  submit(&ring, JEV_OP_POLL, 0, 0, JEV_READ, 0, 0);
  CHECK_EQ(enter(&ring, 20000000), 1); /* returns at once */
  submit(&ring, JEV_OP_POLL, 0, 0, 0, 0, 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 60000000), 0);
  CHECK(now() - start >= 60000000);
  submit(&ring, JEV_OP_POLL, 0, 0, JEV_READ, 0, 0);
  CHECK_EQ(enter(&ring, 10000000), 1);
  submit(&ring, JEV_OP_DETACH, 0, 0, 0, 0, 0);
  CHECK_EQ(enter(&ring, 0), 1);
  CHECK_EQ(enter(&ring, 0), 0);
  sleep_for(20000000);
  start = now();
  CHECK_EQ(enter(&ring, 30000000), 0);
  CHECK(now() - start >= 30000000);
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_wake_up_before_the_wait_counts(void) {
  struct ring ring = open_ring();
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(jev_wakeup(ring.handle), 0);
    CHECK_EQ(jev_wakeup(ring.handle), 0);
    CHECK_EQ(enter(&ring, -1), 0);
    int64_t start = now();
    CHECK_EQ(enter(&ring, 5000000), 0); /* both were used up */
    CHECK(now() - start >= 5000000);
  }
  close_ring(&ring);
}

static jev_atomic stop;

static void wake_again_and_again(void *argument) {
  struct ring *ring = argument;
  while (jev_load(&stop) == 0) {
    jev_wakeup(ring->handle);
    sleep_for(300000);
  }
}

static void any_thread_ends_the_wait(void) {
  struct ring ring = open_ring();
  jev_store(&stop, 0);
  struct thread *threads[2];
  for (int i = 0; i < 2; i++) {
    threads[i] = start_thread(wake_again_and_again, &ring);
  }
  for (int i = 0; i < 200; i++) {
    CHECK_EQ(enter(&ring, -1), 0);
  }
  jev_store(&stop, 1);
  for (int i = 0; i < 2; i++) {
    join_thread(threads[i]);
  }
  close_ring(&ring);
}

/* Without a time-out nothing but a wake-up ends the wait, also after waits that had one. */
static void wake_once(void *argument) {
  struct ring *ring = argument;
  sleep_for(60000000);
  jev_wakeup(ring->handle);
}

static void a_wait_without_limit_lasts_until_woken(void) {
  struct ring ring = open_ring();
  jev_wakeup(ring.handle);
  CHECK_EQ(enter(&ring, 10000000), 0); /* leaves 10 ms unspent */
  int64_t start = now();
  struct thread *thread = start_thread(wake_once, &ring);
  CHECK_EQ(enter(&ring, -1), 0);
  CHECK(now() - start >= 60000000);
  join_thread(thread);
  close_ring(&ring);
}

/* What the system's seconds cannot count is a wait as well. */
static void the_longest_waits_are_waits(void) {
  static const int64_t YEAR = (int64_t)365 * 86400 * SECOND;
  const int64_t times[] = {4 * YEAR, 100 * YEAR, 200 * YEAR, INT64_MAX};
  struct ring ring = open_ring();
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    int64_t start = now();
    struct thread *thread = start_thread(wake_once, &ring);
    CHECK_EQ(enter(&ring, times[i]), 0);
    CHECK(now() - start >= 60000000);
    join_thread(thread);
  }
  close_ring(&ring);
}

/* What there is to report already is not waited for, and does not keep the kernel from being asked. */
static void completions_at_hand_are_not_waited_for(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, other[0]);
  submit(&ring, JEV_OP_POLL, 0, 1, JEV_READ, 0, 0);
  put(other[1], "x");
  bool seen = false;
  for (int i = 0; i < 4; i++) {
    submit(&ring, JEV_OP_SEND, 0, 0, at("x"), 1, 0);
    CHECK(enter(&ring, -1) >= 1);
    CHECK_EQ(ring.completions[0].op, JEV_SENT);
    seen = seen || ring.header->completed == 2;
    ring.next = ring.header->completed;
  }
  CHECK(seen);
  detach_and_close(&ring, 0);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, 1, 0, 0, 0);
  while (ring.completions[ring.header->completed - 1].op != JEV_DETACHED || ring.header->completed == 0 ||
         ring.completions[ring.header->completed - 1].slot != 1) {
    enter(&ring, 0);
  }
  ring.next = ring.header->completed;
  jev_close(fds[1]);
  jev_close(other[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(time_outs_are_never_early),
      CASE(nothing_to_wait_for_means_no_wait),
      CASE(an_old_time_out_does_not_end_a_later_wait),
      CASE(a_wake_up_before_the_wait_counts),
      CASE(any_thread_ends_the_wait),
      CASE(a_wait_without_limit_lasts_until_woken),
      CASE(the_longest_waits_are_waits),
      CASE(completions_at_hand_are_not_waited_for),
  };
  return RUN_CASES(CASES);
}
