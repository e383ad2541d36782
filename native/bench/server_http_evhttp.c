/* libevent's evhttp: /hello, /10k, /file and POST to /post. It listens at a free port of 127.0.0.1. */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEN_KB = 10 * 1024 };

static const char HELLO[] = "Hello, World!";
static char ten_kb[TEN_KB];
static const char *file;

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static void add_file(struct evbuffer *body) {
  struct stat found;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &found) != 0 || evbuffer_add_file(body, fd, 0, found.st_size) != 0) {
    give_up(file);
  }
}

static void asked(struct evhttp_request *request, void *unused) {
  const char *path = evhttp_request_get_uri(request);
  struct evbuffer *body = evbuffer_new();
  (void)unused;
  if (body == NULL) {
    give_up("evbuffer_new");
  }
  evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", "text/plain");
  if (strcmp(path, "/10k") == 0) {
    evbuffer_add_reference(body, ten_kb, sizeof ten_kb, NULL, NULL);
  } else if (strcmp(path, "/file") == 0) {
    add_file(body);
  } else {
    evbuffer_add_reference(body, HELLO, sizeof HELLO - 1, NULL, NULL);
  }
  evhttp_send_reply(request, HTTP_OK, "OK", body);
  evbuffer_free(body);
}

int main(int argc, char **argv) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  struct event_base *base = event_base_new();
  struct evhttp *http = base == NULL ? NULL : evhttp_new(base);
  struct evhttp_bound_socket *bound;
  if (http == NULL || argc != 2) {
    give_up("server_http_evhttp FILE");
  }
  signal(SIGPIPE, SIG_IGN); /* clients leave while an answer is sent */
  file = argv[1];
  memset(ten_kb, 'x', sizeof ten_kb);
  evhttp_set_gencb(http, asked, NULL);
  bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
  if (bound == NULL ||
      getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &size) != 0) {
    give_up("bind");
  }
  printf("listening on 127.0.0.1:%d (style evhttp, engine libevent %s %s)\n", ntohs(address.sin_port),
         event_get_version(), event_base_get_method(base));
  fflush(stdout);
  return event_base_dispatch(base);
}
