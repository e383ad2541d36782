/* See dns_client.h. */
#include "dns_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { NAMES = 10000, MAX_NAME = 32 };

int dns_port;
int dns_window;

static long warm_up;
static long queries;
static long answers;
static double begun;
static double used;

_Noreturn void dns_give_up(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static long positive(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < 1 || value > INT32_MAX) {
    dns_give_up("usage: PORT WINDOW WARM_UP QUERIES");
  }
  return value;
}

void dns_options(int argc, char **argv) {
  if (argc != 5) {
    dns_give_up("usage: PORT WINDOW WARM_UP QUERIES");
  }
  dns_port = (int)positive(argv[1]);
  dns_window = (int)positive(argv[2]);
  warm_up = positive(argv[3]);
  queries = positive(argv[4]);
}

const char *dns_next_name(void) {
  static char name[MAX_NAME];
  static int next;
  snprintf(name, sizeof name, "q%d.test", next++ % NAMES);
  return name;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double processor(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

bool dns_answered(bool right) {
  if (!right) {
    dns_give_up("a query has failed");
  }
  answers++;
  if (answers == warm_up) {
    begun = now();
    used = processor();
  }
  if (answers < warm_up + queries) {
    return true;
  }
  printf("us=%.3f rate=%.0f\n", (processor() - used) * 1e6 / (double)queries,
         (double)queries / (now() - begun));
  fflush(stdout);
  return false;
}
