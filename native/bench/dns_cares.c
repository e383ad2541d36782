/* c-ares, asked for addresses, on epoll. */
#include <ares.h>
#include <arpa/nameser.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "dns_client.h"

enum { EVENTS = 16, PATIENCE = 1000 };

static ares_channel channel;
static int epoll;

static void ask(void);

static void watch(void *unused, ares_socket_t fd, int readable, int writable) {
  (void)unused;
  struct epoll_event event = {.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U),
                              .data.fd = fd};
  if (event.events == 0) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
  } else if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0 &&
             epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    dns_give_up("epoll_ctl");
  }
}

static void answered(void *unused, int status, int timeouts, unsigned char *answer, int size) {
  struct ares_addrttl address;
  int count = 1;
  (void)unused;
  (void)timeouts;
  if (!dns_answered(status == ARES_SUCCESS &&
                    ares_parse_a_reply(answer, size, NULL, &address, &count) == ARES_SUCCESS && count == 1)) {
    exit(0);
  }
  ask();
}

static void ask(void) { ares_query(channel, dns_next_name(), ns_c_in, ns_t_a, answered, NULL); }

static void prepare(void) {
  struct ares_options options = {.sock_state_cb = watch, .flags = ARES_FLAG_NOSEARCH};
  char server[32];
  epoll = epoll_create1(EPOLL_CLOEXEC);
  snprintf(server, sizeof server, "127.0.0.1:%d", dns_port);
  if (epoll < 0 || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
      ares_init_options(&channel, &options, ARES_OPT_SOCK_STATE_CB | ARES_OPT_FLAGS) != ARES_SUCCESS ||
      ares_set_servers_ports_csv(channel, server) != ARES_SUCCESS) {
    dns_give_up("preparing c-ares");
  }
}

int main(int argc, char **argv) {
  dns_options(argc, argv);
  prepare();
  for (int i = 0; i < dns_window; i++) {
    ask();
  }
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, PATIENCE);
    for (int i = 0; i < count; i++) {
      ares_process_fd(channel,
                      (events[i].events & ~(uint32_t)EPOLLOUT) != 0 ? events[i].data.fd : ARES_SOCKET_BAD,
                      (events[i].events & EPOLLOUT) != 0 ? events[i].data.fd : ARES_SOCKET_BAD);
    }
    if (count <= 0) {
      ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what has timed out */
    }
  }
}
