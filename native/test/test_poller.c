/* What every poller must do that a ring seldom asks of it: recreation, and results within their bounds. */
#include <pthread.h>
#include <stdatomic.h>

#include "core/engines.h"
#include "support.h"

static const struct jev_poller_ops *ops(void) { return jev_engine_find(test_engine()); }

enum { MAX = 8 };

static struct jev_header counters;
static struct jev_ready ready[MAX];

static struct jev_poller *open_one(void) {
  struct jev_poller *poller = NULL;
  counters = (struct jev_header){0};
  CHECK_EQ(ops()->open(&poller, &counters, 0), 0);
  return poller;
}

static int32_t look(struct jev_poller *poller) { return ops()->wait(poller, 0, ready, MAX); }

static void a_recreated_poller_watches_nothing(void) {
  struct jev_poller *poller = open_one();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  CHECK_EQ(ops()->set(poller, fds[0], 11, 0, JEV_READ, false), 0);
  CHECK_EQ(look(poller), 1);
  CHECK_EQ(ready[0].token, 11);
  CHECK_EQ(ready[0].mask, JEV_READ);
  CHECK_EQ(ready[0].error, 0);
  CHECK_EQ(ops()->recreate(poller), 0);
  CHECK_EQ(look(poller), 0);
  CHECK_EQ(look(poller), 0);
  CHECK_EQ(ops()->set(poller, fds[0], 12, 0, JEV_READ | JEV_WRITE, false), 0);
  CHECK_EQ(look(poller), 1);
  CHECK_EQ(ready[0].token, 12);
  CHECK_EQ(ready[0].mask, JEV_READ | JEV_WRITE);
  CHECK_EQ(ops()->set(poller, fds[0], 12, JEV_READ | JEV_WRITE, 0, false), 0);
  CHECK_EQ(look(poller), 0);
  ops()->close(poller);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void wake_ups_outlive_recreation(void) {
  struct jev_poller *poller = open_one();
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(ops()->wake(poller), 0);
    CHECK_EQ(ops()->recreate(poller), 0);
    CHECK_EQ(ops()->wait(poller, -1, ready, MAX), 0);
    CHECK_EQ(ops()->wake(poller), 0);
    CHECK_EQ(ops()->wait(poller, -1, ready, MAX), 0);
  }
  ops()->close(poller);
}

static struct jev_poller *woken;
static atomic_bool stop;

/* With pauses, so that who is woken gets a processor, too: there may be one for both. */
static void *wake_again_and_again(void *argument) {
  (void)argument;
  const struct timespec moment = {.tv_nsec = 20000};
  for (uint32_t i = 0; !atomic_load(&stop); i++) {
    CHECK_EQ(ops()->wake(woken), 0);
    if (i % 32 == 0) {
      nanosleep(&moment, NULL);
    }
  }
  return NULL;
}

static void it_is_woken_while_it_is_rebuilt(void) {
  woken = open_one();
  atomic_store(&stop, false);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, wake_again_and_again, NULL), 0);
  for (int i = 0; i < 200; i++) {
    CHECK_EQ(ops()->wait(woken, -1, ready, MAX), 0);
    CHECK_EQ(ops()->recreate(woken), 0);
  }
  atomic_store(&stop, true);
  pthread_join(thread, NULL);
  ops()->close(woken);
}

/* With room for one only, all come in the end. */
static void results_keep_within_their_bounds(void) {
  enum { COUNT = 5 };
  struct jev_poller *poller = open_one();
  int32_t fds[COUNT][2];
  for (int i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    put(fds[i][1], "x");
    CHECK_EQ(ops()->set(poller, fds[i][0], (uint64_t)i, 0, JEV_READ | JEV_WRITE, false), 0);
  }
  uint32_t seen[COUNT] = {0};
  ready[1].token = 99;
  for (int left = 2 * COUNT, round = 0; left > 0; round++) {
    CHECK(round < 100);
    int32_t found = ops()->wait(poller, 0, ready, 1);
    CHECK(found >= 0 && found <= 1);
    CHECK(found == 0 || ready[0].token < COUNT);
    if (found == 1) {
      uint32_t *mask = &seen[ready[0].token];
      left -= (ready[0].mask & JEV_READ & ~*mask) != 0 ? 1 : 0;
      left -= (ready[0].mask & JEV_WRITE & ~*mask) != 0 ? 1 : 0;
      *mask |= ready[0].mask;
    }
  }
  CHECK_EQ(ready[1].token, 99);
  ops()->close(poller);
  for (int i = 0; i < COUNT; i++) {
    jev_close(fds[i][0]);
    jev_close(fds[i][1]);
  }
}

/* More than it has ever reported at once, with numbers beyond any seen before. */
static void it_grows(void) {
  enum { COUNT = 300 };
  static struct jev_ready many[COUNT + 1];
  static int32_t fds[COUNT][2];
  struct jev_poller *poller = open_one();
  for (int i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    CHECK_EQ(ops()->set(poller, fds[i][0], (uint64_t)i, 0, JEV_WRITE, false), 0);
  }
  int32_t found = 0;
  for (int round = 0; round < 20 && found < COUNT; round++) {
    found = ops()->wait(poller, 0, many, COUNT + 1);
    CHECK(found > 0 && found <= COUNT);
  }
  CHECK_EQ(found, COUNT);
  for (int i = 0; i < COUNT; i++) {
    ops()->closing(poller, fds[i][0], JEV_WRITE);
    jev_close(fds[i][0]);
    jev_close(fds[i][1]);
  }
  CHECK_EQ(ops()->wait(poller, 0, many, COUNT + 1), 0);
  ops()->close(poller);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_recreated_poller_watches_nothing),
      CASE(wake_ups_outlive_recreation),
      CASE(it_is_woken_while_it_is_rebuilt),
      CASE(results_keep_within_their_bounds),
      CASE(it_grows),
  };
  return RUN_CASES(CASES);
}
