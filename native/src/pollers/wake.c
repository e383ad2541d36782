/* See wake.h. */
#include "pollers/wake.h"

#include <errno.h>

#include "core/system.h"

int32_t jev_wake_open(struct jev_wake *wake) {
  wake->ends[0] = -1;
  wake->ends[1] = -1;
  jev_store(&wake->pending, 0);
  int32_t ends[2];
  int32_t error = jev_pipe((int64_t)(uintptr_t)ends);
  if (error == 0) {
    wake->ends[0] = ends[0];
    wake->ends[1] = ends[1];
  }
  return error;
}

void jev_wake_close(struct jev_wake *wake) {
  for (int i = 0; i < 2; i++) {
    if (wake->ends[i] >= 0) {
      jev_close(wake->ends[i]);
    }
  }
}

int32_t jev_wake_up(struct jev_wake *wake) {
  const char byte = 0;
  if (jev_swap(&wake->pending, 1) != 0) {
    return 0;
  }
  int64_t result = jev_write(wake->ends[1], (int64_t)(uintptr_t)&byte, 1);
  return result >= 0 || jev_errno_of(result) == EAGAIN ? 0 : (int32_t)result;
}

/* The pipe is emptied first. In the other order, a byte written in between would be consumed while `pending`
 * stays set, and no later wake-up would write. A thread that finds `pending` set in between need not write:
 * this wait ends, and what it did before is seen afterwards. */
void jev_wake_drain(struct jev_wake *wake) {
  char bytes[16];
  (void)jev_read(wake->ends[0], (int64_t)(uintptr_t)bytes, sizeof bytes);
  (void)jev_swap(&wake->pending, 0);
}
