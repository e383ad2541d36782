/*
 * Receiving and sending without waiting, and the clock, on Windows.
 *
 * A single call cannot be made non-blocking, so sockets are made non-blocking before their first operation.
 * Sends are cut: the system would otherwise take any number of bytes into memory that cannot be paged out,
 * however slow the peer is.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "windows/windows_api.h"

enum { MAX_AT_ONCE = 1 << 18, MAX_OF_DATAGRAM = 1024, SECOND = 1000000000 };

int64_t jev_clock(void) {
  LARGE_INTEGER ticks;
  LARGE_INTEGER frequency;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&frequency);
  int64_t seconds = ticks.QuadPart / frequency.QuadPart;
  return seconds * SECOND + ticks.QuadPart % frequency.QuadPart * SECOND / frequency.QuadPart;
}

/* Of all descriptors only sockets can be watched. */
int32_t jev_is_open(int32_t fd) {
  int type;
  int length = sizeof type;
  int32_t error = jev_winsock();
  if (error == 0 && getsockopt(jev_socket_of(fd), SOL_SOCKET, SO_TYPE, (char *)&type, &length) != 0) {
    error = jev_socket_error_of(fd);
  }
  return error;
}

/* After a shutdown the end has come, as elsewhere. */
int64_t jev_receive(int32_t fd, void *bytes, size_t max) {
  int count = recv(jev_socket_of(fd), bytes, max < INT_MAX ? (int)max : INT_MAX, 0);
  if (count >= 0) {
    return count;
  }
  switch (WSAGetLastError()) {
    case WSAESHUTDOWN:
      return 0;
    case WSAEMSGSIZE: /* a datagram, and as much of it as there was room for */
      return (int64_t)max;
    default:
      return jev_socket_error_of(fd);
  }
}

static bool is_connected(int32_t fd) {
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  int length = sizeof address;
  return getpeername(jev_socket_of(fd), (struct sockaddr *)(void *)address, &length) == 0;
}

/* Errors of datagrams sent earlier concern connected sockets alone. Sockets of jev_socket do not report them
 * otherwise, but a socket may come from elsewhere. */
static int32_t earlier_error(int32_t fd) {
  int code = WSAGetLastError();
  bool former = code == WSAECONNRESET || code == WSAENETRESET;
  if (former && !is_connected(fd)) {
    return -EINTR;
  }
  if (code == WSAECONNRESET) { /* what other systems call it */
    return jev_windows_error(WSAECONNREFUSED);
  }
  WSASetLastError(code);
  return jev_socket_error_of(fd);
}

int64_t jev_receive_datagram(int32_t fd, void *bytes, size_t max, struct jev_address *from, bool *truncated) {
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  int32_t error;
  do {
    int length = sizeof address;
    int count = recvfrom(jev_socket_of(fd), bytes, max < INT_MAX ? (int)max : INT_MAX, 0,
                         (struct sockaddr *)(void *)address, &length);
    bool cut = count < 0 && WSAGetLastError() == WSAEMSGSIZE;
    if (count >= 0 || cut) {
      jev_address_from_system(address, (uint32_t)length, from);
      *truncated = cut;
      return cut ? (int64_t)max : count;
    }
    error = earlier_error(fd);
  } while (error == -EINTR);
  return error;
}

/* What of the vectors, but for the `skipped` bytes at their start, goes with one call. */
static uint32_t lay_out(WSABUF *buffers, const struct iovec *vectors, uint32_t count, size_t skipped,
                        size_t *bytes) {
  uint32_t used = 0;
  *bytes = 0;
  for (uint32_t i = 0; i < count && used < JEV_MAX_VECTORS && *bytes < MAX_AT_ONCE; i++) {
    if (skipped >= vectors[i].iov_len) {
      skipped -= vectors[i].iov_len;
      continue;
    }
    size_t left = vectors[i].iov_len - skipped;
    size_t room = MAX_AT_ONCE - *bytes;
    buffers[used].buf = (char *)vectors[i].iov_base + skipped;
    buffers[used].len = (ULONG)(left < room ? left : room);
    *bytes += buffers[used++].len;
    skipped = 0;
  }
  return used;
}

int64_t jev_send(int32_t fd, const struct iovec *vectors, uint32_t count) {
  WSABUF buffers[JEV_MAX_VECTORS];
  int64_t sent = 0;
  size_t given;
  DWORD gone;
  do {
    uint32_t used = lay_out(buffers, vectors, count, (size_t)sent, &given);
    if (given == 0 && sent > 0) {
      break;
    }
    gone = 0;
    if (WSASend(jev_socket_of(fd), buffers, used, &gone, 0, NULL, NULL) != 0) {
      return sent > 0 ? sent : jev_socket_error_of(fd);
    }
    sent += gone;
  } while (given > 0 && gone == given);
  return sent;
}

/* Goes whole or not at all. */
static int64_t send_whole(int32_t fd, WSABUF *buffers, const struct iovec *vectors, uint32_t count,
                          const struct jev_address *to) {
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (vectors[i].iov_len > INT_MAX) {
      return -EMSGSIZE;
    }
    buffers[i].buf = vectors[i].iov_base;
    buffers[i].len = (ULONG)vectors[i].iov_len;
  }
  int32_t error = to == NULL ? 0 : jev_address_to_system(to, address, &length);
  if (error != 0) {
    return error;
  }
  DWORD sent = 0;
  int result = to == NULL
                   ? WSASend(jev_socket_of(fd), buffers, count, &sent, 0, NULL, NULL)
                   : WSASendTo(jev_socket_of(fd), buffers, count, &sent, 0,
                               (const struct sockaddr *)(const void *)address, (int)length, NULL, NULL);
  return result == 0 ? (int64_t)sent : jev_socket_error_of(fd);
}

int32_t jev_send_together(int32_t fd, const struct jev_datagram *datagrams, uint32_t count) {
  (void)fd;
  (void)datagrams;
  (void)count;
  return -ENOSYS;
}

int64_t jev_send_datagram(int32_t fd, const struct iovec *vectors, uint32_t count,
                          const struct jev_address *to) {
  WSABUF stack[JEV_MAX_VECTORS];
  if (count <= JEV_MAX_VECTORS) {
    return send_whole(fd, stack, vectors, count, to);
  }
  if (count > MAX_OF_DATAGRAM) {
    return -EMSGSIZE;
  }
  WSABUF *buffers = malloc(count * sizeof *buffers);
  if (buffers == NULL) {
    return -ENOMEM;
  }
  int64_t result = send_whole(fd, buffers, vectors, count, to);
  free(buffers);
  return result;
}
