/* See server.h. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "idle_thread.h"

enum { BACKLOG = 4096, DEFAULT_PORT = 40713, MAX_DESCRIPTORS = 1 << 20 };

static const char *program;

_Noreturn void server_give_up(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", program, what, strerror(errno));
  exit(1);
}

static _Noreturn void usage(void) {
  fprintf(stderr,
          "usage: %s [--port N] [--mode rot13|echo] [--idle-thread]\n"
          "       [--certificate FILE --key FILE]\n",
          program);
  exit(2);
}

static int port_number(const char *text) {
  char *end;
  long port = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || port < 0 || port > UINT16_MAX) {
    usage();
  }
  return (int)port;
}

static bool is_rot13(const char *mode) {
  bool rot13 = strcmp(mode, "rot13") == 0;
  if (!rot13 && strcmp(mode, "echo") != 0) {
    usage();
  }
  return rot13;
}

static void allow_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max < MAX_DESCRIPTORS ? limit.rlim_max : MAX_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

size_t server_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    server_give_up("asking for the limit of descriptors");
  }
  return limit.rlim_cur;
}

static int listen_on(int port) {
  static const int on = 1;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0) {
    server_give_up("listening");
  }
  return listener;
}

struct server server_open(int argc, char **argv) {
  static const struct option OPTIONS[] = {
      {"port", required_argument, NULL, 'p'},        {"mode", required_argument, NULL, 'm'},
      {"certificate", required_argument, NULL, 'c'}, {"key", required_argument, NULL, 'k'},
      {"idle-thread", no_argument, NULL, 't'},       {NULL, 0, NULL, 0}};
  struct server server = {.rot13 = true};
  int port = DEFAULT_PORT;
  program = argv[0];
  for (int option = getopt_long(argc, argv, "", OPTIONS, NULL); option >= 0;
       option = getopt_long(argc, argv, "", OPTIONS, NULL)) {
    switch (option) {
      case 'p':
        port = port_number(optarg);
        break;
      case 'm':
        server.rot13 = is_rot13(optarg);
        break;
      case 'c':
        server.certificate = optarg;
        break;
      case 'k':
        server.key = optarg;
        break;
      case 't':
        if (!idle_thread_start()) {
          server_give_up("starting the idle thread");
        }
        break;
      default:
        usage();
    }
  }
  if (optind != argc || (server.certificate == NULL) != (server.key == NULL)) {
    usage();
  }
  allow_descriptors();
  signal(SIGPIPE, SIG_IGN); /* writing to a client that has gone is an error like any other */
  server.listener = listen_on(port);
  return server;
}

void server_say_ready(const struct server *server, const char *style, const char *engine) {
  struct sockaddr_in address = {0};
  socklen_t size = sizeof address;
  if (getsockname(server->listener, (struct sockaddr *)&address, &size) != 0) {
    server_give_up("asking for the port");
  }
  printf("listening on 127.0.0.1:%d (style %s, engine %s)\n", ntohs(address.sin_port), style, engine);
  fflush(stdout);
}

/* Without a branch, so that compilers turn it into vector instructions. */
void rot13_turn(char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    unsigned char place = (unsigned char)((byte | 0x20U) - 'a');
    unsigned char shift = place < 13 ? 13 : place < 26 ? (unsigned char)-13 : 0;
    bytes[i] = (char)(byte + shift);
  }
}

size_t server_answerable(const struct server *server, const char *bytes, size_t size) {
  if (!server->rot13) {
    return size;
  }
  const char *newline = memrchr(bytes, '\n', size);
  size_t lines = newline == NULL ? 0 : (size_t)(newline - bytes) + 1;
  return lines + (size - lines) / MAX_LINE * MAX_LINE;
}
