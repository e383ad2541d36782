/* See chain.h. */
#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "idle_thread.h"

enum { SECOND = 1000000000 };

enum kind { KIND_PIPE, KIND_TCP, KIND_UNIX };

static const char *const KINDS[] = {"pipe", "tcp", "unix"};

struct settings {
  int pairs;
  int active;
  int writes;
  int rounds;
  enum kind kind;
  bool cascade;
};

static const char *program;
static struct settings settings;
static int *fds;
static int64_t fired;
static int64_t written;
static int writes;

_Noreturn void chain_give_up(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program, what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static int number(const char *text) {
  long value = strtol(text, NULL, 10);
  if (value < 1 || value > 10000000) {
    fprintf(stderr, "%s: '%s' is no number from 1 to 10000000\n", program, text);
    exit(2);
  }
  return (int)value;
}

static _Noreturn void usage(void) {
  fprintf(stderr, "usage: %s [-n pairs] [-a active] [-w writes] [-r rounds] [-k pipe|tcp|unix] [-c] [-t]\n",
          program);
  exit(2);
}

static enum kind kind_of(const char *text) {
  for (enum kind kind = KIND_PIPE; kind <= KIND_UNIX; kind++) {
    if (strcmp(text, KINDS[kind]) == 0) {
      return kind;
    }
  }
  usage();
}

static void parse(int argc, char **argv) {
  static const char OPTIONS[] = "n:a:w:r:k:ct";
  settings = (struct settings){.pairs = 100, .active = 1, .writes = 100, .rounds = 25};
  for (int option = getopt(argc, argv, OPTIONS); option >= 0; option = getopt(argc, argv, OPTIONS)) {
    switch (option) {
      case 'n':
        settings.pairs = number(optarg);
        break;
      case 'a':
        settings.active = number(optarg);
        break;
      case 'w':
        settings.writes = number(optarg);
        break;
      case 'r':
        settings.rounds = number(optarg);
        break;
      case 'k':
        settings.kind = kind_of(optarg);
        break;
      case 'c':
        settings.cascade = true;
        break;
      case 't':
        if (!idle_thread_start()) {
          chain_give_up("starting the idle thread");
        }
        break;
      default:
        usage();
    }
  }
  if (settings.cascade) {
    settings.active = 1;
    settings.writes = settings.pairs - 1;
  }
}

static void allow_descriptors(int count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < (rlim_t)count) {
    limit.rlim_cur = (rlim_t)count < limit.rlim_max ? (rlim_t)count : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

static void set_non_blocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
    chain_give_up("making a descriptor non-blocking");
  }
}

/* A listener for the connections of one run, bound to a port of the system's choice. */
static int listen_on_loopback(struct sockaddr_in *address) {
  socklen_t size = sizeof *address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (listener < 0 || bind(listener, (struct sockaddr *)address, size) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr *)address, &size) != 0) {
    chain_give_up("listening");
  }
  return listener;
}

static int connect_pair(int *pair, int listener, const struct sockaddr_in *address) {
  static const int on = 1;
  pair[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (pair[1] < 0 || connect(pair[1], (const struct sockaddr *)address, sizeof *address) != 0) {
    return -1;
  }
  pair[0] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (pair[0] < 0) {
    return -1;
  }
  set_non_blocking(pair[1]);
  return setsockopt(pair[1], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Reading ends at the even places, writing ends at the odd ones. */
static void open_pairs(void) {
  fds = calloc((size_t)settings.pairs * 2, sizeof *fds);
  if (fds == NULL) {
    chain_give_up("memory for the pairs");
  }
  struct sockaddr_in address;
  int listener = settings.kind == KIND_TCP ? listen_on_loopback(&address) : -1;
  for (int i = 0; i < settings.pairs; i++) {
    int *pair = fds + (ptrdiff_t)2 * i;
    int result = settings.kind == KIND_PIPE ? pipe2(pair, O_NONBLOCK | O_CLOEXEC)
                 : settings.kind == KIND_TCP
                     ? connect_pair(pair, listener, &address)
                     : socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
    if (result != 0) {
      chain_give_up("opening a pair");
    }
  }
  if (listener >= 0) {
    close(listener);
  }
}

static void watch_all(const struct chain_loop *loop) {
  for (int i = 0; i < settings.pairs; i++) {
    loop->watch(fds[2 * (ptrdiff_t)i], i, settings.cascade);
  }
}

static void write_one(int pair) {
  if (write(fds[2 * (ptrdiff_t)pair + 1], "e", 1) != 1) {
    chain_give_up("writing a byte");
  }
  written++;
}

void chain_ready(int pair) {
  char byte;
  if (read(fds[2 * (ptrdiff_t)pair], &byte, 1) != 1) {
    chain_give_up("reading a byte");
  }
  fired++;
  if (writes > 0) {
    writes--;
    write_one((pair + 1) % settings.pairs);
  }
}

bool chain_is_over(void) { return fired >= written; }

/* The number of events. */
static int64_t run_round(const struct chain_loop *loop) {
  fired = 0;
  written = 0;
  writes = settings.writes;
  if (settings.cascade) {
    watch_all(loop);
  }
  int step = settings.active > settings.pairs ? 1 : settings.pairs / settings.active;
  for (int i = 0; i < settings.active; i++) {
    write_one(i * step % settings.pairs);
  }
  loop->run();
  return fired;
}

static int by_value(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a;
  int64_t right = *(const int64_t *)b;
  return left < right ? -1 : left > right;
}

void chain_run(int argc, char **argv, const struct chain_loop *loop) {
  program = loop->name;
  parse(argc, argv);
  allow_descriptors(2 * settings.pairs + 64);
  loop->open(settings.pairs);
  open_pairs();
  if (!settings.cascade) {
    watch_all(loop);
  }
  int64_t *times = calloc((size_t)settings.rounds, sizeof *times);
  if (times == NULL) {
    chain_give_up("memory for the times");
  }
  int64_t events = 0;
  for (int i = 0; i < settings.rounds; i++) {
    int64_t start = now();
    events = run_round(loop);
    times[i] = now() - start;
  }
  qsort(times, (size_t)settings.rounds, sizeof *times, by_value);
  int64_t median = times[settings.rounds / 2];
  printf(
      "pairs=%d active=%d writes=%d rounds=%d kind=%s events=%lld min_us=%.1f median_us=%.1f "
      "ns_per_event=%.1f\n",
      settings.pairs, settings.active, settings.writes, settings.rounds, KINDS[settings.kind],
      (long long)events, (double)times[0] / 1000.0, (double)median / 1000.0, (double)median / (double)events);
  for (int i = 0; i < 2 * settings.pairs; i++) {
    close(fds[i]);
  }
  free(times);
  free(fds);
}
