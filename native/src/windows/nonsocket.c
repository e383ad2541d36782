/*
 * Descriptors that are no sockets, and sockets in blocking mode, on Windows. Whether a socket is in blocking
 * mode cannot be asked: it is made non-blocking when it gets its first operation. What is no socket cannot be
 * waited for.
 */
#include "core/nonsocket.h"

#include <errno.h>
#include <stdlib.h>

#include "windows/windows_api.h"

enum { FILE_CHUNK = 65536 };

void jev_make_ready(struct jev_ring *ring, struct jev_slot *slot) {
  if (slot->mode == MODE_UNKNOWN) {
    slot->mode = MODE_NONBLOCKING;
    ring->header->syscalls++;
    jev_set_nonblocking(slot->fd, true);
  }
}

void jev_make_nonblocking(struct jev_ring *ring, struct jev_slot *slot) { jev_make_ready(ring, slot); }

int64_t jev_nonsocket_read(struct jev_ring *ring, struct jev_slot *slot, void *bytes, size_t max) {
  (void)ring;
  (void)slot;
  (void)bytes;
  (void)max;
  return jev_windows_error(WSAENOTSOCK);
}

int64_t jev_nonsocket_write(struct jev_ring *ring, struct jev_slot *slot, const struct iovec *vectors,
                            uint32_t count) {
  (void)ring;
  (void)slot;
  (void)vectors;
  (void)count;
  return jev_windows_error(WSAENOTSOCK);
}

int64_t jev_send_file(struct jev_ring *ring, struct jev_slot *slot, int32_t file, int64_t position,
                      int64_t max) {
  void *bytes = malloc(FILE_CHUNK);
  if (bytes == NULL) {
    return -ENOMEM;
  }
  ring->header->syscalls++;
  int64_t count = jev_read_at(file, (int64_t)(uintptr_t)bytes, max < FILE_CHUNK ? max : FILE_CHUNK, position);
  if (count > 0) {
    const struct iovec vector = {.iov_base = bytes, .iov_len = (size_t)count};
    count = jev_send(slot->fd, &vector, 1);
  }
  free(bytes);
  return count;
}
