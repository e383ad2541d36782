/* A pipe to itself. */
#include "wake_pipe.h"

#include <errno.h>
#include <unistd.h>

#include "jevent.h"

enum { DRAINED = 512 };

int32_t jev_wake_pipe_open(struct jev_wake_pipe *out) {
  int32_t ends[2] = {-1, -1};
  int32_t result = jev_pipe((int64_t)(intptr_t)ends);
  out->reader = ends[0];
  out->writer = ends[1];
  return result;
}

int32_t jev_wake_pipe_write(const struct jev_wake_pipe *into) {
  const char byte = 1;
  while (write(into->writer, &byte, sizeof byte) < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) { /* NOLINT(misc-redundant-expression): not so everywhere */
      return 0;                                    /* full of wake-ups already */
    }
    if (errno != EINTR) {
      return -errno;
    }
  }
  return 0;
}

uint32_t jev_wake_pipe_drain(const struct jev_wake_pipe *from) {
  char bytes[DRAINED];
  uint32_t reads = 1;
  while (read(from->reader, bytes, sizeof bytes) == (ssize_t)sizeof bytes) {
    reads++;
  }
  return reads;
}

void jev_wake_pipe_close(struct jev_wake_pipe *closed) {
  if (closed->reader >= 0) {
    close(closed->reader);
    close(closed->writer);
  }
  closed->reader = -1;
  closed->writer = -1;
}
