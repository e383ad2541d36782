/* Signals: counts, several rings, the former handler, and handlers that run while rings come and go. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "support.h"

static atomic_int former_calls;

static void former(int number) {
  (void)number;
  atomic_fetch_add(&former_calls, 1);
}

static void watch(struct ring *ring, int32_t number, int32_t on) {
  CHECK_EQ(jev_watch_signal(ring->handle, number, on), 0);
}

/* Counts may be told in parts. */
static void expect_signals(struct ring *ring, int32_t number, int32_t count) {
  while (count > 0) {
    const struct jev_completion *told = expect(ring, JEV_SIGNALLED, (uint32_t)number);
    CHECK(told->result > 0 && told->result <= count);
    count -= told->result;
  }
  expect_nothing(ring);
}

static void signals_are_counted(void) {
  struct ring ring = open_ring();
  watch(&ring, SIGUSR1, 1);
  watch(&ring, SIGUSR1, 1);
  watch(&ring, SIGUSR2, 1);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(raise(SIGUSR1), 0);
  }
  expect_signals(&ring, SIGUSR1, 3);
  CHECK_EQ(jev_raise(SIGUSR2), 0);
  expect_signals(&ring, SIGUSR2, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR2), 0);
  expect_result(&ring, JEV_SIGNALLED, SIGUSR1 < SIGUSR2 ? SIGUSR1 : SIGUSR2, 1);
  expect_result(&ring, JEV_SIGNALLED, SIGUSR1 < SIGUSR2 ? SIGUSR2 : SIGUSR1, 1);
  close_ring(&ring);
}

static void several_rings_hear_the_same_signal(void) {
  struct ring one = open_ring();
  struct ring two = open_ring();
  struct ring deaf = open_ring();
  watch(&one, SIGUSR1, 1);
  watch(&two, SIGUSR1, 1);
  watch(&deaf, SIGUSR2, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  expect_signals(&one, SIGUSR1, 2);
  expect_signals(&two, SIGUSR1, 2);
  expect_nothing(&deaf);
  watch(&one, SIGUSR1, 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  expect_nothing(&one);
  expect_signals(&two, SIGUSR1, 1);
  close_ring(&one);
  close_ring(&two);
  close_ring(&deaf);
}

static void the_former_handler_comes_back(void) {
  struct sigaction mine = {.sa_handler = former};
  struct sigaction saved;
  struct sigaction found;
  CHECK_EQ(sigaction(SIGUSR1, &mine, &saved), 0);
  atomic_store(&former_calls, 0);
  struct ring one = open_ring();
  struct ring two = open_ring();
  watch(&one, SIGUSR1, 1);
  watch(&two, SIGUSR1, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  expect_signals(&one, SIGUSR1, 1);
  watch(&one, SIGUSR1, 0);
  CHECK_EQ(sigaction(SIGUSR1, NULL, &found), 0);
  CHECK(found.sa_handler != former);
  CHECK((found.sa_flags & SA_RESTART) != 0);
  expect_signals(&two, SIGUSR1, 1);
  close_ring(&two); /* which watches still */
  CHECK_EQ(sigaction(SIGUSR1, NULL, &found), 0);
  CHECK(found.sa_handler == former);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(atomic_load(&former_calls), 1);
  close_ring(&one);
  CHECK_EQ(sigaction(SIGUSR1, &saved, NULL), 0);
}

static void what_was_not_told_is_forgotten_with_the_watch(void) {
  struct ring ring = open_ring();
  watch(&ring, SIGUSR1, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  watch(&ring, SIGUSR1, 0);
  expect_nothing(&ring);
  watch(&ring, SIGUSR1, 1);
  expect_nothing(&ring);
  CHECK_EQ(raise(SIGUSR1), 0);
  expect_signals(&ring, SIGUSR1, 1);
  watch(&ring, SIGUSR2, 0); /* never watched */
  close_ring(&ring);
}

static void some_cannot_be_watched(void) {
  struct ring ring = open_ring();
  CHECK_EQ(jev_watch_signal(ring.handle, SIGKILL, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, SIGSTOP, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, 0, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, -1, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, 1000, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, 1000, 0), -EINVAL);
  close_ring(&ring);
}

static void *raise_soon(void *argument) {
  (void)argument;
  usleep(30000);
  jev_raise(SIGUSR1);
  return NULL;
}

static void a_signal_ends_the_wait(void) {
  struct ring ring = open_ring();
  watch(&ring, SIGUSR1, 1);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, raise_soon, NULL), 0);
  int64_t start = now();
  expect_result(&ring, JEV_SIGNALLED, SIGUSR1, 1);
  CHECK(now() - start < (int64_t)PATIENCE * SECOND);
  pthread_join(thread, NULL);
  close_ring(&ring);
}

enum { RAISED = 2000 };

static void *raise_often(void *argument) {
  (void)argument;
  for (int i = 0; i < RAISED; i++) {
    pthread_kill(pthread_self(), SIGUSR1); /* handled before it returns: each counts */
  }
  return NULL;
}

static void none_is_lost_across_threads(void) {
  struct ring ring = open_ring();
  watch(&ring, SIGUSR1, 1);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(pthread_create(&threads[i], NULL, raise_often, NULL), 0);
  }
  expect_signals(&ring, SIGUSR1, 2 * RAISED);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  close_ring(&ring);
}

static void rings_come_and_go_while_handlers_run(void) {
  struct ring steady = open_ring();
  watch(&steady, SIGUSR1, 1);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, raise_often, NULL), 0);
  for (int i = 0; i < 200; i++) {
    struct ring brief = open_ring_of(8, 1, 1024);
    watch(&brief, SIGUSR1, 1);
    enter(&brief, 0);
    brief.next = brief.header->completed;
    close_ring(&brief);
  }
  expect_signals(&steady, SIGUSR1, RAISED);
  pthread_join(thread, NULL);
  close_ring(&steady);
}

static void portable_indices_name_the_platforms_signals(void) {
  CHECK_EQ(jev_signal_number(1), SIGHUP);
  CHECK_EQ(jev_signal_number(2), SIGINT);
  CHECK_EQ(jev_signal_number(4), SIGUSR1);
  CHECK_EQ(jev_signal_number(8), SIGTERM);
  CHECK_EQ(jev_signal_number(14), SIGURG);
  CHECK_EQ(jev_signal_number(0), -EINVAL);
  CHECK_EQ(jev_signal_number(15), -EINVAL);
  CHECK_EQ(jev_signal_number(-1), -EINVAL);
  CHECK_EQ(jev_raise(0), 0);
  CHECK_EQ(jev_raise(-3), -EINVAL);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(signals_are_counted),
      CASE(several_rings_hear_the_same_signal),
      CASE(the_former_handler_comes_back),
      CASE(what_was_not_told_is_forgotten_with_the_watch),
      CASE(some_cannot_be_watched),
      CASE(a_signal_ends_the_wait),
      CASE(none_is_lost_across_threads),
      CASE(rings_come_and_go_while_handlers_run),
      CASE(portable_indices_name_the_platforms_signals),
  };
  return RUN_CASES(CASES);
}
