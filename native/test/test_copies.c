/* Several copies of the library in one process, as class loaders bring them. Tested: whose handler a signal
 * calls while they come and leave in any order, and are unloaded. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/atomics.h"
#include "support.h"

enum { COPIES = 3, BYTES = 65536, UNDER_TEST = SIGUSR1 };

typedef int64_t create_function(int32_t engine, int32_t entries, int32_t buffers, int32_t size,
                                int32_t flags);
typedef int64_t block_function(int64_t ring);
typedef int32_t watch_function(int64_t ring, int32_t signal, int32_t on);
typedef int32_t enter_function(int64_t ring, int64_t timeout);
typedef void destroy_function(int64_t ring);

/* One copy, with a ring that watches or does not. */
struct copy {
  void *library;
  int64_t ring;
  block_function *block;
  watch_function *watch;
  enter_function *enter;
  destroy_function *destroy;
  char path[64];
};

static jev_atomic previous_calls;

static void former(int number) {
  (void)number;
  jev_add(&previous_calls, 1);
}

static void previous_with_info(int number, siginfo_t *info, void *context) {
  CHECK(info->si_signo == number && context != NULL);
  jev_add(&previous_calls, 1);
}

/* ---- copies ---- */

static void copy_file(const char *path, int out) {
  FILE *in = fopen(path, "rbe");
  CHECK(in != NULL);
  char bytes[BYTES];
  size_t count;
  while ((count = fread(bytes, 1, sizeof bytes, in)) > 0) {
    CHECK_EQ(write(out, bytes, count), count);
  }
  CHECK_EQ(fclose(in), 0);
  CHECK_EQ(close(out), 0);
}

static uintptr_t find(const struct copy *copy, const char *name) {
  uintptr_t function = (uintptr_t)dlsym(copy->library, name);
  CHECK(function != 0);
  return function;
}

/* Its file is deleted once it is loaded, as the library's is that is taken out of a jar. */
static struct copy load(void) {
  struct copy copy = {.path = "/tmp/jevent-copy-XXXXXX"};
  Dl_info original;
  CHECK(dladdr((void *)(uintptr_t)jev_create, &original) != 0); /* NOLINT */
  copy_file(original.dli_fname, mkstemp(copy.path));
  copy.library = dlopen(copy.path, RTLD_NOW | RTLD_LOCAL);
  CHECK(copy.library != NULL);
  CHECK_EQ(unlink(copy.path), 0);
  create_function *create = (create_function *)find(&copy, "jev_create");
  copy.block = (block_function *)find(&copy, "jev_block");
  copy.watch = (watch_function *)find(&copy, "jev_watch_signal");
  copy.enter = (enter_function *)find(&copy, "jev_enter");
  copy.destroy = (destroy_function *)find(&copy, "jev_destroy");
  copy.ring = create(test_engine(), 64, 2, 4096, test_flags());
  CHECK(copy.ring > 0);
  return copy;
}

/* musl looks for the file, which is gone, and so finds none of them. */
static bool is_loaded(const struct copy *copy) {
  void *library = dlopen(copy->path, RTLD_NOW | RTLD_NOLOAD);
  if (library != NULL) {
    dlclose(library);
  }
  return library != NULL;
}

static bool is_known(const struct copy *loaded) {
  bool known = is_loaded(loaded);
#if defined(__GLIBC__)
  CHECK(known);
#endif
  return known;
}

static void unload(struct copy *copy) {
  if (copy->ring != 0) {
    copy->destroy(copy->ring);
    copy->ring = 0;
    CHECK_EQ(dlclose(copy->library), 0);
  }
}

static void watch(const struct copy *copy, bool on) { CHECK_EQ(copy->watch(copy->ring, UNDER_TEST, on), 0); }

/* How often the signal was reported to the copy since it was asked last. */
static int64_t reported(const struct copy *copy) {
  const uint8_t *block = (const uint8_t *)(intptr_t)copy->block(copy->ring); /* NOLINT */
  const struct jev_header *header = (const struct jev_header *)(const void *)block;
  const struct jev_completion *completions =
      (const struct jev_completion *)(const void *)(block + header->completions_offset);
  int64_t count = 0;
  CHECK(copy->enter(copy->ring, 0) >= 0);
  for (uint32_t i = 0; i < header->completed; i++) {
    CHECK_EQ(completions[i].op, JEV_SIGNALLED);
    count += completions[i].result;
  }
  return count;
}

/* Of several watching copies, the last to begin gets the signal; without any, the previous handler does. */
static void expect_reported(const struct copy *copies, int which) {
  jev_store(&previous_calls, 0);
  raise_here(UNDER_TEST);
  for (int i = 0; i < COPIES; i++) {
    CHECK(copies[i].ring == 0 || reported(&copies[i]) == (i == which));
  }
  CHECK_EQ(jev_load(&previous_calls), which < 0);
}

static struct sigaction set_previous(void) {
  struct sigaction mine = {.sa_handler = former};
  struct sigaction saved;
  CHECK_EQ(sigaction(UNDER_TEST, &mine, &saved), 0);
  return saved;
}

/* ---- cases ---- */

static void leave_in_order(const int *order, bool unloading) {
  struct copy copies[COPIES];
  bool watches[COPIES];
  for (int i = 0; i < COPIES; i++) {
    copies[i] = load();
    watch(&copies[i], true);
    watches[i] = true;
  }
  for (int i = 0; i < COPIES; i++) {
    watch(&copies[order[i]], false);
    watches[order[i]] = false;
    if (unloading) {
      unload(&copies[order[i]]);
    }
    int last = COPIES - 1;
    while (last >= 0 && !watches[last]) {
      last--;
    }
    expect_reported(copies, last);
  }
  for (int i = 0; i < COPIES; i++) {
    unload(&copies[i]);
  }
  expect_reported(copies, -1);
}

static void copies_leave_in_any_order(void) {
  static const int ORDERS[][COPIES] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  struct sigaction saved = set_previous();
  for (unsigned i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++) {
    leave_in_order(ORDERS[i], false);
    leave_in_order(ORDERS[i], true);
  }
  CHECK_EQ(sigaction(UNDER_TEST, &saved, NULL), 0);
}

static void a_copy_that_comes_back_is_reported_and_leaves_again(void) {
  struct sigaction saved = set_previous();
  struct copy copies[COPIES] = {0};
  copies[0] = load();
  copies[1] = load();
  watch(&copies[0], true);
  watch(&copies[1], true);
  watch(&copies[0], false);
  expect_reported(copies, 1);
  watch(&copies[0], true);
  expect_reported(copies, 0);
  watch(&copies[0], false);
  expect_reported(copies, 1);
  watch(&copies[1], false);
  expect_reported(copies, -1);
  watch(&copies[0], true);
  expect_reported(copies, 0);
  watch(&copies[0], false);
  expect_reported(copies, -1);
  unload(&copies[0]);
  unload(&copies[1]);
  CHECK_EQ(sigaction(UNDER_TEST, &saved, NULL), 0);
}

static void the_previous_handler_gets_what_it_asked_for(void) {
  struct sigaction mine = {.sa_sigaction = previous_with_info, .sa_flags = SA_SIGINFO};
  struct sigaction saved;
  CHECK_EQ(sigaction(UNDER_TEST, &mine, &saved), 0);
  struct copy copies[COPIES] = {0};
  copies[0] = load();
  copies[1] = load();
  watch(&copies[0], true);
  watch(&copies[1], true);
  unload(&copies[0]);
  unload(&copies[1]);
  expect_reported(copies, -1);
  CHECK_EQ(sigaction(UNDER_TEST, &saved, NULL), 0);
}

/* A handler installed by other code meanwhile is not removed. */
static void a_foreign_handler_stays(void) {
  struct sigaction found;
  struct copy copy = load();
  watch(&copy, true);
  struct sigaction saved = set_previous();
  watch(&copy, false);
  CHECK_EQ(sigaction(UNDER_TEST, NULL, &found), 0);
  CHECK(found.sa_handler == former);
  bool known = is_known(&copy);
  unload(&copy);
  CHECK_EQ(sigaction(UNDER_TEST, &saved, NULL), 0); /* as its owner may do, with the copy's address in it */
  CHECK(!known || is_loaded(&copy));
  struct sigaction none = {.sa_handler = SIG_DFL};
  CHECK_EQ(sigaction(UNDER_TEST, &none, NULL), 0);
}

static void a_copy_that_leaves_in_order_is_unloaded(void) {
  struct copy outer = load();
  struct copy inner = load();
  watch(&outer, true);
  watch(&inner, true);
  bool known = is_known(&inner);
  unload(&inner);
  unload(&outer);
  CHECK(!known || !is_loaded(&inner));
  CHECK(!known || !is_loaded(&outer));
}

/* How a process ends or stops that has had two copies, of which the first to come was the first to leave. */
static int end_by(int signal, void (*action)(int)) {
  pid_t child = fork();
  if (child == 0) {
    struct sigaction first = {.sa_handler = action};
    sigaction(signal, &first, NULL);
    struct copy one = load();
    struct copy two = load();
    CHECK_EQ(one.watch(one.ring, signal, 1), 0);
    CHECK_EQ(two.watch(two.ring, signal, 1), 0);
    unload(&one);
    unload(&two);
    raise(signal);
    _exit(0);
  }
  int status;
  CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
  if (WIFSTOPPED(status)) {
    int after;
    CHECK_EQ(kill(child, SIGCONT), 0);
    CHECK_EQ(waitpid(child, &after, 0), child);
    CHECK_EQ(after, 0);
  }
  return status;
}

static void the_default_action_is_what_it_was(void) {
  CHECK_EQ(WTERMSIG(end_by(SIGTERM, SIG_DFL)), SIGTERM);
  CHECK_EQ(WTERMSIG(end_by(SIGUSR1, SIG_DFL)), SIGUSR1);
  CHECK(WIFSTOPPED(end_by(SIGTSTP, SIG_DFL)));
  CHECK_EQ(end_by(SIGWINCH, SIG_DFL), 0);
  CHECK_EQ(end_by(SIGCHLD, SIG_DFL), 0);
  CHECK_EQ(end_by(SIGTERM, SIG_IGN), 0);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(copies_leave_in_any_order),
      CASE(a_copy_that_comes_back_is_reported_and_leaves_again),
      CASE(the_previous_handler_gets_what_it_asked_for),
      CASE(a_foreign_handler_stays),
      CASE(a_copy_that_leaves_in_order_is_unloaded),
      CASE(the_default_action_is_what_it_was),
  };
  return RUN_CASES(CASES);
}
