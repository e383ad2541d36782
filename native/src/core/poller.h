/*
 * The interface of a readiness interface of the system: seven functions, and what is known without a ring.
 * slots.c and the files above it do the rest.
 */
#ifndef JEV_POLLER_H
#define JEV_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/system.h"
#include "jevent.h"

#if !defined(_WIN32)
#include <stdlib.h>
#include <time.h>

/* A time-out as kernels take it. Compilers divide on 32-bit processors by functions that not every C library
 * has; this one each has. */
struct jev_limit {
  int64_t seconds;
  int64_t nanoseconds;
};

static inline struct jev_limit jev_limit_of(int64_t nanoseconds) {
  const lldiv_t parts = lldiv(nanoseconds, 1000000000);
  return (struct jev_limit){.seconds = parts.quot, .nanoseconds = parts.rem};
}

/* And as C libraries take it. */
static inline struct timespec jev_timespec_of(int64_t nanoseconds) {
  const struct jev_limit limit = jev_limit_of(nanoseconds);
  return (struct timespec){.tv_sec = (time_t)limit.seconds, .tv_nsec = (long)limit.nanoseconds};
}
#endif

#if defined(JEVENT_EMULATION)
#define JEV_EMULATED true
#else
#define JEV_EMULATED false
#endif

struct jev_poller;
struct jev_completion_ops;

/* What is known of an engine without a ring. */
struct jev_kind {
  int32_t code;
  const char *name; /* in messages */
  int32_t features;
  bool emulated; /* on an imitation of the system's interface: tests only */
  /* 0 when it can be used here, else a negated errno. */
  int32_t (*status)(void);
  /* Why not, in words, as snprintf; NULL, or nothing written: the error says it all. */
  int (*reason)(char *out, size_t size);
  /* 0 when a descriptor can be watched, else the negated errno that watching would meet. */
  int32_t (*check)(int32_t fd);
};

/* One descriptor that is ready: the token it was set with, and JEV_READ, JEV_WRITE, JEV_CLOSED; all three
 * after an error or a hang-up. */
struct jev_ready {
  uint64_t token;
  uint32_t mask;
  int32_t error; /* negated, when `set` was too early to know: the descriptor is not watched; else 0 */
};

struct jev_poller_ops {
  struct jev_kind kind;
  /* NULL; or the interface of a completion backend, which leaves `closing` and `wait` NULL. */
  const struct jev_completion_ops *completion;
  /* A new poller in *out, or a negated errno. */
  int32_t (*open)(struct jev_poller **out, struct jev_header *counters, int32_t flags);
  /* Changes what a descriptor is watched for. `renew`: `old` may be wrong, the number may refer to another
   * file. */
  int32_t (*set)(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                 bool renew);
  /* The descriptor is about to be closed. */
  void (*closing)(struct jev_poller *poller, int32_t fd, uint32_t old);
  /* Writes at most `max` entries to `out`; < 0: a negated errno. Returns 0 after a wake-up or the time-out,
   * -EINTR after a signal or for nothing: it is called again for the time that is left. */
  int32_t (*wait)(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max);
  /* Any thread, and signal handlers. */
  int32_t (*wake)(struct jev_poller *poller);
  /* Replaces the kernel's object by a new one that watches nothing, because a registration is orphaned. After
   * an error all is as before. */
  int32_t (*recreate)(struct jev_poller *poller);
  void (*close)(struct jev_poller *poller);
};

#define POLLER(name) extern const struct jev_poller_ops jev_poller_##name;
#include "core/poller_list.h"

#endif
