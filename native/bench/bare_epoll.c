/* What epoll costs with nothing around it: the chain and the cascade of chain.h, by hand. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "chain.h"

enum { EVENTS = 256 };

static int epoll;
static int *watched_once; /* by pair: the descriptor, or -1 */

static void open_epoll(int pairs) {
  watched_once = malloc((size_t)pairs * sizeof *watched_once);
  if (watched_once == NULL) {
    chain_give_up("memory for the pairs");
  }
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) {
    chain_give_up("epoll_create1");
  }
}

static void watch(int fd, int pair, bool once) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)pair};
  watched_once[pair] = once ? fd : -1;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    chain_give_up("epoll_ctl");
  }
}

static void ready(int pair) {
  if (watched_once[pair] >= 0 && epoll_ctl(epoll, EPOLL_CTL_DEL, watched_once[pair], NULL) != 0) {
    chain_give_up("epoll_ctl");
  }
  chain_ready(pair);
}

static void run(void) {
  struct epoll_event events[EVENTS];
  while (!chain_is_over()) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) {
      chain_give_up("epoll_wait");
    }
    for (int i = 0; i < count; i++) {
      ready((int)events[i].data.u32);
    }
  }
}

int main(int argc, char **argv) {
  static const struct chain_loop LOOP = {"bare_epoll", open_epoll, watch, run};
  chain_run(argc, argv, &LOOP);
  close(epoll);
  free(watched_once);
  return 0;
}
