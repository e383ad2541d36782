/* The reactor on epoll, as an engine. */
#include "reactor.h"

static int32_t status(void) { return jev_poller_epoll.status(); }

static int32_t check(int32_t fd) { return jev_poller_epoll.check(fd); }

static int32_t open_engine(struct jev_ring *ring, int32_t flags) {
  return jev_reactor_open(ring, &jev_poller_epoll, flags);
}

const struct jev_engine jev_engine_epoll = {
    .code = JEV_ENGINE_EPOLL,
    .features = JEV_FEATURE_ET | JEV_FEATURE_O1 | JEV_FEATURE_EARLY_CLOSE,
    .status = status,
    .check = check,
    .open = open_engine,
    .enter = jev_reactor_enter,
    .wakeup = jev_reactor_wakeup,
    .close = jev_reactor_close,
};
