/*
 * The cost of libevent's heap of time-outs. A batch of timers is added, added again with another time,
 * cancelled, and fired, while others are pending. Random time-outs of half an hour to an hour.
 *
 *   timer_libevent [-n pending] [-l]
 *
 * With -l the base has a lock, as programs of several threads need it.
 *
 * Printed: nanoseconds for an operation, medians over rounds.
 */
#include <event2/event.h>
#include <event2/thread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
  BATCH = 10000,
  ROUNDS = 51,
  HALF_AN_HOUR = 1800,
  SECOND = 1000000000,
  MICROS = 1000000,
  MAX = 10000000
};

static struct event_base *base;
static struct event *batch[BATCH];
static struct timeval times[BATCH];
static int64_t fired;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static void fire(evutil_socket_t fd, short what, void *unused) {
  (void)fd;
  (void)what;
  (void)unused;
  fired++;
}

static struct event *new_timer(void) {
  struct event *timer = evtimer_new(base, fire, NULL);
  if (timer == NULL) {
    fprintf(stderr, "timer_libevent: no memory\n");
    exit(1);
  }
  return timer;
}

static void make_times(void) {
  uint32_t seed = 20261123;
  for (int i = 0; i < BATCH; i++) {
    seed = seed * 1664525U + 1013904223U;
    times[i].tv_sec = HALF_AN_HOUR + (time_t)((seed >> 8) % HALF_AN_HOUR);
    times[i].tv_usec = (suseconds_t)(seed % MICROS);
  }
}

/* Each in turn with the same time as before (step 1), or with those of the others (step -1). */
static double add_all(int first, int step) {
  int64_t start = now();
  for (int i = 0, time = first; i < BATCH; i++, time += step) {
    evtimer_add(batch[i], &times[time]);
  }
  return (double)(now() - start) / BATCH;
}

static double cancel_all(void) {
  int64_t start = now();
  for (int i = 0; i < BATCH; i++) {
    evtimer_del(batch[i]);
  }
  return (double)(now() - start) / BATCH;
}

static double fire_all(void) {
  static const struct timeval due = {0};
  int64_t before = fired;
  for (int i = 0; i < BATCH; i++) {
    evtimer_add(batch[i], &due);
  }
  int64_t start = now();
  while (fired - before < BATCH) {
    event_base_loop(base, EVLOOP_NONBLOCK);
  }
  return (double)(now() - start) / BATCH;
}

static int by_value(const void *a, const void *b) {
  double left = *(const double *)a;
  double right = *(const double *)b;
  return left < right ? -1 : left > right;
}

static double median(double *figures) {
  qsort(figures, ROUNDS, sizeof *figures, by_value);
  return figures[ROUNDS / 2];
}

int main(int argc, char **argv) {
  static const char OPTIONS[] = "n:l";
  long pending = 1000;
  bool locks = false;
  for (int option = getopt(argc, argv, OPTIONS); option >= 0; option = getopt(argc, argv, OPTIONS)) {
    if (option == 'l') {
      locks = true;
    } else {
      pending = option == 'n' ? strtol(optarg, NULL, 10) : -1;
    }
  }
  if (pending < 0 || pending > MAX || optind != argc) {
    fprintf(stderr, "usage: timer_libevent [-n pending] [-l]\n");
    return 2;
  }
  if (locks && evthread_use_pthreads() != 0) {
    fprintf(stderr, "timer_libevent: no locks\n");
    return 1;
  }
  base = event_base_new();
  if (base == NULL) {
    return 1;
  }
  make_times();
  for (long i = 0; i < pending; i++) {
    evtimer_add(new_timer(), &times[i % BATCH]);
  }
  for (int i = 0; i < BATCH; i++) {
    batch[i] = new_timer();
  }
  static double figures[4][ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    figures[0][i] = add_all(0, 1);
    figures[1][i] = add_all(BATCH - 1, -1);
    figures[2][i] = cancel_all();
    figures[3][i] = fire_all();
  }
  printf("add=%.1f again=%.1f cancel=%.1f fire=%.1f\n", median(figures[0]), median(figures[1]),
         median(figures[2]), median(figures[3]));
  return 0;
}
