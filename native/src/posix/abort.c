/* The end of a process that has failed, on POSIX systems. */
#include "core/abort.h"

#include <stdio.h>
#include <stdlib.h>

void jev_abort(const char *message) {
  (void)fprintf(stderr, "jevent: %s\n", message);
  abort();
}
