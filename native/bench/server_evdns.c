/* The server of libevent's evdns: one address for each name. It listens at a free port of 127.0.0.1. */
#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static void asked(struct evdns_server_request *request, void *unused) {
  static const unsigned char ADDRESS[] = {192, 0, 2, 1};
  (void)unused;
  if (evdns_server_request_add_a_reply(request, request->questions[0]->name, 1, ADDRESS, 0) != 0 ||
      evdns_server_request_respond(request, DNS_ERR_NONE) < 0) {
    evdns_server_request_drop(request);
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  struct event_base *base = event_base_new();
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (base == NULL || fd < 0 || evutil_make_socket_nonblocking(fd) != 0 ||
      bind(fd, (struct sockaddr *)&address, size) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0 ||
      evdns_add_server_port_with_base(base, fd, 0, asked, NULL) == NULL) {
    give_up("server_evdns");
  }
  printf("listening on 127.0.0.1:%d (style evdns, engine libevent %s %s)\n", ntohs(address.sin_port),
         event_get_version(), event_base_get_method(base));
  fflush(stdout);
  return event_base_dispatch(base);
}
