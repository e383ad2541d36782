/* What `load` and `tls_load` need besides their clients: options, time, sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "load.h"

enum {
  ADDRESSES = 64, /* sources of ours: each multiplies the ports by one more address */
  PATIENCE = 10,  /* seconds without an answer */
};

_Noreturn void give_up(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
  exit(1);
}

int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

int number(const char *text, int min, int max) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < min || value > max) {
    fprintf(stderr, "%s: '%s' is no number from %d to %d\n", program_invocation_short_name, text, min, max);
    exit(2);
  }
  return (int)value;
}

void allow_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

int wait_for_events(int epoll, struct epoll_event *events) {
  int count = epoll_wait(epoll, events, EVENTS, PATIENCE * 1000);
  if (count < 0 && errno != EINTR) {
    give_up("epoll_wait");
  }
  if (count == 0) {
    errno = ETIMEDOUT;
    give_up("waiting for answers");
  }
  return count;
}

int open_socket(bool *connecting) {
  static const int on = 1;
  static uint32_t opened;
  struct sockaddr_in own = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + opened++ % ADDRESSES)};
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)settings.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  /* The port is chosen when connecting: it has to be free only in combination with the server's. */
  if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      bind(fd, (struct sockaddr *)&own, sizeof own) != 0) {
    give_up("opening a socket");
  }
  *connecting = connect(fd, (struct sockaddr *)&address, sizeof address) != 0;
  if (*connecting && errno != EINPROGRESS) {
    give_up("connecting");
  }
  return fd;
}
