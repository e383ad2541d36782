/* Options of sockets and descriptors on POSIX systems. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/system.h"

static int32_t result_of(int result) { return result >= 0 ? result : -errno; }

/* Options that are one int of setsockopt, by number; name 0: none here. */
static const struct {
  int level;
  int name;
} OPTIONS[] = {
    [JEV_OPT_ERROR] = {SOL_SOCKET, SO_ERROR},
    [JEV_OPT_REUSE_ADDRESS] = {SOL_SOCKET, SO_REUSEADDR},
#if defined(SO_REUSEPORT)
    [JEV_OPT_REUSE_PORT] = {SOL_SOCKET, SO_REUSEPORT},
#endif
    [JEV_OPT_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY},
    [JEV_OPT_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE},
#if defined(TCP_KEEPIDLE)
    [JEV_OPT_KEEP_IDLE] = {IPPROTO_TCP, TCP_KEEPIDLE},
#elif defined(__APPLE__)
    [JEV_OPT_KEEP_IDLE] = {IPPROTO_TCP, TCP_KEEPALIVE},
#endif
#if defined(TCP_KEEPINTVL)
    [JEV_OPT_KEEP_INTERVAL] = {IPPROTO_TCP, TCP_KEEPINTVL},
#endif
#if defined(TCP_KEEPCNT)
    [JEV_OPT_KEEP_COUNT] = {IPPROTO_TCP, TCP_KEEPCNT},
#endif
    [JEV_OPT_SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF},
    [JEV_OPT_RECEIVE_BUFFER] = {SOL_SOCKET, SO_RCVBUF},
    [JEV_OPT_IPV6_ONLY] = {IPPROTO_IPV6, IPV6_V6ONLY},
    [JEV_OPT_BROADCAST] = {SOL_SOCKET, SO_BROADCAST},
#if defined(TCP_DEFER_ACCEPT)
    [JEV_OPT_DEFER_ACCEPT] = {IPPROTO_TCP, TCP_DEFER_ACCEPT},
#endif
    [JEV_OPT_LISTENING] = {SOL_SOCKET, SO_ACCEPTCONN},
};

static bool is_int_option(int32_t option) {
  return option > 0 && (size_t)option < sizeof OPTIONS / sizeof *OPTIONS && OPTIONS[option].name != 0;
}

static int32_t set_flag(int32_t fd, int get, int set, int flag, bool on) {
  int flags = fcntl(fd, get);
  if (flags < 0) {
    return -errno;
  }
  int changed = on ? flags | flag : flags & ~flag;
  return changed == flags ? 0 : result_of(fcntl(fd, set, changed));
}

static int32_t set_nonblocking(int32_t fd, bool on) { return set_flag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on); }

static int32_t set_close_on_exec(int32_t fd, bool on) {
  return set_flag(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

static int32_t set_linger(int32_t fd, int32_t seconds) {
  struct linger value = {.l_onoff = seconds >= 0, .l_linger = seconds >= 0 ? seconds : 0};
  return result_of(setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value));
}

#if defined(IP_PMTUDISC_OMIT) && defined(IPV6_PMTUDISC_OMIT)
static int family_of(int32_t fd) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  return getsockname(fd, (struct sockaddr *)&address, &length) == 0 ? address.ss_family : -errno;
}

static int32_t set_path_mtu_discovery(int32_t fd, bool on) {
  int family = family_of(fd);
  int value = on ? IP_PMTUDISC_WANT : IP_PMTUDISC_OMIT;
  int value6 = on ? IPV6_PMTUDISC_WANT : IPV6_PMTUDISC_OMIT;
  if (family < 0 || (family != AF_INET && family != AF_INET6)) {
    return family < 0 ? family : -ENOPROTOOPT;
  }
  if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &value6, sizeof value6) != 0) {
    return -errno;
  }
  /* A socket of IPv6 sends to IPv4, too. */
  return result_of(setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &value, sizeof value));
}

static int32_t get_path_mtu_discovery(int32_t fd) {
  int family = family_of(fd);
  int value = 0;
  socklen_t length = sizeof value;
  if (family < 0 || (family != AF_INET && family != AF_INET6)) {
    return family < 0 ? family : -ENOPROTOOPT;
  }
  int result = family == AF_INET6 ? getsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &value, &length)
                                  : getsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &value, &length);
  return result != 0 ? -errno : value == IP_PMTUDISC_WANT || value == IP_PMTUDISC_DO;
}
#else
static int32_t set_path_mtu_discovery(int32_t fd, bool on) {
  (void)fd;
  (void)on;
  return -ENOPROTOOPT;
}

static int32_t get_path_mtu_discovery(int32_t fd) {
  (void)fd;
  return -ENOPROTOOPT;
}
#endif

int32_t jev_set_option(int32_t fd, int32_t option, int32_t value) {
  switch (option) {
    case JEV_OPT_NONBLOCKING:
      return set_nonblocking(fd, value != 0);
    case JEV_OPT_CLOSE_ON_EXEC:
      return set_close_on_exec(fd, value != 0);
    case JEV_OPT_LINGER:
      return set_linger(fd, value);
    case JEV_OPT_PATH_MTU_DISCOVERY:
      return set_path_mtu_discovery(fd, value != 0);
    default:
      if (!is_int_option(option)) {
        return -ENOPROTOOPT;
      }
      return result_of(setsockopt(fd, OPTIONS[option].level, OPTIONS[option].name, &value, sizeof value));
  }
}

static int32_t get_linger(int32_t fd) {
  struct linger value = {0};
  socklen_t length = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) != 0) {
    return -errno;
  }
  return value.l_onoff != 0 ? value.l_linger : INT32_MIN; /* INT32_MIN: off, which is no errno */
}

static int32_t get_available(int32_t fd) {
  int bytes = 0;
  return ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : -errno;
}

/* An error or a hang-up counts as readiness, too. */
static int32_t get_ready(int32_t fd) {
  struct pollfd asked = {.fd = fd, .events = POLLIN | POLLOUT};
  int found;
  do {
    found = poll(&asked, 1, 0);
  } while (found < 0 && errno == EINTR);
  if (found < 0 || (asked.revents & POLLNVAL) != 0) {
    return found < 0 ? -errno : -EBADF;
  }
  if ((asked.revents & (POLLERR | POLLHUP)) != 0) {
    return JEV_READ | JEV_WRITE;
  }
  return ((asked.revents & POLLIN) != 0 ? JEV_READ : 0) | ((asked.revents & POLLOUT) != 0 ? JEV_WRITE : 0);
}

static int32_t has_flag(int32_t fd, int get, int flag) {
  int flags = fcntl(fd, get);
  return flags < 0 ? -errno : (flags & flag) != 0;
}

int32_t jev_get_option(int32_t fd, int32_t option) {
  switch (option) {
    case JEV_OPT_NONBLOCKING:
      return has_flag(fd, F_GETFL, O_NONBLOCK);
    case JEV_OPT_CLOSE_ON_EXEC:
      return has_flag(fd, F_GETFD, FD_CLOEXEC);
    case JEV_OPT_LINGER:
      return get_linger(fd);
    case JEV_OPT_PATH_MTU_DISCOVERY:
      return get_path_mtu_discovery(fd);
    case JEV_OPT_AVAILABLE:
      return get_available(fd);
    case JEV_OPT_READY:
      return get_ready(fd);
    case JEV_OPT_TERMINAL:
      return isatty(fd);
    default:
      break;
  }
  if (!is_int_option(option)) {
    return -ENOPROTOOPT;
  }
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, OPTIONS[option].level, OPTIONS[option].name, &value, &length) == 0 ? value : -errno;
}
