/* The end of a process that has failed, on POSIX systems. */
#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"

void jev_abort(const char *message) {
  (void)fprintf(stderr, "jevent: %s\n", message);
  abort();
}
