/*
 * Figures: how long answers took, and what the server used meanwhile, out of /proc and, for its system
 * calls, out of the tracepoint that the kernel passes at the entry of each (perf_event_open, one counter for
 * each of the server's threads).
 */
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

enum { MICROS = 200000 /* longer answers are counted as this long */, MAX_THREADS = 256, TEXT = 4096 };

struct usage {
  double user; /* seconds */
  double system;
  uint64_t calls;
};

static uint64_t histogram[MICROS + 1];
static uint64_t counted;
static bool counting;
static int64_t started;
static int64_t ended;
static struct usage before;
static struct usage after;
static long resident; /* KiB */
static int counters[MAX_THREADS];
static int counter_count;

void note_answer(int64_t nanoseconds) {
  if (counting) {
    int64_t micros = nanoseconds / 1000;
    histogram[micros < MICROS ? micros : MICROS]++;
    counted++;
  }
}

/* The file of the server in /proc, as text; an end of the server ends this program too. */
static void read_file(const char *path, char text[TEXT]) {
  FILE *file = fopen(path, "re");
  size_t size = file == NULL ? 0 : fread(text, 1, TEXT - 1, file);
  if (file == NULL || size == 0) {
    give_up(path);
  }
  text[size] = '\0';
  fclose(file);
}

static void read_of_server(const char *name, char text[TEXT]) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", settings.server, name);
  read_file(path, text);
}

static struct usage usage_of_server(void) {
  char text[TEXT];
  struct usage usage = {0};
  read_of_server("stat", text);
  /* The second field, the name, may hold anything but is the only one in brackets; utime is the 14th. */
  char *field = strrchr(text, ')');
  for (int i = 2; i < 14 && field != NULL; i++) {
    field = strchr(field + 1, ' ');
  }
  if (field == NULL) {
    errno = EPROTO;
    give_up("the times of the server");
  }
  double tick = (double)sysconf(_SC_CLK_TCK);
  usage.user = (double)strtoul(field, &field, 10) / tick;
  usage.system = (double)strtoul(field, NULL, 10) / tick;
  for (int i = 0; i < counter_count; i++) {
    uint64_t calls = 0;
    if (read(counters[i], &calls, sizeof calls) == (ssize_t)sizeof calls) {
      usage.calls += calls;
    }
  }
  return usage;
}

static long resident_of_server(void) {
  static const char KEY[] = "VmRSS:";
  char text[TEXT];
  read_of_server("status", text);
  const char *value = strstr(text, KEY);
  return value == NULL ? 0 : strtol(value + sizeof KEY - 1, NULL, 10);
}

/* The number of the tracepoint; 0 where this process may not know it. */
static uint64_t tracepoint(void) {
  static const char *const PATHS[] = {"/sys/kernel/tracing/events/raw_syscalls/sys_enter/id",
                                      "/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter/id"};
  for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
    if (access(PATHS[i], R_OK) == 0) {
      char text[TEXT];
      read_file(PATHS[i], text);
      return strtoul(text, NULL, 10);
    }
  }
  return 0;
}

static void open_counters(void) {
  char path[64];
  struct perf_event_attr what = {
      .type = PERF_TYPE_TRACEPOINT, .size = sizeof what, .config = tracepoint(), .inherit = 1};
  snprintf(path, sizeof path, "/proc/%d/task", settings.server);
  DIR *threads = what.config == 0 ? NULL : opendir(path);
  if (threads == NULL) {
    return;
  }
  for (const struct dirent *thread = readdir(threads); thread != NULL && counter_count < MAX_THREADS;
       thread = readdir(threads)) {
    int id = (int)strtol(thread->d_name, NULL, 10);
    long counter = id == 0 ? -1 : syscall(SYS_perf_event_open, &what, id, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (counter >= 0) {
      counters[counter_count++] = (int)counter;
    }
  }
  closedir(threads);
}

void count_from_here(void) {
  if (settings.count_calls) {
    open_counters();
  }
  if (settings.server > 0) {
    before = usage_of_server();
  }
  counting = true;
  started = now();
}

void stop_counting(void) {
  ended = now();
  counting = false;
  if (settings.server > 0) {
    after = usage_of_server();
    resident = resident_of_server();
  }
}

static int percentile(int per_mille) {
  uint64_t rank = counted * (uint64_t)per_mille / 1000;
  uint64_t seen = 0;
  int micros = 0;
  for (; micros < MICROS; micros++) {
    seen += histogram[micros];
    if (seen > rank) {
      break;
    }
  }
  return micros;
}

void print_figures(FILE *to) {
  if (counted == 0) {
    errno = ETIMEDOUT;
    give_up("no answer in the counted time");
  }
  double lines = (double)counted;
  double rate = lines / ((double)(ended - started) / (double)SECOND);
  fprintf(to, "connections=%d depth=%d length=%d idle=%d lines=%llu lines_per_second=%.0f ",
          settings.connections, settings.depth, settings.length, settings.idle, (unsigned long long)counted,
          rate);
  if (settings.churn) {
    fprintf(to, "connections_per_second=%.0f ", rate);
  }
  fprintf(to, "median_us=%d p99_us=%d p999_us=%d", percentile(500), percentile(990), percentile(999));
  if (settings.server > 0) {
    double user = (after.user - before.user) * 1e6 / lines;
    double system = (after.system - before.system) * 1e6 / lines;
    /* The kernel knows the sum, and divides it by what it saw at its ticks. */
    fprintf(to, " cpu_us_per_line=%.3f user_us_per_line=%.3f system_us_per_line=%.3f rss_kib=%ld",
            user + system, user, system, resident);
  }
  if (counter_count > 0) {
    fprintf(to, " syscalls_per_line=%.3f", (double)(after.calls - before.calls) / lines);
  }
  fputc('\n', to);
}
