/*
 * The floor under all servers of HTTP: epoll, one read, and a constant answer for each empty line. It reads
 * no request. It listens at a free port of 127.0.0.1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, INPUT = 65536, ANSWERS = 1024 };

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Content-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static char answers[ANSWERS * (sizeof ANSWER - 1)];

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    give_up("epoll_ctl");
  }
}

static void accept_all(int epoll, int listener) {
  int one = 1;
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    watch(epoll, fd);
  }
}

/* The last four bytes of an empty line come in one piece from the clients that this is for. */
static void serve(int fd) {
  static char input[INPUT];
  ssize_t size = read(fd, input, sizeof input);
  size_t count = 0;
  if (size <= 0) {
    if (size == 0 || errno != EAGAIN) {
      close(fd);
    }
    return;
  }
  for (char *at = input; (at = memmem(at, (size_t)(input + size - at), "\r\n\r\n", 4)) != NULL; at += 4) {
    count++;
  }
  if (count > ANSWERS || write(fd, answers, count * (sizeof ANSWER - 1)) < 0) {
    close(fd);
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[EVENTS];
  if (listener < 0 || epoll < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, 4096) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    give_up("server_http_epoll");
  }
  for (size_t i = 0; i < ANSWERS; i++) {
    memcpy(answers + i * (sizeof ANSWER - 1), ANSWER, sizeof ANSWER - 1);
  }
  watch(epoll, listener);
  printf("listening on 127.0.0.1:%d (style bare, engine epoll)\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener) {
        accept_all(epoll, listener);
      } else {
        serve(events[i].data.fd);
      }
    }
  }
}
