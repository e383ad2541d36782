/* See wake.h. */
#include "wake.h"

#include <errno.h>
#include <unistd.h>

#include "jevent.h"

int32_t jev_wake_open(struct jev_wake *wake) {
  wake->ends[0] = -1;
  wake->ends[1] = -1;
  atomic_init(&wake->pending, false);
  int32_t ends[2];
  int32_t error = jev_pipe((int64_t)(intptr_t)ends);
  if (error == 0) {
    wake->ends[0] = ends[0];
    wake->ends[1] = ends[1];
  }
  return error;
}

void jev_wake_close(struct jev_wake *wake) {
  for (int i = 0; i < 2; i++) {
    if (wake->ends[i] >= 0) {
      close(wake->ends[i]);
    }
  }
}

int32_t jev_wake_up(struct jev_wake *wake) {
  const char byte = 0;
  if (atomic_exchange(&wake->pending, true)) {
    return 0;
  }
  while (write(wake->ends[1], &byte, 1) < 0) {
    if (errno != EINTR) {
      return errno == EAGAIN ? 0 : -errno;
    }
  }
  return 0;
}

/* Emptied first: were it the other way round, a byte that is written in between would be taken and its
 * `pending` stay, and nothing would wake any more. Who finds `pending` in between writes nothing and need
 * not: this wait ends, and what was done before that wake-up is seen after it. */
void jev_wake_drain(struct jev_wake *wake) {
  char bytes[16];
  while (read(wake->ends[0], bytes, sizeof bytes) < 0 && errno == EINTR) {
  }
  atomic_exchange(&wake->pending, false);
}
