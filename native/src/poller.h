/*
 * What a readiness interface must provide to be an engine: reactor.c does the rest.
 */
#ifndef JEV_POLLER_H
#define JEV_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "ring.h"

/* Which interfaces this system has. JEVENT_EMULATION: a library for tests, with stand-ins for foreign ones.
 */
#if defined(__linux__)
#define JEV_HAS_EPOLL
#endif
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__) || \
    defined(__DragonFly__) || defined(JEVENT_EMULATION)
#define JEV_HAS_KQUEUE
#endif
#if defined(__sun) || defined(JEVENT_EMULATION)
#define JEV_HAS_EVPORT
#define JEV_HAS_DEVPOLL
#endif

#if defined(JEVENT_EMULATION)
#define JEV_EMULATED true
#else
#define JEV_EMULATED false
#endif

struct jev_poller;

/* One descriptor that is ready: the token it was set with, and JEV_READ, JEV_WRITE, JEV_CLOSED; all three
 * after an error or a hang-up. */
struct jev_ready {
  uint64_t token;
  uint32_t mask;
  int32_t error; /* negated, when `set` was too early to know: the descriptor is not watched; else 0 */
};

struct jev_poller_ops {
  struct jev_kind kind;
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
extern const struct jev_poller_ops jev_poller_kqueue;
extern const struct jev_poller_ops jev_poller_evport;
extern const struct jev_poller_ops jev_poller_devpoll;

#endif
