/* The C library's functions that the library calls. Each asks whether it is called by the library, and what
 * it is to meet. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

#define INTERRUPT FAULT_BIT(FAULT_INTERRUPT)
#define AGAIN FAULT_BIT(FAULT_AGAIN)
#define SHORT FAULT_BIT(FAULT_SHORT)
#define LATE FAULT_BIT(FAULT_LATE)
#define MEMORY FAULT_BIT(FAULT_MEMORY)
#define NO_DESCRIPTORS FAULT_BIT(FAULT_DESCRIPTORS)
#define FATAL FAULT_BIT(FAULT_FATAL)

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

static bool is_stream(int fd) {
  FAULTS_REAL(getsockopt);
  int type = 0;
  socklen_t size = sizeof type;
  struct stat status;
  if (real(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0) {
    return type == SOCK_STREAM;
  }
  return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

static int fail(int error) {
  errno = error;
  return -1;
}

/* ---- bytes ---- */

#define READING_ENDS FAULTS_ONE_OF(ECONNRESET, ETIMEDOUT, EHOSTUNREACH)
#define WRITING_ENDS FAULTS_ONE_OF(EPIPE, ECONNRESET, ENOBUFS)

/* What a call that moves bytes is to meet: true when it fails; else *length may have become less. */
static bool meets(int fd, uint32_t kinds, bool writes, size_t *length) {
  if ((kinds & (SHORT | FATAL)) != 0 && !is_stream(fd)) {
    kinds &= ~(SHORT | FATAL);
  }
  switch (faults_next(*length > 1 ? kinds : kinds & ~SHORT)) {
    case FAULT_INTERRUPT:
      errno = EINTR;
      return true;
    case FAULT_AGAIN:
      errno = EAGAIN;
      return true;
    case FAULT_SHORT:
      *length = faults_up_to((uint32_t)(*length < INT32_MAX ? *length : INT32_MAX) - 1);
      return false;
    case FAULT_FATAL:
      faults_note_fatal(fd, writes ? WRITING_ENDS : READING_ENDS);
      return true;
    default:
      return false;
  }
}

FAULTS_EXPORT ssize_t recv(int fd, void *bytes, size_t size, int flags) {
  FAULTS_REAL(recv);
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, false, &size)) {
    return -1;
  }
  return real(fd, bytes, size, flags);
}

FAULTS_EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  FAULTS_REAL(recvmsg);
  size_t one = 1;
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN, false, &one)) {
    return -1;
  }
  return real(fd, message, flags);
}

FAULTS_EXPORT ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  FAULTS_REAL(send);
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, true, &size)) {
    return -1;
  }
  return real(fd, bytes, size, flags);
}

static size_t total(const struct iovec *vectors, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) {
    bytes += vectors[i].iov_len;
  }
  return bytes;
}

enum { MAX_VECTORS = 1024 };

/* The first `size` bytes of the vectors; returns how many vectors that are. */
static size_t cut(const struct iovec *vectors, size_t count, size_t size, struct iovec *out) {
  size_t used = 0;
  while (used < count && used < MAX_VECTORS && size > 0) {
    out[used] = vectors[used];
    out[used].iov_len = out[used].iov_len < size ? out[used].iov_len : size;
    size -= out[used].iov_len;
    used++;
  }
  return used;
}

FAULTS_EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  FAULTS_REAL(sendmsg);
  size_t all = total(message->msg_iov, message->msg_iovlen);
  size_t size = all;
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, true, &size)) {
    return -1;
  }
  struct iovec vectors[MAX_VECTORS];
  struct msghdr shorter = *message;
  if (size < all) {
    shorter.msg_iovlen = cut(message->msg_iov, message->msg_iovlen, size, vectors);
    shorter.msg_iov = vectors;
  }
  return real(fd, &shorter, flags);
}

FAULTS_EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
  FAULTS_REAL(sendmmsg);
  size_t size = count;
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, true, &size)) {
    return -1;
  }
  return real(fd, messages, (unsigned int)size, flags);
}

FAULTS_EXPORT ssize_t writev(int fd, const struct iovec *given, int count) {
  FAULTS_REAL(writev);
  size_t all = total(given, (size_t)count);
  size_t size = all;
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, true, &size)) {
    return -1;
  }
  struct iovec vectors[MAX_VECTORS];
  return size < all ? real(fd, vectors, (int)cut(given, (size_t)count, size, vectors))
                    : real(fd, given, count);
}

FAULTS_EXPORT ssize_t read(int fd, void *bytes, size_t size) {
  FAULTS_REAL(read);
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT, false, &size)) {
    return -1;
  }
  return real(fd, bytes, size);
}

/* Wake-ups too, which no system refuses while there is room. */
FAULTS_EXPORT ssize_t write(int fd, const void *bytes, size_t size) {
  FAULTS_REAL(write);
  if (FAULTS_OURS && meets(fd, INTERRUPT, true, &size)) {
    return -1;
  }
  return real(fd, bytes, size);
}

FAULTS_EXPORT ssize_t pread(int fd, void *bytes, size_t size, off_t position) {
  FAULTS_REAL(pread);
  if (FAULTS_OURS && meets(fd, INTERRUPT, false, &size)) {
    return -1;
  }
  return real(fd, bytes, size, position);
}

FAULTS_EXPORT ssize_t sendfile(int fd, int file, off_t *position, size_t size) {
  FAULTS_REAL(sendfile);
  if (FAULTS_OURS && meets(fd, INTERRUPT | AGAIN | SHORT | FATAL, true, &size)) {
    return -1;
  }
  return real(fd, file, position, size);
}

/* ---- connections ---- */

FAULTS_EXPORT int accept4(int fd, __SOCKADDR_ARG address, socklen_t *length, int flags) {
  FAULTS_REAL(accept4);
  bool ours = FAULTS_OURS;
  switch (ours ? faults_next(INTERRUPT | AGAIN | NO_DESCRIPTORS | MEMORY) : NO_FAULT) {
    case FAULT_INTERRUPT:
      return fail(FAULTS_ONE_OF(EINTR, ECONNABORTED, EPROTO));
    case FAULT_AGAIN:
      return fail(EAGAIN);
    case FAULT_DESCRIPTORS:
      return fail(FAULTS_ONE_OF(EMFILE, ENFILE));
    case FAULT_MEMORY:
      return fail(FAULTS_ONE_OF(ENOBUFS, ENOMEM));
    default:
      break;
  }
  int accepted = real(fd, address, length, flags);
  faults_new_descriptor(accepted);
  return accepted;
}

/* The connect itself is begun, but for one that is refused. */
FAULTS_EXPORT int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length) {
  FAULTS_REAL(connect);
  enum fault kind = FAULTS_OURS ? faults_next(INTERRUPT | LATE | FATAL) : NO_FAULT;
  if (kind == FAULT_FATAL) {
    return fail(faults_note_fatal(fd, FAULTS_ONE_OF(ECONNREFUSED, ETIMEDOUT, ENETUNREACH)));
  }
  int result = real(fd, address, length);
  bool goes_on = result == 0 || errno == EINPROGRESS;
  return goes_on && kind != NO_FAULT ? fail(kind == FAULT_LATE ? EINPROGRESS : EINTR) : result;
}

FAULTS_EXPORT int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  FAULTS_REAL(getsockopt);
  int result = real(fd, level, name, value, length);
  if (result == 0 && level == SOL_SOCKET && name == SO_ERROR && *(int *)value == 0 && FAULTS_OURS &&
      faults_next(LATE) == FAULT_LATE) {
    *(int *)value = EINPROGRESS;
  }
  return result;
}

/* Closed in any case. */
FAULTS_EXPORT int close(int fd) {
  FAULTS_REAL(close);
  int result = real(fd);
  return result == 0 && FAULTS_OURS && faults_next(INTERRUPT) != NO_FAULT ? fail(EINTR) : result;
}

/* ---- new descriptors ---- */

/* True: none. */
static bool has_none(uint32_t kinds) {
  switch (faults_next(kinds)) {
    case FAULT_DESCRIPTORS:
      FAULTS_ONE_OF(EMFILE, ENFILE);
      return true;
    case FAULT_MEMORY:
      errno = ENOMEM;
      return true;
    default:
      return false;
  }
}

FAULTS_EXPORT int socket(int family, int type, int protocol) {
  FAULTS_REAL(socket);
  if (FAULTS_OURS && has_none(NO_DESCRIPTORS | MEMORY)) {
    return -1;
  }
  int fd = real(family, type, protocol);
  faults_new_descriptor(fd);
  return fd;
}

FAULTS_EXPORT int socketpair(int family, int type, int protocol, int fds[2]) {
  FAULTS_REAL(socketpair);
  if (FAULTS_OURS && has_none(NO_DESCRIPTORS | MEMORY)) {
    return -1;
  }
  int result = real(family, type, protocol, fds);
  for (int i = 0; result == 0 && i < 2; i++) {
    faults_new_descriptor(fds[i]);
  }
  return result;
}

FAULTS_EXPORT int pipe2(int fds[2], int flags) {
  FAULTS_REAL(pipe2);
  if (FAULTS_OURS && has_none(NO_DESCRIPTORS)) {
    return -1;
  }
  int result = real(fds, flags);
  for (int i = 0; result == 0 && i < 2; i++) {
    faults_new_descriptor(fds[i]);
  }
  return result;
}

FAULTS_EXPORT int eventfd(unsigned int count, int flags) {
  FAULTS_REAL(eventfd);
  return FAULTS_OURS && has_none(NO_DESCRIPTORS | MEMORY) ? -1 : real(count, flags);
}

FAULTS_EXPORT int timerfd_create(clockid_t clock, int flags) {
  FAULTS_REAL(timerfd_create);
  return FAULTS_OURS && has_none(NO_DESCRIPTORS | MEMORY) ? -1 : real(clock, flags);
}

FAULTS_EXPORT int epoll_create1(int flags) {
  FAULTS_REAL(epoll_create1);
  return FAULTS_OURS && has_none(NO_DESCRIPTORS | MEMORY) ? -1 : real(flags);
}

/* ---- waiting ---- */

FAULTS_EXPORT int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event) {
  FAULTS_REAL(epoll_ctl);
  if (op == EPOLL_CTL_ADD && FAULTS_OURS && faults_next(MEMORY) == FAULT_MEMORY) {
    return fail(FAULTS_ONE_OF(ENOMEM, ENOSPC));
  }
  return real(epoll, op, fd, event);
}

/* True: interrupted; else *most may have become less. */
static bool is_interrupted(int *max) {
  enum fault kind = faults_next(INTERRUPT | (*max > 1 ? SHORT : 0));
  if (kind == FAULT_SHORT) {
    *max = (int)faults_up_to((uint32_t)*max - 1);
  }
  return kind == FAULT_INTERRUPT;
}

FAULTS_EXPORT int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout) {
  FAULTS_REAL(epoll_wait);
  return FAULTS_OURS && is_interrupted(&max) ? fail(EINTR) : real(epoll, events, max, timeout);
}

/* True: it fails, as poll and select do. */
static bool wait_fails(void) {
  enum fault kind = faults_next(INTERRUPT | MEMORY);
  errno = kind == FAULT_INTERRUPT ? EINTR : kind == FAULT_MEMORY ? ENOMEM : errno;
  return kind != NO_FAULT;
}

FAULTS_EXPORT int poll(struct pollfd *entries, nfds_t count, int timeout) {
  FAULTS_REAL(poll);
  return FAULTS_OURS && wait_fails() ? -1 : real(entries, count, timeout);
}

FAULTS_EXPORT int ppoll(struct pollfd *entries, nfds_t count, const struct timespec *timeout,
                        const sigset_t *mask) {
  FAULTS_REAL(ppoll);
  return FAULTS_OURS && wait_fails() ? -1 : real(entries, count, timeout, mask);
}

FAULTS_EXPORT int pselect(int beyond, fd_set *reading, fd_set *writing, fd_set *failing,
                          const struct timespec *timeout, const sigset_t *mask) {
  FAULTS_REAL(pselect);
  return FAULTS_OURS && wait_fails() ? -1 : real(beyond, reading, writing, failing, timeout, mask);
}

/* ---- calls without a wrapper ---- */

enum { ARGUMENTS = 6 };

static long call(long number, const long *a) {
  FAULTS_REAL(syscall);
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static long wait_in_epoll(const long *given) {
  long arguments[ARGUMENTS] = {given[0], given[1], given[2], given[3], given[4], given[5]};
  int max = (int)given[2];
  if (is_interrupted(&max)) {
    return fail(EINTR);
  }
  arguments[2] = max;
  return call(SYS_epoll_pwait2, arguments);
}

/* A call that carries the bytes at its second argument, as many as its third says. */
static long carry(long number, long *arguments, uint32_t faults, bool writes) {
  size_t size = (size_t)arguments[2];
  if (meets((int)arguments[0], faults, writes, &size)) {
    return -1;
  }
  arguments[2] = (long)size;
  return call(number, arguments);
}

FAULTS_EXPORT long syscall(long number, ...) {
  long arguments[ARGUMENTS];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < ARGUMENTS; i++) {
    arguments[i] = va_arg(list, long); /* NOLINT */
  }
  va_end(list);
  if (!FAULTS_OURS) {
    return call(number, arguments);
  }
  switch (number) {
    case SYS_recvfrom:
      return carry(number, arguments, INTERRUPT | AGAIN | SHORT | FATAL, false);
    case SYS_sendto:
      return carry(number, arguments, INTERRUPT | AGAIN | SHORT | FATAL, true);
    case SYS_read:
      return carry(number, arguments, INTERRUPT | AGAIN | SHORT, false);
    case SYS_write:
      return carry(number, arguments, INTERRUPT, true);
    case SYS_epoll_pwait2:
      return wait_in_epoll(arguments);
    case SYS_io_uring_setup:
      return has_none(NO_DESCRIPTORS | MEMORY)
                 ? -1
                 : faults_uring_setup(arguments[0], (void *)arguments[1]); /* NOLINT */
    case SYS_io_uring_enter:
      return faults_uring_enter(arguments);
    case SYS_io_uring_register:
      return has_none(MEMORY) ? -1 : call(number, arguments);
    default:
      return call(number, arguments);
  }
}
