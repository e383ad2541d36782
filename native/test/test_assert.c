/* Assertions: a failed one prints what it asserted and where, and ends the process. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "support.h"

static int evaluated;

static bool count(bool result) {
  evaluated++;
  return result;
}

/* What a child process that fails prints to stderr. */
static void fail_in_child(char *out, size_t size, int *status) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    dup2(ends[1], STDERR_FILENO);
    jev_assert(count(false));
    _exit(0);
  }
  close(ends[1]);
  size_t length = 0;
  for (ssize_t count = 1; count > 0 && length < size - 1; length += (size_t)(count > 0 ? count : 0)) {
    count = read(ends[0], out + length, size - 1 - length);
  }
  out[length] = 0;
  close(ends[0]);
  CHECK_EQ(waitpid(child, status, 0), child);
}

static void what_holds_does_nothing(void) {
  evaluated = 0;
  jev_assert(count(true));
  jev_assert_implies(count(false), count(false));
  CHECK_EQ(evaluated, 2);
}

static void what_fails_is_printed_and_ends_the_process(void) {
  char text[256];
  int status;
  fail_in_child(text, sizeof text, &status);
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGABRT);
  CHECK(strstr(text, "assertion failed: count(false), ") != NULL);
  CHECK(strstr(text, "test_assert.c:") != NULL);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(what_holds_does_nothing),
      CASE(what_fails_is_printed_and_ends_the_process),
  };
  return RUN_CASES(CASES);
}
