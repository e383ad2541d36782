/* Descriptors and sockets on POSIX systems: the counterpart of libevent's evutil. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/system.h"
#include "posix/calls.h"

static int32_t result_of(int result) { return result >= 0 ? result : -errno; }

static struct jev_address *address_at(int64_t address) {
  return (struct jev_address *)(intptr_t)address; /* NOLINT */
}

static int32_t to_system(int64_t address, uint8_t *system, uint32_t *length) {
  return address <= 0 ? -EINVAL : jev_address_to_system(address_at(address), system, length);
}

static int system_family(int32_t family) {
  static const int FAMILIES[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX};
  return family >= JEV_FAMILY_INET && family <= JEV_FAMILY_UNIX ? FAMILIES[family] : -1;
}

static int system_type(int32_t type) {
  return type == JEV_STREAM ? SOCK_STREAM : type == JEV_DATAGRAM ? SOCK_DGRAM : -1;
}

#if !defined(SOCK_NONBLOCK) || !defined(SOCK_CLOEXEC)
#define JEV_NO_SOCK_FLAGS 1
#define SOCK_NONBLOCK 0
#define SOCK_CLOEXEC 0
#endif

/* Where the system cannot make it so at once. */
static int32_t prepare(int32_t fd) {
#ifdef JEV_NO_SOCK_FLAGS
  int32_t error = jev_set_option(fd, JEV_OPT_NONBLOCKING, true);
  if (error == 0) {
    error = jev_set_option(fd, JEV_OPT_CLOSE_ON_EXEC, true);
  }
  if (error != 0) {
    close(fd);
    return error;
  }
#endif
#if defined(__APPLE__)
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return fd;
}

int32_t jev_socket(int32_t family, int32_t type) {
  if (system_family(family) < 0 || system_type(type) < 0) {
    return -EINVAL;
  }
  int fd = socket(system_family(family), system_type(type) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : prepare(fd);
}

static int32_t give_two(int64_t out, const int *fds) {
  int32_t *target = (int32_t *)(intptr_t)out; /* NOLINT */
  for (int i = 0; i < 2; i++) {
    target[i] = prepare(fds[i]);
    if (target[i] < 0) {
      close(fds[1 - i]);
      return target[i];
    }
  }
  return 0;
}

int32_t jev_socketpair(int32_t family, int32_t type, int64_t out) {
  if (system_family(family) < 0 || system_type(type) < 0 || out <= 0) {
    return -EINVAL;
  }
  int fds[2];
  if (socketpair(system_family(family), system_type(type) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) {
    return -errno;
  }
  return give_two(out, fds);
}

int32_t jev_pipe(int64_t out) {
  int fds[2];
  if (out <= 0) {
    return -EINVAL;
  }
#if defined(__APPLE__)
  int result = pipe(fds);
  for (int i = 0; i < 2 && result == 0; i++) {
    jev_set_option(fds[i], JEV_OPT_NONBLOCKING, true);
    jev_set_option(fds[i], JEV_OPT_CLOSE_ON_EXEC, true);
  }
#else
  int result = pipe2(fds, O_NONBLOCK | O_CLOEXEC);
#endif
  if (result != 0) {
    return -errno;
  }
  int32_t *target = (int32_t *)(intptr_t)out; /* NOLINT */
  target[0] = fds[0];
  target[1] = fds[1];
  return 0;
}

int32_t jev_open(int64_t path, int32_t write) {
  const char *name = (const char *)(intptr_t)path; /* NOLINT */
  int flags = write != 0 ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
  return path <= 0 ? -EINVAL : result_of(open(name, flags | O_CLOEXEC, 0666));
}

int32_t jev_duplicate(int32_t fd) { return result_of(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)); }

int32_t jev_close(int32_t fd) { return close(fd) == 0 || errno == EINTR ? 0 : -errno; }

int32_t jev_bind(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  int32_t error = to_system(address, system, &length);
  return error != 0 ? error : result_of(bind(fd, (const struct sockaddr *)(const void *)system, length));
}

int32_t jev_listen(int32_t fd, int32_t backlog) { return result_of(listen(fd, backlog)); }

/* What does not listen is ready, and accept says so. */
int32_t jev_listens(int32_t fd) {
  (void)fd;
  return 0;
}

/* Errors that concern the one connection that was to be accepted. */
bool jev_accept_passes_over(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENOPROTOOPT:
#ifdef ENONET
    case ENONET:
#endif
      return true;
    default:
      return false;
  }
}

int32_t jev_accept_one(int32_t fd, bool blocking, struct jev_address *peer, uint64_t *syscalls) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  int accepted;
  socklen_t length;
  do {
    length = sizeof system;
    ++*syscalls;
#ifdef JEV_NO_SOCK_FLAGS
    accepted = accept(fd, (struct sockaddr *)(void *)system, &length);
#else
    accepted = accept4(fd, (struct sockaddr *)(void *)system, &length,
                       SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK));
#endif
  } while (accepted < 0 && jev_accept_passes_over(errno));
  if (accepted < 0) {
    return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
#ifdef JEV_NO_SOCK_FLAGS
  int32_t error = jev_set_option(accepted, JEV_OPT_CLOSE_ON_EXEC, true);
  error = error == 0 ? jev_set_option(accepted, JEV_OPT_NONBLOCKING, !blocking) : error;
  if (error != 0) {
    close(accepted);
    return error;
  }
#endif
  if (peer != NULL) {
    jev_address_from_system(system, length, peer);
  }
  return accepted;
}

int32_t jev_accept(int32_t fd, int64_t address) {
  uint64_t syscalls = 0;
  return jev_accept_one(fd, false, address != 0 ? address_at(address) : NULL, &syscalls);
}

int32_t jev_connect(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  int32_t error = to_system(address, system, &length);
  return error != 0 ? error : result_of(connect(fd, (const struct sockaddr *)(const void *)system, length));
}

int32_t jev_shutdown(int32_t fd, int32_t how) {
  static const int HOW[] = {SHUT_RD, SHUT_WR, SHUT_RDWR};
  return how < 1 || how > 3 ? -EINVAL : result_of(shutdown(fd, HOW[how - 1]));
}

static int32_t address_of(int (*get)(int, struct sockaddr *, socklen_t *), int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  socklen_t length = sizeof system;
  if (address <= 0) {
    return -EINVAL;
  }
  if (get(fd, (struct sockaddr *)(void *)system, &length) != 0) {
    return -errno;
  }
  jev_address_from_system(system, length, address_at(address));
  return 0;
}

static int local_name(int fd, struct sockaddr *address, socklen_t *length) {
  return getsockname(fd, address, length);
}

static int peer_name(int fd, struct sockaddr *address, socklen_t *length) {
  return getpeername(fd, address, length);
}

int32_t jev_local_address(int32_t fd, int64_t address) { return address_of(local_name, fd, address); }

int32_t jev_peer_address(int32_t fd, int64_t address) { return address_of(peer_name, fd, address); }

int64_t jev_read(int32_t fd, int64_t memory, int64_t length) {
  void *target = (void *)(intptr_t)memory; /* NOLINT */
  ssize_t count;
  if (length < 0) {
    return -EINVAL;
  }
  do {
    count = jev_call_read(fd, target, (size_t)length);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

int64_t jev_read_at(int32_t fd, int64_t memory, int64_t length, int64_t position) {
  void *target = (void *)(intptr_t)memory; /* NOLINT */
  ssize_t count;
  if (length < 0 || position < 0) {
    return -EINVAL;
  }
  do {
    count = pread(fd, target, (size_t)length, (off_t)position);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

int64_t jev_write(int32_t fd, int64_t memory, int64_t length) {
  const void *source = (const void *)(intptr_t)memory; /* NOLINT */
  ssize_t count;
  if (length < 0) {
    return -EINVAL;
  }
  do {
    count = jev_call_write(fd, source, (size_t)length);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

int64_t jev_receive_from(int32_t fd, int64_t memory, int64_t length, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  void *target = (void *)(intptr_t)memory; /* NOLINT */
  socklen_t size = sizeof system;
  ssize_t count;
  if (length < 0) {
    return -EINVAL;
  }
  do {
    count = recvfrom(fd, target, (size_t)length, 0, (struct sockaddr *)(void *)system, &size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    return -errno;
  }
  if (address != 0) {
    jev_address_from_system(system, size, address_at(address));
  }
  return count;
}

int64_t jev_send_to(int32_t fd, int64_t memory, int64_t length, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  const void *source = (const void *)(intptr_t)memory; /* NOLINT */
  uint32_t size = 0;
  if (length < 0) {
    return -EINVAL;
  }
  if (address != 0) {
    int32_t error = to_system(address, system, &size);
    if (error != 0) {
      return error;
    }
  }
  const struct sockaddr *to = address != 0 ? (const struct sockaddr *)(const void *)system : NULL;
  ssize_t count;
  do {
    count = sendto(fd, source, (size_t)length, JEV_NO_SIGNAL, to, size);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}
