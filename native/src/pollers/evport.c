/*
 * Event ports (illumos and Solaris). Time-outs in nanoseconds. The wake-up is port_send().
 *
 * Traps handled here: an association is good for one event. Every descriptor that has reported is associated
 * again before the next wait, in one pass over those. What is ready still reports again, which is the
 * level-triggered behaviour that is promised.
 *
 * The user's pointer has not the 64 bits of a token everywhere: descriptors are looked up in a table
 * instead. port_getn() may fail with ETIME or EINTR and return events all the same, and may leave its count
 * alone when it returns none. Entries that it has not written are recognized by their source. A closed
 * descriptor is EBADFD.
 *
 * Sent events are queued one by one, until the port is full (EAGAIN): only the first wake-up before a wait
 * is sent. port_alert() would be the other way to wake, but an alerted port reports nothing else until the
 * alert is withdrawn.
 */
#include "core/poller.h"

#if defined(JEV_HAS_EVPORT)
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <port.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "pollers/watches.h"

enum { FIRST_EVENTS = 64, ASSOCIATED = 1 };

struct jev_poller {
  atomic_int port;
  atomic_int wakers; /* threads that are about to use `port` */
  atomic_bool woken; /* a wake-up is in the port */
  uint32_t capacity;
  port_event_t *events;
  struct jev_watches watches;
  struct jev_header *counters;
};

static int open_port(void) {
  int fd = port_create();
  if (fd >= 0) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  return fd;
}

static int32_t status(void) {
  int fd = open_port();
  if (fd < 0) {
    return -errno;
  }
  close(fd);
  return 0;
}

static int32_t associate(int port, int32_t fd, int events) {
  if (port_associate(port, PORT_SOURCE_FD, (uintptr_t)fd, events, NULL) == 0) {
    return 0;
  }
  return errno == EBADFD ? -EBADF : -errno;
}

static int32_t check(int32_t fd) {
  if (fcntl(fd, F_GETFD) < 0) {
    return -errno; /* else the probe may get that very number */
  }
  int probe = open_port();
  if (probe < 0) {
    return -errno;
  }
  int32_t result = associate(probe, fd, POLLIN);
  close(probe);
  return result;
}

static void close_poller(struct jev_poller *poller) {
  int port = atomic_load(&poller->port);
  if (port >= 0) {
    close(port);
  }
  jev_watches_close(&poller->watches);
  free(poller->events);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->capacity = FIRST_EVENTS;
  poller->events = calloc(FIRST_EVENTS, sizeof *poller->events);
  int port = open_port();
  atomic_init(&poller->port, port);
  int32_t result = poller->events == NULL ? -ENOMEM : port < 0 ? -errno : 0;
  if (result != 0) {
    close_poller(poller);
    return result;
  }
  *out = poller;
  return 0;
}

/* ---- changes ---- */

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)old;
  (void)renew;
  int32_t error = jev_watch_set(&poller->watches, fd, token, wanted);
  struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
  if (error == 0 && watch != NULL) {
    watch->pending = ASSOCIATED;
  }
  return error;
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)old;
  struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
  if (watch != NULL) {
    watch->wanted = 0;
    watch->known = 0;
    watch->pending = 0;
  }
}

static int events_of(uint32_t mask) {
  return ((mask & JEV_READ) != 0 ? POLLIN : 0) | ((mask & JEV_WRITE) != 0 ? POLLOUT : 0);
}

static uint32_t mask_of(int events) {
  if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & POLLIN) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & POLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0);
}

static void submit(struct jev_poller *poller, int32_t fd, struct jev_results *results) {
  struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
  int port = atomic_load(&poller->port);
  if (watch->pending == 0 || (watch->wanted == 0 && watch->known == 0)) {
    return;
  }
  watch->pending = 0;
  poller->counters->syscalls++;
  if (watch->wanted == 0) {
    watch->known = 0;
    port_dissociate(port, PORT_SOURCE_FD, (uintptr_t)fd); /* closed already, perhaps: nothing to take back */
    return;
  }
  int32_t error = associate(port, fd, events_of(watch->wanted));
  watch->known = error == 0 ? ASSOCIATED : 0;
  if (error != 0) {
    jev_results_refused(&poller->watches, results, watch, error);
  }
}

static void submit_changes(struct jev_poller *poller, struct jev_results *results, int32_t max) {
  while (results->count < max) {
    int32_t fd = jev_watch_unlist(&poller->watches);
    if (fd < 0) {
      return;
    }
    submit(poller, fd, results);
  }
}

/* ---- waiting ---- */

/* The number of events in poller->events, or a negated errno. */
static int32_t wait_kernel(struct jev_poller *poller, uint32_t max, int64_t timeout) {
  struct timespec limit = jev_timespec_of(timeout);
  uint_t found = 1;
  poller->events[0].portev_source = 0;
  poller->counters->waits++;
  poller->counters->syscalls++;
  int result =
      port_getn(atomic_load(&poller->port), poller->events, max, &found, timeout < 0 ? NULL : &limit);
  if (result != 0 && errno != ETIME && errno != EINTR) {
    return -errno;
  }
  bool interrupted = result != 0 && errno == EINTR;
  return poller->events[0].portev_source != 0 ? (int32_t)found : interrupted ? -EINTR : 0;
}

static void take(struct jev_poller *poller, int32_t found, struct jev_results *results) {
  for (int32_t i = 0; i < found; i++) {
    const port_event_t *event = &poller->events[i];
    if (event->portev_source == PORT_SOURCE_USER) {
      atomic_exchange(&poller->woken, false);
      continue;
    }
    struct jev_watch *watch = jev_watch_of(&poller->watches, (int64_t)event->portev_object);
    if (event->portev_source != PORT_SOURCE_FD || watch == NULL) {
      continue;
    }
    watch->known = 0;
    if (watch->wanted != 0) {
      watch->pending = ASSOCIATED;
      jev_watch_list(&poller->watches, (int32_t)event->portev_object);
      jev_results_ready(&poller->watches, results, watch, mask_of(event->portev_events));
    }
  }
}

static void grow(struct jev_poller *poller) {
  port_event_t *events = realloc(poller->events, 2 * (size_t)poller->capacity * sizeof *events);
  if (events != NULL) {
    poller->events = events;
    poller->capacity *= 2;
  }
}

static int32_t wait_ready(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  struct jev_results results = jev_results_of(&poller->watches, out);
  submit_changes(poller, &results, max);
  if (results.count == max) {
    return results.count;
  }
  uint32_t limit = (uint32_t)(max - results.count);
  if (limit > poller->capacity) {
    limit = poller->capacity;
  }
  int32_t found = wait_kernel(poller, limit, results.count > 0 ? 0 : timeout);
  if (found < 0) {
    return found;
  }
  take(poller, found, &results);
  jev_assert(found <= (int32_t)limit && results.count <= max);
  if (found > 0 && (uint32_t)found == poller->capacity) {
    grow(poller);
  }
  return results.count;
}

static int32_t wake(struct jev_poller *poller) {
  int32_t result = 0;
  atomic_fetch_add(&poller->wakers, 1);
  if (!atomic_exchange(&poller->woken, true) && port_send(atomic_load(&poller->port), 0, NULL) != 0) {
    result = errno == EAGAIN ? 0 : -errno; /* a full port does not wait */
    atomic_store(&poller->woken, false);
  }
  atomic_fetch_sub(&poller->wakers, 1);
  return result;
}

static int32_t recreate(struct jev_poller *poller) {
  int replacement = open_port();
  if (replacement < 0) {
    return -errno;
  }
  int former = atomic_exchange(&poller->port, replacement);
  while (atomic_load(&poller->wakers) != 0) {
    sched_yield(); /* one of them may be about to send to the previous port */
  }
  close(former);
  jev_watches_clear(&poller->watches);
  atomic_store(&poller->woken, false);
  return wake(poller); /* for those who did */
}

const struct jev_poller_ops jev_poller_evport = {
    .kind = {.code = JEV_ENGINE_EVPORT,
             .name = "evport",
             .features = JEV_FEATURE_O1 | JEV_FEATURE_FDS,
             .emulated = JEV_EMULATED,
             .status = status,
             .check = check},
    .open = open_poller,
    .set = set,
    .closing = closing,
    .wait = wait_ready,
    .wake = wake,
    .recreate = recreate,
    .close = close_poller,
};
#endif
