/* Descriptors and sockets on Windows: the counterpart of libevent's evutil. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "windows/windows_api.h"

static int32_t answer(int32_t fd, int result) { return result == 0 ? 0 : jev_socket_error_of(fd); }

static struct jev_address *address_at(int64_t address) {
  return (struct jev_address *)(intptr_t)address; /* NOLINT */
}

static int32_t to_system(int64_t address, uint8_t *system, uint32_t *length) {
  return address <= 0 ? -EINVAL : jev_address_to_system(address_at(address), system, length);
}

static const struct sockaddr *generic(const uint8_t *system) {
  return (const struct sockaddr *)(const void *)system;
}

static int system_family(int32_t family) {
  static const int FAMILIES[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX};
  return family >= JEV_FAMILY_INET && family <= JEV_FAMILY_UNIX ? FAMILIES[family] : -1;
}

static int system_type(int32_t type) {
  return type == JEV_STREAM ? SOCK_STREAM : type == JEV_DATAGRAM ? SOCK_DGRAM : -1;
}

/* Whether errors of datagrams are reported: as elsewhere, on connected sockets alone. */
static void report_datagram_errors(int32_t fd, bool on) {
  static const DWORD CODES[] = {SIO_UDP_CONNRESET, SIO_UDP_NETRESET};
  for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
    BOOL value = on;
    DWORD returned = 0;
    WSAIoctl(jev_socket_of(fd), CODES[i], &value, sizeof value, NULL, 0, &returned, NULL, NULL);
  }
}

static bool is_datagram(int32_t fd) {
  int type = 0;
  int length = sizeof type;
  return getsockopt(jev_socket_of(fd), SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0 &&
         type == SOCK_DGRAM;
}

/* A socket that no child inherits. */
static int32_t make(int family, int type) {
  int32_t error = jev_winsock();
  if (error != 0) {
    return error;
  }
  SOCKET made = WSASocketW(family, type, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (made == INVALID_SOCKET) {
    return jev_socket_error();
  }
  int32_t fd = jev_descriptor_of(made);
  if (type == SOCK_DGRAM) {
    report_datagram_errors(fd, false);
  }
  return fd;
}

static int32_t nonblocking(int32_t fd) {
  int32_t error = jev_set_nonblocking(fd, true);
  if (error != 0) {
    jev_close(fd);
  }
  return error != 0 ? error : fd;
}

int32_t jev_socket(int32_t family, int32_t type) {
  if (system_family(family) < 0 || system_type(type) < 0) {
    return -EINVAL;
  }
  int32_t fd = make(system_family(family), system_type(type));
  return fd < 0 ? fd : nonblocking(fd);
}

/* A duplicate of a socket belongs to another port, and what is no socket cannot be waited for. */
int32_t jev_duplicate(int32_t fd) {
  (void)fd;
  return -ENOSYS;
}

int32_t jev_close(int32_t fd) {
  if (closesocket(jev_socket_of(fd)) == 0) {
    return 0;
  }
  if (WSAGetLastError() != WSAENOTSOCK && WSAGetLastError() != WSANOTINITIALISED) {
    return jev_socket_error_of(fd);
  }
  return CloseHandle(jev_handle_of(fd)) ? 0 : jev_system_error();
}

/* No other socket may bind the same address unless both ask for it, as elsewhere. By default Windows would
 * let any socket with SO_REUSEADDR do so, whatever the first one asked for. */
static void keep_for_ourselves(int32_t fd) {
  int shares = 0;
  int length = sizeof shares;
  const int on = 1;
  getsockopt(jev_socket_of(fd), SOL_SOCKET, SO_REUSEADDR, (char *)&shares, &length);
  if (shares == 0) {
    setsockopt(jev_socket_of(fd), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof on);
  }
}

int32_t jev_bind(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  int32_t error = to_system(address, system, &length);
  if (error != 0) {
    return error;
  }
  if (address_at(address)->family != JEV_FAMILY_UNIX) {
    keep_for_ourselves(fd);
  }
  return answer(fd, bind(jev_socket_of(fd), generic(system), (int)length));
}

int32_t jev_listen(int32_t fd, int32_t backlog) { return answer(fd, listen(jev_socket_of(fd), backlog)); }

/* What does not listen would never be ready. */
int32_t jev_listens(int32_t fd) {
  int32_t listens = jev_get_option(fd, JEV_OPT_LISTENING);
  return listens < 0 ? listens : listens == 0 ? jev_windows_error(WSAEINVAL) : 0;
}

bool jev_accept_passes_over(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case ECONNRESET:
    case ENOTCONN:
    case EHOSTUNREACH:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

int32_t jev_accept_one(int32_t fd, bool blocking, struct jev_address *peer, uint64_t *syscalls) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  SOCKET accepted;
  int length;
  int32_t error;
  do {
    length = sizeof system;
    ++*syscalls;
    accepted = accept(jev_socket_of(fd), (struct sockaddr *)(void *)system, &length);
    error = accepted == INVALID_SOCKET ? jev_socket_error_of(fd) : 0;
  } while (jev_accept_passes_over(jev_errno_of(error)));
  if (error != 0) {
    return error;
  }
  /* It has what the listener had. */
  int32_t made = jev_descriptor_of(accepted);
  *syscalls += 2;
  SetHandleInformation(jev_handle_of(made), HANDLE_FLAG_INHERIT, 0);
  error = jev_set_nonblocking(made, !blocking);
  if (error != 0) {
    jev_close(made);
    return error;
  }
  if (peer != NULL) {
    jev_address_from_system(system, (uint32_t)length, peer);
  }
  return made;
}

int32_t jev_accept(int32_t fd, int64_t address) {
  uint64_t syscalls = 0;
  return jev_accept_one(fd, false, address != 0 ? address_at(address) : NULL, &syscalls);
}

int32_t jev_connect(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  int32_t error = to_system(address, system, &length);
  if (error != 0) {
    return error;
  }
  if (is_datagram(fd)) {
    report_datagram_errors(fd, true);
  }
  if (connect(jev_socket_of(fd), generic(system), (int)length) == 0) {
    return 0;
  }
  return WSAGetLastError() == WSAEWOULDBLOCK ? jev_windows_error(WSAEINPROGRESS) : jev_socket_error_of(fd);
}

int32_t jev_shutdown(int32_t fd, int32_t how) {
  static const int HOW[] = {SD_RECEIVE, SD_SEND, SD_BOTH};
  return how < 1 || how > 3 ? -EINVAL : answer(fd, shutdown(jev_socket_of(fd), HOW[how - 1]));
}

/* An unbound socket has the unspecified address, which Windows calls an error. */
static int32_t unbound_address(int32_t fd, struct jev_address *out) {
  WSAPROTOCOL_INFOW info;
  int length = sizeof info;
  if (getsockopt(jev_socket_of(fd), SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length) != 0) {
    return jev_socket_error_of(fd);
  }
  memset(out, 0, sizeof *out);
  out->family = info.iAddressFamily == AF_INET    ? JEV_FAMILY_INET
                : info.iAddressFamily == AF_INET6 ? JEV_FAMILY_INET6
                                                  : JEV_FAMILY_UNIX;
  out->length = out->family == JEV_FAMILY_INET ? 4 : out->family == JEV_FAMILY_INET6 ? 16 : 0;
  return 0;
}

int32_t jev_local_address(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  int length = sizeof system;
  if (address <= 0) {
    return -EINVAL;
  }
  if (getsockname(jev_socket_of(fd), (struct sockaddr *)(void *)system, &length) == 0) {
    jev_address_from_system(system, (uint32_t)length, address_at(address));
    return 0;
  }
  return WSAGetLastError() == WSAEINVAL ? unbound_address(fd, address_at(address)) : jev_socket_error_of(fd);
}

int32_t jev_peer_address(int32_t fd, int64_t address) {
  _Alignas(8) uint8_t system[JEV_SYSTEM_ADDRESS_SIZE];
  int length = sizeof system;
  if (address <= 0) {
    return -EINVAL;
  }
  if (getpeername(jev_socket_of(fd), (struct sockaddr *)(void *)system, &length) != 0) {
    return jev_socket_error_of(fd);
  }
  jev_address_from_system(system, (uint32_t)length, address_at(address));
  return 0;
}

int64_t jev_receive_from(int32_t fd, int64_t memory, int64_t length, int64_t address) {
  struct jev_address from;
  bool truncated;
  if (length < 0) {
    return -EINVAL;
  }
  int64_t count = jev_receive_datagram(fd, (void *)(intptr_t)memory, (size_t)length, &from, &truncated);
  if (count >= 0 && address != 0) {
    *address_at(address) = from;
  }
  return count;
}

int64_t jev_send_to(int32_t fd, int64_t memory, int64_t length, int64_t address) {
  if (length < 0 || address < 0) {
    return -EINVAL;
  }
  const struct iovec vector = {.iov_base = (void *)(intptr_t)memory, .iov_len = (size_t)length};
  return jev_send_datagram(fd, &vector, 1, address != 0 ? address_at(address) : NULL);
}

/* ---- pairs ---- */

static int32_t bind_to_loopback(int32_t fd, struct jev_address *address) {
  *address = (struct jev_address){.family = JEV_FAMILY_INET, .length = 4, .bytes = {127, 0, 0, 1}};
  int32_t error = jev_bind(fd, (int64_t)(uintptr_t)address);
  return error != 0 ? error : jev_local_address(fd, (int64_t)(uintptr_t)address);
}

/* Any process on this machine may connect to a listener: only our connection is accepted. */
static int32_t accept_ours(int32_t listener, int32_t client) {
  struct jev_address ours;
  struct jev_address peer;
  uint64_t syscalls = 0;
  int32_t error = jev_local_address(client, (int64_t)(uintptr_t)&ours);
  while (error == 0) {
    int32_t fd = jev_accept_one(listener, false, &peer, &syscalls);
    if (fd < 0 || memcmp(&peer, &ours, sizeof peer) == 0) {
      return fd;
    }
    jev_close(fd);
  }
  return error;
}

static int32_t connect_streams(int32_t listener, int32_t client, int32_t *other) {
  struct jev_address address;
  int32_t error = bind_to_loopback(listener, &address);
  error = error == 0 ? jev_listen(listener, 1) : error;
  error = error == 0 ? jev_connect(client, (int64_t)(uintptr_t)&address) : error;
  if (error != 0) {
    return error;
  }
  *other = accept_ours(listener, client);
  if (*other < 0) {
    return *other;
  }
  jev_set_option(client, JEV_OPT_NO_DELAY, 1);
  jev_set_option(*other, JEV_OPT_NO_DELAY, 1);
  return 0;
}

static int32_t connect_datagrams(int32_t one, int32_t other) {
  struct jev_address address[2];
  int32_t error = bind_to_loopback(one, &address[0]);
  error = error == 0 ? bind_to_loopback(other, &address[1]) : error;
  error = error == 0 ? jev_connect(one, (int64_t)(uintptr_t)&address[1]) : error;
  return error == 0 ? jev_connect(other, (int64_t)(uintptr_t)&address[0]) : error;
}

/* In place of what Windows lacks: two sockets of the loopback. */
static int32_t pair(int type, int32_t *out) {
  int32_t fds[3] = {-1, -1, -1};
  int32_t error = 0;
  for (int i = 0; i < 2 && error == 0; i++) {
    fds[i] = make(AF_INET, type);
    error = fds[i] < 0 ? fds[i] : 0;
  }
  if (error == 0) {
    error =
        type == SOCK_STREAM ? connect_streams(fds[0], fds[1], &fds[2]) : connect_datagrams(fds[0], fds[1]);
  }
  if (type == SOCK_STREAM && fds[0] >= 0) {
    jev_close(fds[0]);
    fds[0] = fds[2];
  }
  for (int i = 0; i < 2; i++) {
    error = error == 0 ? jev_set_nonblocking(fds[i], true) : error;
  }
  for (int i = 0; i < 2; i++) {
    if (error != 0 && fds[i] >= 0) {
      jev_close(fds[i]);
    }
    out[i] = fds[i];
  }
  return error;
}

int32_t jev_socketpair(int32_t family, int32_t type, int64_t out) {
  if (system_family(family) < 0 || system_type(type) < 0 || out <= 0) {
    return -EINVAL;
  }
  if (family != JEV_FAMILY_UNIX) {
    return jev_windows_error(WSAEOPNOTSUPP);
  }
  return pair(system_type(type), (int32_t *)(intptr_t)out); /* NOLINT */
}

/* Pipes cannot be waited for. */
int32_t jev_pipe(int64_t out) {
  return out <= 0 ? -EINVAL : pair(SOCK_STREAM, (int32_t *)(intptr_t)out); /* NOLINT */
}
