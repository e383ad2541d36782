/*
 * Clients for servers that answer line by line, all in one thread, checking every byte of the answers.
 *
 *   load [-c connections] [-d depth] [-l length] [-s seconds] [-w seconds] [-m rot13|echo] PORT
 *
 * Each connection to 127.0.0.1:PORT keeps `depth` lines of `length` bytes (newline included) under way; as
 * soon as an answer is complete the next line leaves. After -w seconds of warm-up it counts for -s seconds.
 * Printed: lines per second, and the time from sending a line to its complete answer: median and 99th
 * percentile.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  EVENTS = 256,
  LINES = 64, /* different ones */
  MAX_LENGTH = 16384,
  MAX_DEPTH = 1024,
  MAX_CONNECTIONS = 20000,
  MAX_SECONDS = 600,
  BUFFER = 65536,
  MICROS = 200000, /* longer answers are counted as this long */
  PATIENCE = 10    /* seconds without any answer */
};

static const int64_t SECOND = 1000000000;

struct settings {
  int connections;
  int depth;
  int length;
  int seconds;
  int warm_up;
  bool rot13;
  int port;
};

struct connection {
  int fd;
  uint32_t sent;     /* lines that have left or are leaving */
  uint32_t answered; /* lines */
  int out;           /* bytes of the line that is leaving which have left */
  int in;            /* bytes of the answer that has begun */
  bool waits_to_write;
  int64_t *times; /* when the lines under way left */
};

static struct settings settings = {
    .connections = 64, .depth = 1, .length = 64, .seconds = 3, .warm_up = 1, .rot13 = true};
static char *questions; /* LINES of `length` bytes */
static char *answers;
static uint64_t histogram[MICROS + 1];
static uint64_t counted;
static bool counting;
static int epoll;

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static _Noreturn void usage(void) {
  fprintf(
      stderr,
      "usage: load [-c connections] [-d depth] [-l length] [-s seconds] [-w seconds] [-m rot13|echo] PORT\n");
  exit(2);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static int number(const char *text, int least, int most) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*end != '\0' || value < least || value > most) {
    fprintf(stderr, "load: '%s' is no number from %d to %d\n", text, least, most);
    exit(2);
  }
  return (int)value;
}

static void parse(int argc, char **argv) {
  for (int option = getopt(argc, argv, "c:d:l:s:w:m:"); option >= 0;
       option = getopt(argc, argv, "c:d:l:s:w:m:")) {
    switch (option) {
      case 'c':
        settings.connections = number(optarg, 1, MAX_CONNECTIONS);
        break;
      case 'd':
        settings.depth = number(optarg, 1, MAX_DEPTH);
        break;
      case 'l':
        settings.length = number(optarg, 1, MAX_LENGTH);
        break;
      case 's':
        settings.seconds = number(optarg, 1, MAX_SECONDS);
        break;
      case 'w':
        settings.warm_up = number(optarg, 0, MAX_SECONDS);
        break;
      case 'm':
        settings.rot13 = strcmp(optarg, "rot13") == 0;
        if (!settings.rot13 && strcmp(optarg, "echo") != 0) {
          usage();
        }
        break;
      default:
        usage();
    }
  }
  if (optind != argc - 1) {
    usage();
  }
  settings.port = number(argv[optind], 1, 65535);
}

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

static void open_connection(struct connection *connection) {
  static const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)settings.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0) {
    give_up("connecting");
  }
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection->times = calloc((size_t)settings.depth, sizeof *connection->times);
  if (connection->times == NULL) {
    give_up("memory for a connection");
  }
  watch(connection, EPOLL_CTL_ADD);
}

/* Lets lines leave until `depth` are under way, as many as fit in one system call. */
static void send_lines(struct connection *connection) {
  static char buffer[BUFFER + MAX_LENGTH];
  int64_t time = now();
  for (;;) {
    uint32_t first = connection->out > 0 ? connection->sent - 1 : connection->sent;
    uint32_t end = connection->answered + (uint32_t)settings.depth;
    int size = 0;
    int skip = connection->out;
    uint32_t next = first;
    for (; next != end && size < BUFFER; next++, skip = 0) {
      memcpy(buffer + size, line(questions, connection, next) + skip, (size_t)(settings.length - skip));
      size += settings.length - skip;
    }
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
    if (waits != connection->waits_to_write) {
      connection->waits_to_write = waits;
      watch(connection, EPOLL_CTL_MOD);
    }
    if (waits || connection->sent == end) {
      return;
    }
  }
}

static void complete(struct connection *connection, int64_t time) {
  if (counting) {
    int64_t micros = (time - connection->times[connection->answered % (uint32_t)settings.depth]) / 1000;
    histogram[micros < MICROS ? micros : MICROS]++;
    counted++;
  }
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
  send_lines(connection);
}

static void run_until(int64_t end) {
  struct epoll_event events[EVENTS];
  while (now() < end) {
    int count = epoll_wait(epoll, events, EVENTS, PATIENCE * 1000);
    if (count == 0) {
      errno = ETIMEDOUT;
      give_up("waiting for answers");
    }
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if ((events[i].events & EPOLLOUT) != 0) {
        send_lines(connection);
      }
      if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        receive(connection);
      }
    }
  }
}

static int percentile(int percent) {
  uint64_t rank = counted * (uint64_t)percent / 100;
  uint64_t seen = 0;
  int micros = 0;
  for (; micros < MICROS; micros++) {
    seen += histogram[micros];
    if (seen > rank) {
      break;
    }
  }
  return micros;
}

int main(int argc, char **argv) {
  parse(argc, argv);
  make_lines();
  epoll = epoll_create1(EPOLL_CLOEXEC);
  struct connection *connections = calloc((size_t)settings.connections, sizeof *connections);
  if (epoll < 0 || connections == NULL) {
    give_up("preparing");
  }
  for (int i = 0; i < settings.connections; i++) {
    open_connection(&connections[i]);
  }
  for (int i = 0; i < settings.connections; i++) {
    send_lines(&connections[i]);
  }
  run_until(now() + settings.warm_up * SECOND);
  counting = true;
  int64_t start = now();
  run_until(start + settings.seconds * SECOND);
  double seconds = (double)(now() - start) / (double)SECOND;
  printf("connections=%d depth=%d length=%d lines=%llu lines_per_second=%.0f median_us=%d p99_us=%d\n",
         settings.connections, settings.depth, settings.length, (unsigned long long)counted,
         (double)counted / seconds, percentile(50), percentile(99));
  for (int i = 0; i < settings.connections; i++) {
    close(connections[i].fd);
    free(connections[i].times);
  }
  free(connections);
  free(questions);
  free(answers);
  close(epoll);
  return 0;
}
