/*
 * Descriptors that are not sockets, and descriptors that were left in blocking mode. posix/nonsocket.c and
 * windows/nonsocket.c implement this.
 */
#ifndef JEV_NONSOCKET_H
#define JEV_NONSOCKET_H

#include "core/slots.h"

/* The slot has its first operation: jev_receive, jev_send and accepting must not wait from now on. */
void jev_make_ready(struct jev_ring *ring, struct jev_slot *slot);
/* The same for accepting and connecting, which POSIX has no flag for. */
void jev_make_nonblocking(struct jev_ring *ring, struct jev_slot *slot);
/* Read and write what is not a socket, and never wait either. */
int64_t jev_nonsocket_read(struct jev_ring *ring, struct jev_slot *slot, void *bytes, size_t max);
int64_t jev_nonsocket_write(struct jev_ring *ring, struct jev_slot *slot, const struct iovec *vectors,
                            uint32_t count);
/* Sends from a file to any descriptor. Returns how much went, 0 at the end of the file. */
int64_t jev_send_file(struct jev_ring *ring, struct jev_slot *slot, int32_t file, int64_t position,
                      int64_t max);

#endif
