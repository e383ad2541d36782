/* What this system reports of a descriptor where another one would report an event. */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
/* clang-format off: not before what it needs */
#include <linux/sockios.h>
/* clang-format on */

#include "emulation.h"

enum { LISTENING = 10, SYN_SENT = 2 }; /* states of TCP */

bool emulated_connecting(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == SYN_SENT;
}

int64_t emulated_readable(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == LISTENING) {
    return info.tcpi_unacked;
  }
  int bytes = 0;
  return ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : 0;
}

int64_t emulated_writable(int fd, mode_t mode) {
  int used = 0;
  int size = 0;
  socklen_t length = sizeof size;
  if (S_ISFIFO(mode)) {
    size = fcntl(fd, F_GETPIPE_SZ);
    return ioctl(fd, FIONREAD, &used) == 0 ? size - used : 1;
  }
  if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) == 0 && ioctl(fd, SIOCOUTQ, &used) == 0) {
    return size > used ? size - used : 1;
  }
  return 1;
}

bool emulated_is_stream(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_DGRAM;
}
