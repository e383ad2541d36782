/* What operations on libevent's evbuffers cost: bytes added and removed, moved, searched. Nanoseconds,
 * medians. */
#include <event2/buffer.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES = 20000, ROUNDS = 31, SMALL = 64, LARGE = 16384, SECOND = 1000000000 };

static struct evbuffer *buffer;
static struct evbuffer *other;
static struct evbuffer *searched;
static char block[LARGE];

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "buffer_libevent: %s\n", what);
  exit(1);
}

static void through(size_t size) {
  evbuffer_add(buffer, block, size);
  if (evbuffer_remove(buffer, block, size) != (int)size) {
    give_up("bytes are missing");
  }
}

static void move(size_t size) {
  evbuffer_add(buffer, block, size);
  evbuffer_add_buffer(other, buffer);
  evbuffer_drain(other, size);
}

static void find(size_t size) {
  struct evbuffer_ptr found = evbuffer_search(searched, "\n", 1, NULL);
  if (found.pos != (ssize_t)size - 1) {
    give_up("the newline was not found");
  }
}

static int by_value(const void *a, const void *b) {
  double left = *(const double *)a;
  double right = *(const double *)b;
  return left < right ? -1 : left > right;
}

static double measure(void (*operation)(size_t size), size_t size) {
  static double figures[ROUNDS];
  for (int round = 0; round < ROUNDS; round++) {
    int64_t start = now();
    for (int i = 0; i < TIMES; i++) {
      operation(size);
    }
    figures[round] = (double)(now() - start) / TIMES;
  }
  qsort(figures, ROUNDS, sizeof *figures, by_value);
  return figures[ROUNDS / 2];
}

int main(void) {
  buffer = evbuffer_new();
  other = evbuffer_new();
  searched = evbuffer_new();
  if (buffer == NULL || other == NULL || searched == NULL) {
    give_up("no memory");
  }
  memset(block, 'x', LARGE - 1);
  block[LARGE - 1] = '\n';
  evbuffer_add(searched, block, LARGE);
  double small = measure(through, SMALL);
  double large = measure(through, LARGE);
  printf("small=%.1f large=%.1f move=%.1f find=%.1f\n", small, large, measure(move, SMALL),
         measure(find, LARGE));
  return 0;
}
