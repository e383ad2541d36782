/*
 * The chain of chain.h on events of libevent: one persistent event for each pair. In a cascade each event is
 * for one time and has a time-out, which never comes.
 */
#include <event2/event.h>
#include <stddef.h>
#include <stdlib.h>

#include "chain.h"

struct watch {
  struct event *event;
};

static struct event_base *base;
static struct watch *watches; /* by pair */

static void open_base(int pairs) {
  watches = calloc((size_t)pairs, sizeof *watches);
  if (watches == NULL) {
    chain_give_up("memory for the events");
  }
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

static void watch(int fd, int pair, bool once) {
  static const struct timeval minute = {.tv_sec = 60};
  struct event **event = &watches[pair].event;
  if (*event == NULL) {
    short what = once ? EV_READ : EV_READ | EV_PERSIST;
    *event = event_new(base, fd, what, ready, (void *)(intptr_t)pair);
  }
  if (*event == NULL || event_add(*event, once ? &minute : NULL) != 0) {
    chain_give_up("event_add");
  }
}

static void run(void) { event_base_dispatch(base); }

int main(int argc, char **argv) {
  static const struct chain_loop LOOP = {"chain_libevent", open_base, watch, run};
  chain_run(argc, argv, &LOOP);
  return 0;
}
