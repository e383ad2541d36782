/*
 * The least that a server on epoll can do: one receive, one send for the answers. epoll_ctl is called only
 * when a connection comes and around a send that was short. An immediate answer never leaves the one buffer
 * that all connections share; an idle connection takes a few words in a table by descriptor.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

enum { EVENTS = 512, BUFFER = 65536 };

struct connection {
  uint32_t held;    /* bytes of a line that has not ended */
  uint32_t waiting; /* bytes of answers that the socket did not take; nothing is received meanwhile */
  char *bytes;      /* first those that wait, then those that are held; NULL when there are none */
};

static struct server server;
static struct connection *connections;
static int epoll;

static void drop(int fd) {
  close(fd);
  free(connections[fd].bytes);
  connections[fd] = (struct connection){0};
}

static void accept_all(void) {
  for (;;) {
    int fd = accept4(server.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN) {
        return;
      }
      if (errno == ECONNABORTED || errno == EINTR) {
        continue;
      }
      server_give_up("accepting");
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
      server_give_up("a new connection");
    }
  }
}

static void watch(int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0) {
    server_give_up("epoll_ctl");
  }
}

/* What can be taken of a send; negative when the connection is broken. */
static ssize_t send_some(int fd, const char *bytes, size_t size) {
  ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
  return sent < 0 && errno == EAGAIN ? 0 : sent;
}

static void keep(struct connection *connection, const char *bytes, size_t waiting, size_t held) {
  if (waiting + held > 0) {
    connection->bytes = malloc(waiting + held);
    if (connection->bytes == NULL) {
      server_give_up("memory for a connection");
    }
    memcpy(connection->bytes, bytes, waiting + held);
  }
  connection->waiting = (uint32_t)waiting;
  connection->held = (uint32_t)held;
}

static void serve(int fd) {
  static char buffer[MAX_LINE + BUFFER];
  struct connection *connection = &connections[fd];
  size_t size = connection->held;
  if (size > 0) {
    memcpy(buffer, connection->bytes, size);
  }
  ssize_t received = recv(fd, buffer + size, BUFFER, 0);
  if (received <= 0) {
    if (received == 0 || errno != EAGAIN) {
      drop(fd);
    }
    return;
  }
  if (connection->bytes != NULL) {
    free(connection->bytes);
    connection->bytes = NULL;
  }
  size += (size_t)received;
  size_t ready = server_answerable(&server, buffer, size);
  if (server.rot13) {
    rot13_turn(buffer, ready);
  }
  ssize_t sent = ready == 0 ? 0 : send_some(fd, buffer, ready);
  if (sent < 0) {
    drop(fd);
    return;
  }
  keep(connection, buffer + sent, ready - (size_t)sent, size - ready);
  if (connection->waiting > 0) {
    watch(fd, EPOLLOUT);
  }
}

static void send_rest(int fd) {
  struct connection *connection = &connections[fd];
  ssize_t sent = send_some(fd, connection->bytes, connection->waiting);
  if (sent < 0) {
    drop(fd);
    return;
  }
  connection->waiting -= (uint32_t)sent;
  memmove(connection->bytes, connection->bytes + sent, connection->waiting + connection->held);
  if (connection->waiting > 0) {
    return;
  }
  if (connection->held == 0) {
    free(connection->bytes);
    connection->bytes = NULL;
  }
  watch(fd, EPOLLIN);
}

int main(int argc, char **argv) {
  server = server_open(argc, argv);
  struct epoll_event events[EVENTS];
  struct epoll_event listening = {.events = EPOLLIN, .data.fd = server.listener};
  connections = calloc(server_descriptors(), sizeof *connections);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (connections == NULL || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, server.listener, &listening) != 0) {
    server_give_up("epoll");
  }
  server_say_ready(&server, "bare", "epoll");
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) {
      server_give_up("epoll_wait");
    }
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == server.listener) {
        accept_all();
      } else if (connections[fd].waiting > 0) {
        send_rest(fd);
      } else {
        serve(fd);
      }
    }
  }
}
