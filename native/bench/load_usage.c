/*
 * What the server, these clients and other processes used of the processors, from /proc. The server's system
 * calls come from the tracepoint at the entry of each (perf_event_open, one counter for each of the server's
 * threads).
 */
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

enum { MAX_THREADS = 256, TEXT = 4096 };

static int counters[MAX_THREADS];
static int counter_count;

/* A file in /proc as text; where it is the server's, an end of the server ends this program too. */
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

/* The field with that number, counted by spaces from `text` on, which is number 0. */
static char *field_of(char *text, int number) {
  for (int i = 0; i < number && text != NULL; i++) {
    text = strchr(text + 1, ' ');
  }
  if (text == NULL) {
    errno = EPROTO;
    give_up("times in /proc");
  }
  return text;
}

static void add_server(struct usage *usage) {
  char text[TEXT];
  read_of_server("stat", text);
  /* The second field, the name, may hold anything but is the only one in brackets; utime is the 14th. */
  char *name_end = strrchr(text, ')');
  char *field = field_of(name_end, 12);
  double tick = (double)sysconf(_SC_CLK_TCK);
  usage->user = (double)strtoul(field, &field, 10) / tick;
  usage->system = (double)strtoul(field, NULL, 10) / tick;
  for (int i = 0; i < counter_count; i++) {
    uint64_t calls = 0;
    if (read(counters[i], &calls, sizeof calls) == (ssize_t)sizeof calls) {
      usage->calls += calls;
    }
  }
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

/* All processors: user, nice, system, idle, waiting, two kinds of interrupts, and what a hypervisor took. */
static void add_machine(struct usage *usage) {
  char text[TEXT];
  double ticks[8];
  read_file("/proc/stat", text);
  char *field = field_of(text, 1);
  for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
    ticks[i] = (double)strtoull(field, &field, 10) / (double)sysconf(_SC_CLK_TCK);
  }
  usage->all_programs = ticks[0] + ticks[1] + ticks[2];
  usage->stolen = ticks[7];
}

struct usage usage_now(void) {
  struct usage usage = {0};
  struct rusage own;
  if (settings.server > 0) {
    add_server(&usage);
  }
  add_machine(&usage);
  if (getrusage(RUSAGE_SELF, &own) == 0) {
    usage.own = seconds(own.ru_utime) + seconds(own.ru_stime);
  }
  return usage;
}

long resident_of_server(void) {
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

bool count_calls(void) {
  char path[64];
  struct perf_event_attr what = {
      .type = PERF_TYPE_TRACEPOINT, .size = sizeof what, .config = tracepoint(), .inherit = 1};
  snprintf(path, sizeof path, "/proc/%d/task", settings.server);
  DIR *threads = what.config == 0 ? NULL : opendir(path);
  if (threads == NULL) {
    return false;
  }
  bool all = true;
  for (const struct dirent *thread = readdir(threads); thread != NULL; thread = readdir(threads)) {
    int id = (int)strtol(thread->d_name, NULL, 10);
    if (id == 0) {
      continue;
    }
    long counter = counter_count == MAX_THREADS
                       ? -1
                       : syscall(SYS_perf_event_open, &what, id, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (counter >= 0) {
      counters[counter_count++] = (int)counter;
    } else {
      all = false;
    }
  }
  closedir(threads);
  return all && counter_count > 0;
}
