/*
 * Descriptors that are not sockets, and descriptors that were left in blocking mode, on POSIX systems. Where
 * a call has no flag against waiting, readiness is asked for first. POLLOUT promises PIPE_BUF bytes and no
 * more.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/sendfile.h>
#endif

#include "core/nonsocket.h"
#include "posix/calls.h"

#if defined(JEV_HAS_KQUEUE)
#include <sys/stat.h>
#endif

enum { FILE_CHUNK = 65536 };

static int64_t answer(int64_t count) { return count >= 0 ? count : errno == EWOULDBLOCK ? -EAGAIN : -errno; }

/* Socket calls take MSG_DONTWAIT each time. */
void jev_make_ready(struct jev_ring *ring, struct jev_slot *slot) {
  (void)ring;
  (void)slot;
}

void jev_make_nonblocking(struct jev_ring *ring, struct jev_slot *slot) {
  ring->header->syscalls++;
  jev_set_option(slot->fd, JEV_OPT_NONBLOCKING, 1);
}

/* True for a regular file or a directory, on systems where it matters. kqueue reports a file only until its
 * end is reached, and would never report the end. Other pollers report it as ready, or refuse it. */
static bool is_file(int32_t fd) {
#if defined(JEV_HAS_KQUEUE)
  struct stat status;
  return fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
#else
  (void)fd;
  return false;
#endif
}

static uint32_t mode_of(int32_t fd) {
  if (is_file(fd)) {
    return MODE_FILE;
  }
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 || (flags & O_NONBLOCK) != 0 ? MODE_NONBLOCKING : MODE_BLOCKING;
}

/* The descriptor is in blocking mode. Asked once for each slot. */
static bool blocks(struct jev_ring *ring, struct jev_slot *slot) {
  if (slot->mode == MODE_UNKNOWN) {
    ring->header->syscalls++;
    slot->mode = mode_of(slot->fd) & 3U;
  }
  return slot->mode == MODE_BLOCKING;
}

/* It is in blocking mode, and a call would have to wait. */
static bool would_wait(struct jev_ring *ring, struct jev_slot *slot, short events) {
  if (!blocks(ring, slot)) {
    return false;
  }
  struct pollfd asked = {.fd = slot->fd, .events = events};
  int ready;
  do {
    ring->header->syscalls++;
    ready = poll(&asked, 1, 0);
  } while (ready < 0 && errno == EINTR);
  return ready <= 0;
}

int64_t jev_nonsocket_read(struct jev_ring *ring, struct jev_slot *slot, void *bytes, size_t max) {
  return would_wait(ring, slot, POLLIN) ? -EAGAIN : answer(jev_call_read(slot->fd, bytes, max));
}

static int64_t write_bytes(struct jev_ring *ring, struct jev_slot *slot, const void *bytes, size_t count) {
  if (would_wait(ring, slot, POLLOUT)) {
    return -EAGAIN;
  }
  return answer(jev_call_write(slot->fd, bytes, blocks(ring, slot) && count > PIPE_BUF ? PIPE_BUF : count));
}

int64_t jev_nonsocket_write(struct jev_ring *ring, struct jev_slot *slot, const struct iovec *vectors,
                            uint32_t count) {
  jev_assert(count > 0 && count <= JEV_MAX_VECTORS);
  if (blocks(ring, slot)) {
    return write_bytes(ring, slot, vectors->iov_base, vectors->iov_len);
  }
  return answer(writev(slot->fd, vectors, (int)count));
}

/* Where the kernel has no direct way from that file to that descriptor. */
static int64_t copy_file(struct jev_ring *ring, struct jev_slot *slot, int32_t file, int64_t position,
                         int64_t max) {
  uint8_t bytes[FILE_CHUNK];
  int64_t count = jev_read_at(file, (int64_t)(uintptr_t)bytes, max < FILE_CHUNK ? max : FILE_CHUNK, position);
  jev_assert(count <= max && count <= FILE_CHUNK);
  if (count <= 0) {
    return count;
  }
  const struct iovec vector = {.iov_base = bytes, .iov_len = (size_t)count};
  return (slot->flags & SLOT_NOT_SOCKET) != 0 ? write_bytes(ring, slot, bytes, (size_t)count)
                                              : jev_send(slot->fd, &vector, 1);
}

int64_t jev_send_file(struct jev_ring *ring, struct jev_slot *slot, int32_t file, int64_t position,
                      int64_t max) {
  if (blocks(ring, slot)) {
    return copy_file(ring, slot, file, position, max);
  }
#if defined(__linux__)
  off_t start = (off_t)position;
  int64_t count = answer(sendfile(slot->fd, file, &start, max < INT_MAX ? (size_t)max : INT_MAX));
  if (count != -EINVAL && count != -ENOSYS) {
    return count;
  }
#endif
  return copy_file(ring, slot, file, position, max);
}
