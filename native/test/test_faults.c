/*
 * Streams whose system calls fail: test_faults [--from SEED] [--seeds COUNT].
 *
 * Each seed is a schedule of faults and one of what is done meanwhile. Afterwards the library holds no memory
 * and no descriptor. What fails says which seed it was.
 */
#include <signal.h>
#include <unistd.h>

#include "faults/faults.h"
#include "faults/streams.h"
#include "support.h"

enum { MAX_SECONDS = 60, ENOUGH = 100 };

static const char *program;

/* What may happen for a seed; rates are out of a thousand. */
static const struct {
  uint32_t kinds;
  uint32_t rate;
} PLANS[] = {
    {HARMLESS_FAULTS, 50},
    {HARMLESS_FAULTS, 400},
    {HARMLESS_FAULTS | FAULT_BIT(FAULT_MEMORY), 60},
    {HARMLESS_FAULTS | FAULT_BIT(FAULT_FATAL), 40},
    {HARMLESS_FAULTS | FAULT_BIT(FAULT_DESCRIPTORS), 80},
    {ALL_FAULTS, 40},
    {FAULT_BIT(FAULT_MEMORY), 20},
    {ALL_FAULTS, 200},
};
enum { PLAN_COUNT = sizeof PLANS / sizeof *PLANS };

/* Written before the seed runs, as it may end in a signal. */
static char advice[512];
static volatile sig_atomic_t advice_length;

static void print_seed(void) {
  if (advice_length > 0 && write(STDERR_FILENO, advice, (size_t)advice_length) < 0) {
    _exit(1);
  }
}

static void prepare_advice(uint64_t seed) {
  const unsigned long long number = seed;
  const int engine = (int)test_engine();
  advice_length =
      snprintf(advice, sizeof advice,
               "seed %llu on engine %d failed; to repeat: JEVENT_TEST_ENGINE=%d %s --from %llu --seeds 1\n",
               number, engine, engine, program, number);
}

static void print_signal(int number) {
  print_seed();
  signal(number, SIG_DFL);
  raise(number);
}

static void run_seed(uint64_t seed) {
  const int before = open_descriptors();
  const int64_t allocated = faults_allocated();
  const int64_t mapped = faults_mapped();
  prepare_advice(seed);
  alarm(MAX_SECONDS);
  run_streams(seed, PLANS[seed % PLAN_COUNT].rate, PLANS[seed % PLAN_COUNT].kinds);
  CHECK_EQ(open_descriptors(), before);
  CHECK_EQ(faults_allocated(), allocated);
  CHECK_EQ(faults_mapped(), mapped);
  advice_length = 0;
}

static uint64_t argument(int argc, char **argv, const char *name, uint64_t otherwise) {
  for (int i = 1; i + 1 < argc; i++) {
    if (strcmp(argv[i], name) == 0) {
      return strtoull(argv[i + 1], NULL, 10);
    }
  }
  return otherwise;
}

/* The kinds that a number of seeds must have met, or the schedule has no effect. */
static void print_faults(uint64_t count) {
  printf("engine %d, %llu seeds:", (int)test_engine(), (unsigned long long)count);
  for (enum fault kind = 0; kind < FAULTS; kind++) {
    printf(" %s %llu", faults_name(kind), (unsigned long long)faults_injected(kind));
    CHECK(count < ENOUGH || faults_injected(kind) > 0);
  }
  printf("\n");
}

int main(int argc, char **argv) {
  const uint64_t from = argument(argc, argv, "--from", 0);
  const uint64_t count = argument(argc, argv, "--seeds", ENOUGH);
  program = argv[0];
  prepare_process();
  if (jev_engine_status(test_engine()) != 0) {
    printf("left out: engine %d cannot be used here\n", (int)test_engine());
    return SKIPPED;
  }
  atexit(print_seed);
  static const int SIGNALS[] = {SIGSEGV, SIGBUS, SIGABRT, SIGALRM};
  for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
    signal(SIGNALS[i], print_signal);
  }
  jev_close(-1);        /* so that the library is known from its first allocation on */
  run_streams(0, 0, 0); /* what is made once for all seeds */
  for (uint64_t seed = from; seed < from + count; seed++) {
    run_seed(seed);
  }
  print_faults(count);
  return 0;
}
