/* What epoll costs with nothing around it: the chain of chain.h, by hand. */
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "chain.h"

enum { EVENTS = 256 };

static int epoll;

static void open_epoll(void) {
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) {
    chain_give_up("epoll_create1");
  }
}

static void watch(int fd, int pair) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)pair};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    chain_give_up("epoll_ctl");
  }
}

static void run(void) {
  struct epoll_event events[EVENTS];
  while (!chain_is_over()) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) {
      chain_give_up("epoll_wait");
    }
    for (int i = 0; i < count; i++) {
      chain_ready((int)events[i].data.u32);
    }
  }
}

int main(int argc, char **argv) {
  static const struct chain_loop LOOP = {"bare_epoll", open_epoll, watch, run};
  chain_run(argc, argv, &LOOP);
  close(epoll);
  return 0;
}
