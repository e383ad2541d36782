/* The clients that talk: they send lines, check the answers byte for byte and take the time. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { BUFFER = 65536 };

struct connection {
  int fd;
  uint32_t sent;     /* lines that have left or are leaving */
  uint32_t answered; /* lines */
  int out;           /* bytes of the line that is leaving which have left */
  int in;            /* bytes of the answer that has begun */
  bool connecting;
  bool waits_to_write;
  int64_t began;  /* when it was opened */
  int64_t *times; /* when the lines under way left */
};

static char *questions;
static char *answers;
static struct connection *connections;
static int epoll;

const char *question_lines(void) { return questions; }

static char rot13(char c) {
  char lower = (char)(c | 0x20);
  if (lower < 'a' || lower > 'z') {
    return c;
  }
  return (char)(c - lower + 'a' + (lower - 'a' + 13) % 26);
}

static void make_lines(void) {
  static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .";
  size_t size = (size_t)LINES * (size_t)settings.length;
  uint32_t seed = 20261123;
  questions = malloc(size);
  answers = malloc(size);
  if (questions == NULL || answers == NULL) {
    give_up("memory for the lines");
  }
  for (size_t i = 0; i < size; i++) {
    seed = seed * 1664525U + 1013904223U;
    bool last = (i + 1) % (size_t)settings.length == 0;
    questions[i] = last ? '\n' : ALPHABET[(seed >> 16) % (sizeof ALPHABET - 1)];
    answers[i] = settings.rot13 ? rot13(questions[i]) : questions[i];
  }
}

static const char *line(const char *lines, const struct connection *connection, uint32_t sequence) {
  return lines + (size_t)((sequence + (uint32_t)connection->fd) % LINES) * (size_t)settings.length;
}

static void watch(struct connection *connection, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (connection->waits_to_write ? EPOLLOUT : 0U),
                              .data.ptr = connection};
  if (epoll_ctl(epoll, operation, connection->fd, &event) != 0) {
    give_up("epoll_ctl");
  }
}

static void set_waits_to_write(struct connection *connection, bool waits) {
  if (waits != connection->waits_to_write) {
    connection->waits_to_write = waits;
    watch(connection, EPOLL_CTL_MOD);
  }
}

/* What fits of the lines that may leave, the first without what has left of it; `*end` is the line behind. */
static int gather(char *buffer, const struct connection *connection, uint32_t first, uint32_t end) {
  int size = 0;
  int skip = connection->out;
  for (uint32_t next = first; next != end && size < BUFFER; next++, skip = 0) {
    memcpy(buffer + size, line(questions, connection, next) + skip, (size_t)(settings.length - skip));
    size += settings.length - skip;
  }
  return size;
}

/* Lets lines leave until `depth` are under way, as many as fit in one system call. */
static void send_lines(struct connection *connection) {
  static char buffer[BUFFER + MAX_LENGTH];
  int64_t time = settings.churn ? connection->began : now();
  for (;;) {
    uint32_t first = connection->out > 0 ? connection->sent - 1 : connection->sent;
    uint32_t end = connection->answered + (uint32_t)settings.depth;
    int size = gather(buffer, connection, first, end);
    ssize_t sent = size == 0 ? 0 : send(connection->fd, buffer, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
    bool full = sent < 0 && errno == EAGAIN;
    if (sent < 0 && !full) {
      give_up("sending");
    }
    int64_t reached = connection->out + (full ? 0 : sent);
    uint32_t whole = (uint32_t)(reached / settings.length);
    connection->out = (int)(reached % settings.length);
    uint32_t begun = first + whole + (connection->out > 0 ? 1 : 0);
    for (; connection->sent != begun; connection->sent++) {
      connection->times[connection->sent % (uint32_t)settings.depth] = time;
    }
    bool waits = full || sent < size;
    set_waits_to_write(connection, waits);
    if (waits || connection->sent == end) {
      return;
    }
  }
}

static void open_connection(struct connection *connection) {
  connection->began = now();
  connection->fd = open_socket(&connection->connecting);
  connection->sent = 0;
  connection->answered = 0;
  connection->waits_to_write = connection->connecting;
  watch(connection, EPOLL_CTL_ADD);
  if (!connection->connecting) {
    send_lines(connection);
  }
}

static void connected(struct connection *connection) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    errno = error != 0 ? error : errno;
    give_up("connecting");
  }
  connection->connecting = false;
  send_lines(connection);
}

static void complete(struct connection *connection, int64_t time) {
  note_answer(time - connection->times[connection->answered % (uint32_t)settings.depth]);
  connection->answered++;
  connection->in = 0;
}

static void receive(struct connection *connection) {
  static char buffer[BUFFER];
  ssize_t size = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) {
    return;
  }
  if (size <= 0) {
    errno = size == 0 ? ECONNRESET : errno;
    give_up("receiving");
  }
  int64_t time = now();
  for (ssize_t done = 0; done < size;) {
    ssize_t rest = settings.length - connection->in;
    size_t part = (size_t)(rest < size - done ? rest : size - done);
    if (connection->answered == connection->sent ||
        memcmp(buffer + done, line(answers, connection, connection->answered) + connection->in, part) != 0) {
      fprintf(stderr, "load: a wrong answer to line %u of a connection\n", connection->answered);
      exit(1);
    }
    connection->in += (int)part;
    done += (ssize_t)part;
    if (connection->in == settings.length) {
      complete(connection, time);
    }
  }
  if (settings.churn && connection->answered > 0) {
    close(connection->fd);
    open_connection(connection);
  } else {
    send_lines(connection);
  }
}

void prepare_clients(void) {
  make_lines();
  epoll = epoll_create1(EPOLL_CLOEXEC);
  connections = calloc((size_t)settings.connections, sizeof *connections);
  if (epoll < 0 || connections == NULL) {
    give_up("preparing");
  }
  for (int i = 0; i < settings.connections; i++) {
    connections[i].times = calloc((size_t)settings.depth, sizeof *connections[i].times);
    if (connections[i].times == NULL) {
      give_up("memory for a connection");
    }
    open_connection(&connections[i]);
  }
}

void run_clients_until(int64_t end) {
  struct epoll_event events[EVENTS];
  while (now() < end) {
    int count = wait_for_events(epoll, events);
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (connection->connecting) {
        connected(connection);
        continue;
      }
      if ((events[i].events & EPOLLOUT) != 0) {
        send_lines(connection);
      }
      if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        receive(connection);
      }
    }
  }
}

void close_clients(void) {
  for (int i = 0; i < settings.connections; i++) {
    close(connections[i].fd);
    free(connections[i].times);
  }
  free(connections);
  free(questions);
  free(answers);
  close(epoll);
}
