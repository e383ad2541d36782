/*
 * A ring's thread and others at once: wake-ups, signals, and rings that come and go. Under ThreadSanitizer
 * this shows whether they share anything that they should not; see JEVENT_SANITIZE.
 */
#include "core/atomics.h"
#include "support.h"

enum { WAKERS = 3, ROUNDS = 1000 };

/* What a thread asks of a ring, and how far the ring's thread has come. */
struct requests {
  struct ring *ring;
  jev_atomic asked;
  jev_atomic seen;
  int32_t ordinary; /* passed with `asked` */
};

static void ask_and_wait(void *argument) {
  struct requests *requests = argument;
  for (int32_t i = 1; i <= ROUNDS; i++) {
    requests->ordinary = i;
    jev_store(&requests->asked, i);
    CHECK_EQ(jev_wakeup(requests->ring->handle), 0);
    while (jev_load(&requests->seen) < i) {
      sleep_for(0);
    }
  }
}

/* Each is asked for once, around the moment in which the ring's thread begins to wait. */
static void no_wake_up_is_lost(void) {
  struct ring ring = open_ring();
  struct requests requests = {.ring = &ring};
  struct thread *thread = start_thread(ask_and_wait, &requests);
  int32_t seen = 0;
  while (seen < ROUNDS) {
    CHECK_EQ(enter(&ring, (int64_t)PATIENCE * SECOND), 0);
    int32_t asked = jev_load(&requests.asked);
    CHECK(asked >= seen);
    if (asked > seen) {
      CHECK_EQ(requests.ordinary, asked);
      seen = asked;
      jev_store(&requests.seen, seen);
    }
  }
  join_thread(thread);
  close_ring(&ring);
}

struct wakers {
  struct ring *ring;
  jev_atomic running;
};

static void wake_often(void *argument) {
  struct wakers *wakers = argument;
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(jev_wakeup(wakers->ring->handle), 0);
  }
  jev_add(&wakers->running, -1);
  CHECK_EQ(jev_wakeup(wakers->ring->handle), 0);
}

static void start_wakers(struct wakers *wakers, struct ring *ring, struct thread **threads) {
  wakers->ring = ring;
  jev_store(&wakers->running, WAKERS);
  for (int i = 0; i < WAKERS; i++) {
    threads[i] = start_thread(wake_often, wakers);
  }
}

static void join_all(struct thread **threads, int count) {
  for (int i = 0; i < count; i++) {
    join_thread(threads[i]);
  }
}

/* From slot 0 to slot 1; SENT may be reported before the data arrives or after. */
static void pass_on(struct ring *ring, const char *text) {
  bool sent = false;
  bool received = false;
  submit(ring, JEV_OP_SEND, 0, 0, at(text), (int64_t)strlen(text), 0);
  while (!sent || !received) {
    const struct jev_completion *reported = next_completion(ring);
    if (reported->op == JEV_SENT) {
      CHECK_EQ(reported->result, 0);
      sent = true;
    } else {
      CHECK_EQ(reported->op, JEV_RECEIVED);
      CHECK_EQ(reported->result, strlen(text));
      CHECK(memcmp(ring->slab + reported->value, text, strlen(text)) == 0);
      received = true;
    }
  }
}

/* Bytes go round while others wake. */
static void wake_ups_do_not_disturb_what_is_under_way(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, fds[1]);
  submit(&ring, JEV_OP_RECEIVE, 0, 1, 4096, 0, 0);
  struct wakers wakers = {0};
  struct thread *threads[WAKERS];
  start_wakers(&wakers, &ring, threads);
  for (int i = 0; i < 100 || jev_load(&wakers.running) > 0; i++) {
    pass_on(&ring, "hello");
  }
  join_all(threads, WAKERS);
  detach_and_close(&ring, 1);
  detach_and_close(&ring, 0);
  close_ring(&ring);
}

/* The contract: the waking thread has ended before the ring does. */
static void rings_go_when_their_wakers_have_ended(void) {
  for (int i = 0; i < 10; i++) {
    struct ring ring = open_ring();
    struct wakers wakers = {0};
    struct thread *threads[WAKERS];
    start_wakers(&wakers, &ring, threads);
    while (jev_load(&wakers.running) > 0) {
      CHECK_EQ(enter(&ring, (int64_t)PATIENCE * SECOND), 0);
    }
    join_all(threads, WAKERS);
    close_ring(&ring);
  }
}

static void raise_often(void *argument) {
  jev_atomic *stop = argument;
  while (jev_load(stop) == 0) {
    CHECK_EQ(jev_raise(test_signal(0)), 0);
    sleep_for(50000);
  }
}

static void hear_and_leave(void *argument) {
  (void)argument;
  for (int i = 0; i < 20; i++) {
    struct ring ring = open_ring();
    CHECK_EQ(jev_watch_signal(ring.handle, test_signal(0), 1), 0);
    CHECK(expect(&ring, JEV_SIGNALLED, (uint32_t)test_signal(0))->result > 0);
    while (ring.next < ring.header->completed) { /* it goes on being raised, before a wait and after it */
      CHECK_EQ(ring.completions[ring.next++].op, JEV_SIGNALLED);
    }
    close_ring(&ring);
  }
}

/* A handler counts for rings of other threads, which may be about to go. */
static void rings_of_several_threads_hear_one_signal_and_go(void) {
  struct ring ring = open_ring(); /* keeps the handler: the signal ends the process without one */
  CHECK_EQ(jev_watch_signal(ring.handle, test_signal(0), 1), 0);
  jev_atomic stop = {0};
  struct thread *raising = start_thread(raise_often, &stop);
  struct thread *threads[2];
  for (int i = 0; i < 2; i++) {
    threads[i] = start_thread(hear_and_leave, NULL);
  }
  join_all(threads, 2);
  jev_store(&stop, 1);
  join_thread(raising);
  close_ring(&ring);
}

static void pass_something_on(void *argument) { pass_on(argument, "x"); }

/* One thread after the other, with something armed all the time. */
static void a_ring_moves_from_thread_to_thread(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, fds[1]);
  submit(&ring, JEV_OP_RECEIVE, 0, 1, 4096, 0, 0);
  for (int i = 0; i < 8; i++) {
    join_thread(start_thread(pass_something_on, &ring));
  }
  detach_and_close(&ring, 1);
  detach_and_close(&ring, 0);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(no_wake_up_is_lost),
      CASE(wake_ups_do_not_disturb_what_is_under_way),
      CASE(rings_go_when_their_wakers_have_ended),
      CASE(rings_of_several_threads_hear_one_signal_and_go),
      CASE(a_ring_moves_from_thread_to_thread),
  };
  return RUN_CASES(CASES);
}
