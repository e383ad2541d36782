/*
 * Descriptors that were left in blocking mode. Where a call cannot be told not to wait, readiness is asked
 * for first; what POLLOUT promises is PIPE_BUF bytes and no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "reactor.h"

enum { MODE_UNKNOWN, MODE_NONBLOCKING, MODE_BLOCKING };

bool jev_blocks(struct jev_ring *ring, struct jev_slot *slot) {
  if (slot->mode == MODE_UNKNOWN) {
    ring->header->syscalls++;
    int flags = fcntl(slot->fd, F_GETFL);
    slot->mode = flags < 0 || (flags & O_NONBLOCK) != 0 ? MODE_NONBLOCKING : MODE_BLOCKING;
  }
  return slot->mode == MODE_BLOCKING;
}

bool jev_would_wait(struct jev_ring *ring, struct jev_slot *slot, int16_t events) {
  if (!jev_blocks(ring, slot)) {
    return false;
  }
  struct pollfd asked = {.fd = slot->fd, .events = events};
  ring->header->syscalls++;
  return poll(&asked, 1, 0) == 0;
}
