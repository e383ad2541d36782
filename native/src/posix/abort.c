/* The end of a process that has failed, on POSIX systems. */
#include "core/abort.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nothing can be done where it cannot be printed. */
static void print(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

void jev_abort(const char *message) {
  print("jevent: ");
  print(message);
  print("\n");
  abort();
}
