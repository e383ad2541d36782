/* Options of sockets on Windows. */
#include <errno.h>
#include <limits.h>

#include "windows/windows_api.h"

enum { MAX_LINGER = 65535 };

/* Options that are one int of setsockopt, by number; level 0: none here. SO_REUSEADDR stands for datagrams
 * alone: see below. The three of keep-alive by number, as older headers lack them: TCP_KEEPIDLE,
 * TCP_KEEPINTVL and TCP_KEEPCNT. */
static const struct {
  int level;
  int name;
} OPTIONS[] = {
    [JEV_OPT_REUSE_ADDRESS] = {SOL_SOCKET, SO_REUSEADDR}, [JEV_OPT_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY},
    [JEV_OPT_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE},    [JEV_OPT_KEEP_IDLE] = {IPPROTO_TCP, 3},
    [JEV_OPT_KEEP_INTERVAL] = {IPPROTO_TCP, 17},          [JEV_OPT_KEEP_COUNT] = {IPPROTO_TCP, 16},
    [JEV_OPT_SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF},      [JEV_OPT_RECEIVE_BUFFER] = {SOL_SOCKET, SO_RCVBUF},
    [JEV_OPT_IPV6_ONLY] = {IPPROTO_IPV6, IPV6_V6ONLY},    [JEV_OPT_BROADCAST] = {SOL_SOCKET, SO_BROADCAST},
    [JEV_OPT_LISTENING] = {SOL_SOCKET, SO_ACCEPTCONN},
};

static bool ordinary(int32_t option) {
  return option > 0 && (size_t)option < sizeof OPTIONS / sizeof *OPTIONS && OPTIONS[option].level != 0;
}

static int32_t get_int(int32_t fd, int level, int name) {
  int value = 0;
  int length = sizeof value;
  return getsockopt(jev_socket_of(fd), level, name, (char *)&value, &length) == 0 ? value
                                                                                  : jev_socket_error_of(fd);
}

static int32_t set_int(int32_t fd, int level, int name, int value) {
  return setsockopt(jev_socket_of(fd), level, name, (const char *)&value, sizeof value) == 0
             ? 0
             : jev_socket_error_of(fd);
}

/* SO_REUSEADDR elsewhere allows binding an address with connections in TIME_WAIT, which Windows always
 * allows. On Windows it takes the address away from the socket that is bound to it. A stream socket therefore
 * ignores the option, as in libevent. Datagram sockets share an address with it, as elsewhere. */
static int32_t set_reuse_address(int32_t fd, int32_t value) {
  int32_t type = get_int(fd, SOL_SOCKET, SO_TYPE);
  return type < 0 ? type : type == SOCK_DGRAM ? set_int(fd, SOL_SOCKET, SO_REUSEADDR, value) : 0;
}

static int32_t set_linger(int32_t fd, int32_t seconds) {
  struct linger value = {.l_onoff = seconds >= 0,
                         .l_linger = (u_short)(seconds < 0            ? 0
                                               : seconds > MAX_LINGER ? MAX_LINGER
                                                                      : seconds)};
  return setsockopt(jev_socket_of(fd), SOL_SOCKET, SO_LINGER, (const char *)&value, sizeof value) == 0
             ? 0
             : jev_socket_error_of(fd);
}

int32_t jev_set_option(int32_t fd, int32_t option, int32_t value) {
  switch (option) {
    case JEV_OPT_NONBLOCKING:
      return jev_set_nonblocking(fd, value != 0);
    case JEV_OPT_CLOSE_ON_EXEC:
      return SetHandleInformation(jev_handle_of(fd), HANDLE_FLAG_INHERIT,
                                  value != 0 ? 0 : HANDLE_FLAG_INHERIT)
                 ? 0
                 : jev_system_error();
    case JEV_OPT_LINGER:
      return set_linger(fd, value);
    case JEV_OPT_REUSE_ADDRESS:
      return set_reuse_address(fd, value);
    default:
      return ordinary(option) ? set_int(fd, OPTIONS[option].level, OPTIONS[option].name, value)
                              : -ENOPROTOOPT;
  }
}

static int32_t get_linger(int32_t fd) {
  struct linger value = {0};
  int length = sizeof value;
  if (getsockopt(jev_socket_of(fd), SOL_SOCKET, SO_LINGER, (char *)&value, &length) != 0) {
    return jev_socket_error_of(fd);
  }
  return value.l_onoff != 0 ? value.l_linger : INT32_MIN; /* INT32_MIN: off, which is no error */
}

static int32_t get_available(int32_t fd) {
  u_long bytes = 0;
  if (ioctlsocket(jev_socket_of(fd), (long)FIONREAD, &bytes) != 0) {
    return jev_socket_error_of(fd);
  }
  return bytes < INT_MAX ? (int32_t)bytes : INT_MAX;
}

static int32_t get_close_on_exec(int32_t fd) {
  DWORD flags = 0;
  return GetHandleInformation(jev_handle_of(fd), &flags) ? (flags & HANDLE_FLAG_INHERIT) == 0
                                                         : jev_system_error();
}

/* As a result would have it, but not negated. */
static int32_t get_error(int32_t fd) {
  int32_t code = get_int(fd, SOL_SOCKET, SO_ERROR);
  return code > 0 ? -jev_windows_error((uint32_t)code) : code;
}

/* Whether a socket is in blocking mode cannot be asked. */
int32_t jev_get_option(int32_t fd, int32_t option) {
  switch (option) {
    case JEV_OPT_CLOSE_ON_EXEC:
      return get_close_on_exec(fd);
    case JEV_OPT_LINGER:
      return get_linger(fd);
    case JEV_OPT_AVAILABLE:
      return get_available(fd);
    case JEV_OPT_ERROR:
      return get_error(fd);
    default:
      return ordinary(option) ? get_int(fd, OPTIONS[option].level, OPTIONS[option].name) : -ENOPROTOOPT;
  }
}
