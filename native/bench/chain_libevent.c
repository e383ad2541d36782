/* The chain of chain.h on events of libevent: one persistent event for each pair. */
#include <event2/event.h>
#include <stddef.h>

#include "chain.h"

static struct event_base *base;

static void open_base(void) {
  base = event_base_new();
  if (base == NULL) {
    chain_give_up("event_base_new");
  }
}

static void ready(evutil_socket_t fd, short what, void *pair) {
  (void)fd;
  (void)what;
  chain_ready((int)(intptr_t)pair);
  if (chain_is_over()) {
    event_base_loopbreak(base);
  }
}

static void watch(int fd, int pair) {
  struct event *event = event_new(base, fd, EV_READ | EV_PERSIST, ready, (void *)(intptr_t)pair);
  if (event == NULL || event_add(event, NULL) != 0) {
    chain_give_up("event_add");
  }
}

static void run(void) { event_base_dispatch(base); }

int main(int argc, char **argv) {
  static const struct chain_loop LOOP = {"chain_libevent", open_base, watch, run};
  chain_run(argc, argv, &LOOP);
  return 0;
}
