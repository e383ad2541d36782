/* What only POSIX systems have: handlers of signals, interruptions, SIGPIPE. */
#include <pthread.h>
#include <signal.h>

#include "core/atomics.h"
#include "support.h"

static jev_atomic previous_calls;

static void former(int number) {
  (void)number;
  jev_add(&previous_calls, 1);
}

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

static void the_previous_handler_comes_back(void) {
  struct sigaction mine = {.sa_handler = former};
  struct sigaction saved;
  struct sigaction found;
  CHECK_EQ(sigaction(SIGUSR1, &mine, &saved), 0);
  jev_store(&previous_calls, 0);
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
  CHECK_EQ(jev_load(&previous_calls), 1);
  close_ring(&one);
  CHECK_EQ(sigaction(SIGUSR1, &saved, NULL), 0);
}

static void signals_have_the_platforms_numbers(void) {
  CHECK_EQ(jev_signal_number(1), SIGHUP);
  CHECK_EQ(jev_signal_number(2), SIGINT);
  CHECK_EQ(jev_signal_number(4), SIGUSR1);
  CHECK_EQ(jev_signal_number(8), SIGTERM);
  CHECK_EQ(jev_signal_number(14), SIGURG);
  CHECK_EQ(jev_signal_number(15), -EINVAL);
  CHECK_EQ(jev_raise(0), 0);
}

static void a_stop_cannot_be_watched(void) {
  struct ring ring = open_ring();
  CHECK_EQ(jev_watch_signal(ring.handle, SIGKILL, 1), -EINVAL);
  CHECK_EQ(jev_watch_signal(ring.handle, SIGSTOP, 1), -EINVAL);
  close_ring(&ring);
}

static void a_broken_connection_raises_no_signal(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  jev_close(fds[1]);
  attach(&ring, 0, fds[0]);
  CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
  submit(&ring, JEV_OP_SEND, 0, 0, at("lost"), 4, 0);
  CHECK_EQ(expect_result(&ring, JEV_SENT, 0, -EPIPE)->value, 0);
  struct jev_vec vectors[] = {{at("lost "), 5}, {at("too"), 3}};
  submit(&ring, JEV_OP_SEND, JEV_FLAG_VECTOR, 0, at(vectors), 2, 0);
  CHECK_EQ(expect_result(&ring, JEV_SENT, 0, -EPIPE)->value, 0);
  CHECK_EQ(jev_send_to(fds[0], at("lost"), 4, 0), -EPIPE);
  CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  CHECK_EQ(jev_write(fds[0], at("lost"), 4), -EPIPE);
  detach_and_close(&ring, 0);
  close_ring(&ring);
}

static void ignore(int number) { (void)number; }

static void *interrupt(void *argument) {
  sleep_for(20000000);
  pthread_kill(*(pthread_t *)argument, SIGALRM);
  return NULL;
}

static void an_interruption_does_not_end_the_wait(void) {
  struct ring ring = open_ring();
  struct sigaction action = {.sa_handler = ignore};
  struct sigaction saved;
  CHECK_EQ(sigaction(SIGALRM, &action, &saved), 0);
  pthread_t self = pthread_self();
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, interrupt, &self), 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 60000000), 0); /* interrupted after a third of it */
  CHECK(now() - start >= 60000000);
  pthread_join(thread, NULL);
  CHECK_EQ(sigaction(SIGALRM, &saved, NULL), 0);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(the_previous_handler_comes_back),
      CASE(signals_have_the_platforms_numbers),
      CASE(a_stop_cannot_be_watched),
      CASE(a_broken_connection_raises_no_signal),
      CASE(an_interruption_does_not_end_the_wait),
  };
  return RUN_CASES(CASES);
}
