/* Receiving and sending without waiting, and the clock, on POSIX systems. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "core/jev_assert.h"
#include "core/system.h"
#include "posix/calls.h"

enum { SECOND = 1000000000 };

static int64_t answer(int64_t count) { return count >= 0 ? count : errno == EWOULDBLOCK ? -EAGAIN : -errno; }

int64_t jev_clock(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

int32_t jev_is_open(int32_t fd) { return fcntl(fd, F_GETFD) < 0 ? -errno : 0; }

int64_t jev_receive(int32_t fd, void *bytes, size_t max) {
  return answer(jev_call_receive(fd, bytes, max, MSG_DONTWAIT));
}

int64_t jev_receive_datagram(int32_t fd, void *bytes, size_t max, struct jev_address *from, bool *truncated) {
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  struct iovec vector = {.iov_base = bytes, .iov_len = max};
  struct msghdr message = {
      .msg_name = address, .msg_namelen = sizeof address, .msg_iov = &vector, .msg_iovlen = 1};
  int64_t count = answer(recvmsg(fd, &message, MSG_DONTWAIT));
  if (count >= 0) {
    jev_address_from_system(address, message.msg_namelen, from);
    *truncated = (message.msg_flags & MSG_TRUNC) != 0;
  }
  return count;
}

int64_t jev_send(int32_t fd, const struct iovec *vectors, uint32_t count) {
  jev_assert(count > 0 && count <= JEV_MAX_VECTORS);
  if (count == 1) {
    return answer(jev_call_send(fd, vectors->iov_base, vectors->iov_len, MSG_DONTWAIT | JEV_NO_SIGNAL));
  }
  return jev_send_datagram(fd, vectors, count, NULL);
}

#if defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__)
int32_t jev_send_together(int32_t fd, const struct jev_datagram *datagrams, uint32_t count) {
  _Alignas(8) uint8_t addresses[JEV_DATAGRAMS_TOGETHER][JEV_SYSTEM_ADDRESS_SIZE];
  struct iovec vectors[JEV_DATAGRAMS_TOGETHER];
  struct mmsghdr messages[JEV_DATAGRAMS_TOGETHER];
  jev_assert(count > 0 && count <= JEV_DATAGRAMS_TOGETHER);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = 0;
    int32_t error =
        datagrams[i].to == NULL ? 0 : jev_address_to_system(datagrams[i].to, addresses[i], &length);
    if (error != 0 && i == 0) {
      return error;
    }
    if (error != 0) {
      count = i; /* it is the first of the next call */
      break;
    }
    vectors[i] = (struct iovec){.iov_base = datagrams[i].bytes, .iov_len = datagrams[i].length};
    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
    messages[i].msg_hdr.msg_name = datagrams[i].to == NULL ? NULL : addresses[i];
    messages[i].msg_hdr.msg_namelen = length;
  }
  return (int32_t)answer(sendmmsg(fd, messages, count, MSG_DONTWAIT | JEV_NO_SIGNAL));
}
#else
int32_t jev_send_together(int32_t fd, const struct jev_datagram *datagrams, uint32_t count) {
  (void)fd;
  (void)datagrams;
  (void)count;
  return -ENOSYS;
}
#endif

int64_t jev_send_datagram(int32_t fd, const struct iovec *vectors, uint32_t count,
                          const struct jev_address *to) {
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  struct msghdr message = {.msg_iov = (struct iovec *)vectors}; /* which it only reads */
  message.msg_iovlen = (__typeof__(message.msg_iovlen))count;   /* a size here, an int there */
  if (to != NULL) {
    uint32_t length;
    int32_t error = jev_address_to_system(to, address, &length);
    if (error != 0) {
      return error;
    }
    message.msg_name = address;
    message.msg_namelen = length;
  }
  return answer(sendmsg(fd, &message, MSG_DONTWAIT | JEV_NO_SIGNAL));
}
