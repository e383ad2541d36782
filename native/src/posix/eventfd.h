/*
 * Wakes who waits for an eventfd edge-triggered: each write is an edge, so that it is read only when its
 * counter is full.
 */
#ifndef JEV_EVENTFD_H
#define JEV_EVENTFD_H

#include <errno.h>
#include <stdint.h>

#include "posix/calls.h"

static inline int32_t jev_eventfd_signal(int fd) {
  const uint64_t one = 1;
  uint64_t drained;
  while (jev_call_write(fd, &one, sizeof one) < 0) {
    if (errno == EAGAIN) {
      if (jev_call_read(fd, &drained, sizeof drained) < 0 && errno != EAGAIN && errno != EINTR) {
        return -errno;
      }
    } else if (errno != EINTR) {
      return -errno;
    }
  }
  return 0;
}

#endif
