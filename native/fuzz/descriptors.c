#include "descriptors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum kind {
  UNIX_STREAM,
  TCP_STREAM,
  UNIX_DATAGRAM,
  UDP_SOCKET,
  UNIX_LISTENER,
  TCP_LISTENER,
  TCP_UNCONNECTED,
  UNIX_UNCONNECTED,
  PIPE_READ,
  PIPE_WRITE,
  BLOCKING_STREAM,
  BLOCKING_PIPE,
  FILE_OF_BYTES,
  EVENTFD,
  DEV_NULL,
  KINDS
};

enum { HIGH = 100, HIGHER = 200, FILE_SIZE = 65536, CLOSED_PORT = 1, BURST = 70000 };
enum { PATIENCE = 10000 /* milliseconds */ };

static struct {
  int32_t fd;
  int32_t peer;
  bool made;
} table[DESCRIPTORS];

static uint8_t burst[BURST];

/* In blocking mode, and something that calls may wait for. */
static bool may_wait(int32_t fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode)) &&
         (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

/* The ring asks once per slot whether a descriptor is blocking. A blocking one must therefore never appear
 * under the number of a non-blocking one. */
static int32_t raised(int32_t fd) {
  REQUIRE(fd >= 0);
  int32_t high = fcntl(fd, F_DUPFD_CLOEXEC, may_wait(fd) ? HIGHER : HIGH);
  REQUIRE(high >= 0);
  close(fd);
  return high;
}

static void shut(int32_t *fd) {
  if (*fd >= 0) {
    close(*fd);
  }
  *fd = -1;
}

static struct sockaddr_in loopback(uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Negative when the ports are used up, as many inputs can be tried in the minute that connections are
 * remembered. */
static int32_t bound(int type) {
  const int reuse = 1;
  int32_t fd = raised(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  struct sockaddr_in address = loopback(0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

static uint16_t port_of(int32_t fd) {
  struct sockaddr_in address = {0};
  socklen_t length = sizeof address;
  bool known = getsockname(fd, (struct sockaddr *)&address, &length) == 0 && address.sin_family == AF_INET;
  return known ? ntohs(address.sin_port) : CLOSED_PORT;
}

/* Closing it resets the connection, which leaves the port alone. */
static void leave_no_trace(int32_t fd) {
  const struct linger at_once = {.l_onoff = 1};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void make_pair(uint32_t index, int domain, int type) {
  int fds[2];
  REQUIRE(socketpair(domain, type | SOCK_CLOEXEC, 0, fds) == 0);
  table[index].fd = raised(fds[0]);
  table[index].peer = raised(fds[1]);
}

/* On a busy machine the kernel may notify the connecting side before the accepting side. */
static int32_t accepted(int32_t listener) {
  struct pollfd waiting = {.fd = listener, .events = POLLIN};
  REQUIRE(poll(&waiting, 1, PATIENCE) == 1);
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Of Unix sockets, when the ports are used up. */
static void make_tcp_pair(uint32_t index) {
  int32_t listener = bound(SOCK_STREAM);
  struct sockaddr_in address = loopback(port_of(listener));
  int32_t peer = raised(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  bool connected = listener >= 0 && listen(listener, 1) == 0 &&
                   connect(peer, (struct sockaddr *)&address, sizeof address) == 0;
  if (connected) {
    fcntl(peer, F_SETFL, O_NONBLOCK);
    table[index].fd = raised(accepted(listener));
    table[index].peer = raised(peer);
    leave_no_trace(table[index].fd);
    leave_no_trace(table[index].peer);
  } else {
    close(peer);
    make_pair(index, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
  }
  shut(&listener);
}

static int32_t unconnected(int type) {
  int32_t fd = bound(type); /* so that even if it listens, it is to the loopback */
  return fd >= 0 ? fd : raised(socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

static void make_pipe(uint32_t index, int flags, bool reads) {
  int fds[2];
  REQUIRE(pipe2(fds, O_CLOEXEC | flags) == 0);
  table[index].fd = raised(fds[reads ? 0 : 1]);
  table[index].peer = raised(fds[reads ? 1 : 0]);
}

/* Of a size that stays, so that a file that is sent into itself has an end. */
static int32_t file_of_bytes(void) {
  int32_t fd = raised(memfd_create("bytes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  REQUIRE(ftruncate(fd, FILE_SIZE) == 0);
  REQUIRE(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0);
  return fd;
}

/* Under a name that the system chooses. */
static int32_t unix_listener(void) {
  int32_t fd = raised(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const struct sockaddr_un nameless = {.sun_family = AF_UNIX};
  REQUIRE(bind(fd, (const struct sockaddr *)&nameless, offsetof(struct sockaddr_un, sun_path)) == 0);
  REQUIRE(listen(fd, 4) == 0);
  return fd;
}

static int32_t tcp_listener(void) {
  int32_t fd = bound(SOCK_STREAM);
  if (fd >= 0 && listen(fd, 4) == 0) {
    return fd;
  }
  shut(&fd);
  return unix_listener();
}

static void make(uint32_t index) {
  table[index].made = true;
  table[index].peer = -1;
  switch ((enum kind)(index % KINDS)) {
    case UNIX_STREAM:
      make_pair(index, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
      break;
    case TCP_STREAM:
      make_tcp_pair(index);
      break;
    case UNIX_DATAGRAM:
      make_pair(index, AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
      break;
    case UDP_SOCKET:
      table[index].fd = unconnected(SOCK_DGRAM);
      break;
    case UNIX_LISTENER:
      table[index].fd = unix_listener();
      break;
    case TCP_LISTENER:
      table[index].fd = tcp_listener();
      break;
    case TCP_UNCONNECTED:
      table[index].fd = unconnected(SOCK_STREAM);
      leave_no_trace(table[index].fd);
      break;
    case UNIX_UNCONNECTED:
      table[index].fd = raised(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      break;
    case PIPE_READ:
      make_pipe(index, O_NONBLOCK, true);
      break;
    case PIPE_WRITE:
      make_pipe(index, O_NONBLOCK, false);
      break;
    case BLOCKING_STREAM:
      make_pair(index, AF_UNIX, SOCK_STREAM);
      break;
    case BLOCKING_PIPE:
      make_pipe(index, 0, false);
      break;
    case FILE_OF_BYTES:
      table[index].fd = file_of_bytes();
      break;
    case EVENTFD:
      table[index].fd = raised(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
      break;
    case DEV_NULL:
    case KINDS:
      table[index].fd = raised(open("/dev/null", O_RDWR | O_CLOEXEC));
      break;
  }
}

int32_t descriptor(uint32_t index) {
  index %= DESCRIPTORS;
  if (!table[index].made) {
    make(index);
  }
  return table[index].fd;
}

int64_t take_descriptor(struct input *input) {
  static const int64_t none[] = {-1, INT32_MAX, (int64_t)INT32_MAX + 1, INT64_MIN, 999, 1 << 20};
  uint8_t choice = take_byte(input);
  return choice < 0xf8 ? descriptor(choice) : none[choice % (sizeof none / sizeof *none)];
}

void attach_descriptor(int32_t fd) {
  int32_t high = raised(fd);
  leave_no_trace(high);
  for (uint32_t i = 0; i < DESCRIPTORS; i++) {
    if (!table[i].made) {
      table[i].made = true;
      table[i].fd = high;
      table[i].peer = -1;
      return;
    }
  }
  close(high);
}

static void connect_to(int32_t listener) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &length) == 0) {
    int32_t fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
      leave_no_trace(fd);
      (void)connect(fd, (struct sockaddr *)&address, length);
      close(fd);
    }
  }
}

static void replace(int32_t fd, int32_t with) {
  if (!may_wait(with)) {
    dup2(with, fd);
  }
}

void disturb_descriptor(struct input *input) {
  enum { PEER_WRITES, PEER_READS, PEER_SHUTS, PEER_CLOSES, CLOSED, REPLACED, CONNECTED_TO, MUCH, WAYS };
  uint8_t how = take_byte(input);
  uint32_t index = take_byte(input) % DESCRIPTORS;
  int32_t fd = descriptor(index);
  int32_t peer = table[index].peer;
  ssize_t ignored = 0;
  switch (how % WAYS) {
    case PEER_WRITES:
      ignored = send(peer, burst, (size_t)take_byte(input), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (ignored < 0 && errno == ENOTSOCK && index % KINDS != BLOCKING_PIPE) {
        ignored = write(peer, burst, 1);
      }
      break;
    case MUCH:
      ignored = send(peer, burst, sizeof burst, MSG_DONTWAIT | MSG_NOSIGNAL);
      break;
    case PEER_READS:
      ignored = recv(peer, burst, sizeof burst, MSG_DONTWAIT);
      if (ignored < 0 && errno == ENOTSOCK && index % KINDS != BLOCKING_PIPE) {
        ignored = read(peer, burst, sizeof burst);
      }
      break;
    case PEER_SHUTS:
      shutdown(peer, how / WAYS % 3);
      break;
    case PEER_CLOSES:
      shut(&table[index].peer);
      break;
    case CLOSED:
      close(fd); /* behind the ring's back; the number stays in the table */
      break;
    case REPLACED:
      replace(fd, descriptor(take_byte(input)));
      break;
    case CONNECTED_TO:
      connect_to(fd);
      break;
  }
  (void)ignored;
}

void close_descriptors(void) {
  /* Listeners first: this resets the connections that were never accepted. */
  for (int listeners = 1; listeners >= 0; listeners--) {
    for (uint32_t i = 0; i < DESCRIPTORS; i++) {
      bool listener = i % KINDS == UNIX_LISTENER || i % KINDS == TCP_LISTENER;
      if (table[i].made && listener == (listeners == 1)) {
        shut(&table[i].fd);
        shut(&table[i].peer);
        table[i].made = false;
      }
    }
  }
}

static void take_name(struct input *input, struct jev_address *out) {
  take_bytes(input, out->bytes, take_byte(input) % sizeof out->bytes);
  if (out->bytes[0] != 0) {
    memcpy(out->bytes, "/nowhere/", strlen("/nowhere/")); /* whatever it is, it is not there */
  }
}

static void take_listener(struct jev_address *out) {
  struct sockaddr_un address = {0};
  socklen_t length = sizeof address;
  if (getsockname(descriptor(UNIX_LISTENER), (struct sockaddr *)&address, &length) == 0 &&
      address.sun_family == AF_UNIX) {
    out->length = (uint32_t)(length - offsetof(struct sockaddr_un, sun_path));
    memcpy(out->bytes, address.sun_path, out->length < sizeof out->bytes ? out->length : 0);
  }
}

void take_address(struct input *input, struct jev_address *out) {
  static const uint32_t ports[] = {TCP_LISTENER, UDP_SOCKET};
  uint8_t choice = take_byte(input);
  memset(out, 0, sizeof *out);
  out->family = choice % 8 < 6 ? (uint16_t)(choice % 4) : (uint16_t)take_number(input);
  out->scope = choice >= 0xe0 ? (uint32_t)take_number(input) : 0;
  out->length = (uint32_t)take_number(input);
  out->port = choice >= 0xc0 ? CLOSED_PORT : port_of(descriptor(ports[choice / 8 % 2]));
  if (out->family == JEV_FAMILY_INET) {
    memcpy(out->bytes, (uint8_t[]){127, 0, 0, 1}, 4);
  } else if (out->family == JEV_FAMILY_INET6) {
    out->bytes[15] = 1;
  } else if (choice >= 0x80) {
    take_name(input, out);
  } else if (out->family == JEV_FAMILY_UNIX) {
    take_listener(out);
  }
}
