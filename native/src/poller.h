/*
 * What a readiness interface must provide to be an engine: reactor.c does the rest.
 */
#ifndef JEV_POLLER_H
#define JEV_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "jevent.h"

struct jev_poller;

/* One descriptor that is ready: the token it was set with, and JEV_READ, JEV_WRITE, JEV_CLOSED; all three
 * after an error or a hang-up. */
struct jev_ready {
  uint64_t token;
  uint32_t mask;
};

struct jev_poller_ops {
  int32_t code;
  int32_t features;
  int32_t (*status)(void);
  int32_t (*check)(int32_t fd);
  /* A new poller in *out, or a negated errno. */
  int32_t (*open)(struct jev_poller **out, struct jev_header *counters, int32_t flags);
  /* Changes what a descriptor is watched for. `renew`: `old` may be wrong, the number may stand for another
   * file. */
  int32_t (*set)(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                 bool renew);
  /* The descriptor is about to be closed. */
  void (*closing)(struct jev_poller *poller, int32_t fd, uint32_t old);
  /* At most `most` entries into `out`; < 0: a negated errno. Returns 0 after a wake-up, a signal or the
   * time-out. */
  int32_t (*wait)(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t most);
  /* Any thread, and signal handlers. */
  int32_t (*wake)(struct jev_poller *poller);
  /* Starts afresh with nothing set, because a registration has become stale. After an error all is as before.
   */
  int32_t (*rebuild)(struct jev_poller *poller);
  void (*close)(struct jev_poller *poller);
};

extern const struct jev_poller_ops jev_poller_epoll;

/* The engine that a poller makes, through the reactor. */
extern const struct jev_engine jev_engine_epoll;

#endif
