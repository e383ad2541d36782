/* A failed assertion on POSIX systems. */
#include "core/jev_assert.h"

#if defined(JEVENT_ASSERT)

#include <stdio.h>
#include <stdlib.h>

void jev_assert_failed(const char *expression, const char *file, int line) {
  (void)fprintf(stderr, "jevent: assertion failed: %s, %s:%d\n", expression, file, line);
  abort();
}

#endif
