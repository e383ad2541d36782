/* The figures of the counted time. */
#include <errno.h>
#include <stdio.h>

#include "load.h"

static bool counting;
static bool counts_calls;
static int64_t started;
static int64_t ended;
static struct usage before;
static struct usage after;
static long resident; /* KiB */

void note_answer(int64_t nanoseconds) {
  if (counting) {
    histogram_note(nanoseconds);
  }
}

void count_from_here(void) {
  counts_calls = settings.count_calls && count_calls();
  before = usage_now();
  counting = true;
  started = now();
}

void stop_counting(void) {
  ended = now();
  counting = false;
  after = usage_now();
  resident = settings.server > 0 ? resident_of_server() : 0;
}

/* Prints the server's figures, and whether they can be trusted: the clients must not have used up their
 * processor, and no other process may have been busy. */
static void print_usage(FILE *to, double lines, double elapsed) {
  double user = after.user - before.user;
  double system = after.system - before.system;
  double own = after.own - before.own;
  double others = after.all_programs - before.all_programs - user - system - own;
  if (settings.server > 0) {
    /* The kernel knows the sum, and divides it by what it saw at its ticks. */
    fprintf(to, " cpu_us_per_line=%.3f user_us_per_line=%.3f system_us_per_line=%.3f rss_kib=%ld",
            (user + system) * 1e6 / lines, user * 1e6 / lines, system * 1e6 / lines, resident);
    fprintf(to, " server_busy=%.3f others_busy=%.3f", (user + system) / elapsed,
            others > 0 ? others / elapsed : 0.0);
  }
  fprintf(to, " load_busy=%.3f stolen=%.3f", own / elapsed, (after.stolen - before.stolen) / elapsed);
  if (counts_calls) {
    fprintf(to, " syscalls_per_line=%.3f", (double)(after.calls - before.calls) / lines);
  }
}

void print_figures(FILE *to) {
  double lines = (double)histogram_count();
  if (histogram_count() == 0) {
    errno = ETIMEDOUT;
    give_up("no answer in the counted time");
  }
  double elapsed = (double)(ended - started) / (double)SECOND;
  double rate = lines / elapsed;
  fprintf(to, "connections=%d depth=%d length=%d idle=%d lines=%.0f lines_per_second=%.0f ",
          settings.connections, settings.depth, settings.length, settings.idle, lines, rate);
  if (settings.churn) {
    fprintf(to, "connections_per_second=%.0f ", rate);
  }
  fprintf(to, "median_us=%.1f p90_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f", histogram_us(0.5),
          histogram_us(0.9), histogram_us(0.99), histogram_us(0.999), histogram_us(1));
  print_usage(to, lines, elapsed);
}
