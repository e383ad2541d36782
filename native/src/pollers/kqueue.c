/*
 * kqueue (macOS and the BSDs). Changes are collected and submitted together with the wait, in one kevent();
 * what the kernel refuses comes back in its event list. Time-outs in nanoseconds. The wake-up is an
 * EVFILT_USER that is triggered, or a pipe on systems that are too old for it.
 *
 * Traps handled here:
 *
 * Reading and writing are two registrations (knotes) of one descriptor, so their events are merged again.
 *
 * EV_ADD of an existing knote changes its data but not its EV_CLEAR: that takes EV_DELETE first.
 *
 * close() removes the knotes at once, whatever duplicates there are, so no registration is orphaned. But a
 * change that was collected before would apply to the next file of that number.
 *
 * Errors of changes are returned at once, without any wait, and only as many as there is room for. Further
 * changes would be dropped, so there are never more of them than room. An error entry keeps the descriptor,
 * but not what the change was.
 *
 * The peer's close shows in EVFILT_READ alone, and with it unread data. A watch for the close only is
 * registered with EV_CLEAR until it has come: unread data must not wake the loop again and again.
 *
 * A pipe without reader may refuse EVFILT_WRITE (EPIPE), which is readiness. Files are readable up to their
 * end only, except where NOTE_FILE_POLL makes them as poll() has them. NetBSD's struct kevent has other
 * types, FreeBSD's more members: they are set by EV_SET alone.
 *
 * EVFILT_SIGNAL is not used: signals come as on every POSIX system (posix/signal.c). It would not save the
 * handler, because without one the default action of most signals ends the process.
 */
#include "core/poller.h"

#if defined(JEV_HAS_KQUEUE)
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
/* clang-format off */
#include <sys/types.h> /* which the next one needs */
#include <sys/event.h>
/* clang-format on */
#include <time.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "pollers/wake.h"
#include "pollers/watches.h"

enum { FIRST_EVENTS = 64, WAKE_IDENT = 1 };

/* What is known to the kernel and what is pending. */
enum { READS = 1, WRITES = 2, BOTH = READS | WRITES, CLEARS = 4 /* READS or WRITES times this: by edges */ };

#if defined(__NetBSD__)
typedef size_t event_count;
#else
typedef int event_count;
#endif

#if defined(NOTE_FILE_POLL)
enum { READ_NOTES = NOTE_FILE_POLL };
#else
enum { READ_NOTES = 0 };
#endif

struct jev_poller {
  atomic_int kqueue;
  atomic_int wakers; /* threads that are about to use `kqueue` */
  int capacity;
  struct kevent *events;
  struct kevent *changes;
  struct jev_watches watches;
  struct jev_wake pipe; /* -1: not needed */
  struct jev_header *counters;
};

/* ---- the queue and its wake-up ---- */

static int open_queue(void) {
  int fd = kqueue();
  if (fd >= 0) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  return fd;
}

static int change_alone(int queue, const struct kevent *change) {
  int result;
  do {
    result = kevent(queue, change, 1, NULL, 0, NULL);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : -errno;
}

static int32_t check(int32_t fd) {
  if (fcntl(fd, F_GETFD) < 0) {
    return -errno; /* else the probe may get that very number */
  }
  int probe = open_queue();
  if (probe < 0) {
    return -errno;
  }
  struct kevent change;
  EV_SET(&change, (uintptr_t)fd, EVFILT_READ, EV_ADD, READ_NOTES, 0, 0);
  int32_t result = change_alone(probe, &change);
  close(probe);
  return result;
}

static int32_t status(void) {
  int fd = open_queue();
  if (fd < 0) {
    return -errno;
  }
  close(fd);
  return 0;
}

#if defined(EVFILT_USER)
static int32_t open_wake(struct jev_poller *poller) {
  (void)poller;
  return 0;
}

static int32_t watch_wake(struct jev_poller *poller, int queue) {
  struct kevent change;
  (void)poller;
  EV_SET(&change, WAKE_IDENT, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0, 0);
  return change_alone(queue, &change);
}

static int32_t ring_wake(struct jev_poller *poller) {
  struct kevent change;
  EV_SET(&change, WAKE_IDENT, EVFILT_USER, 0, NOTE_TRIGGER, 0, 0);
  return change_alone(atomic_load(&poller->kqueue), &change);
}

static bool is_wake(struct jev_poller *poller, const struct kevent *event) {
  (void)poller;
  return event->filter == EVFILT_USER;
}
#else
static int32_t open_wake(struct jev_poller *poller) { return jev_wake_open(&poller->pipe); }

static int32_t watch_wake(struct jev_poller *poller, int queue) {
  struct kevent change;
  EV_SET(&change, (uintptr_t)poller->pipe.ends[0], EVFILT_READ, EV_ADD, 0, 0, 0);
  return change_alone(queue, &change);
}

static int32_t ring_wake(struct jev_poller *poller) { return jev_wake_up(&poller->pipe); }

static bool is_wake(struct jev_poller *poller, const struct kevent *event) {
  if (event->ident != (uintptr_t)poller->pipe.ends[0]) {
    return false;
  }
  poller->counters->syscalls++;
  jev_wake_drain(&poller->pipe);
  return true;
}
#endif

static int32_t wake(struct jev_poller *poller) {
  atomic_fetch_add(&poller->wakers, 1);
  int32_t result = ring_wake(poller);
  atomic_fetch_sub(&poller->wakers, 1);
  return result;
}

static void close_poller(struct jev_poller *poller) {
  int queue = atomic_load(&poller->kqueue);
  if (queue >= 0) {
    close(queue);
  }
  jev_wake_close(&poller->pipe);
  jev_watches_close(&poller->watches);
  free(poller->events);
  free(poller->changes);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->pipe.ends[0] = -1;
  poller->pipe.ends[1] = -1;
  poller->capacity = FIRST_EVENTS;
  poller->events = calloc(FIRST_EVENTS, sizeof *poller->events);
  poller->changes = calloc(FIRST_EVENTS, sizeof *poller->changes);
  int queue = open_queue();
  atomic_init(&poller->kqueue, queue);
  int32_t result = poller->events == NULL || poller->changes == NULL ? -ENOMEM
                   : queue < 0                                       ? -errno
                                                                     : open_wake(poller);
  if (result == 0) {
    result = watch_wake(poller, queue);
  }
  if (result != 0) {
    close_poller(poller);
    return result;
  }
  *out = poller;
  return 0;
}

/* ---- changes ---- */

static uint8_t filters_of(uint32_t mask) {
  return (uint8_t)(((mask & (JEV_READ | JEV_CLOSED)) != 0 ? READS : 0) |
                   ((mask & JEV_WRITE) != 0 ? WRITES : 0));
}

static bool clears(const struct jev_watch *watch, uint8_t filter) {
  bool close_alone = filter == READS && (watch->wanted & JEV_READ) == 0;
  return (watch->wanted & JEV_ET) != 0 || (close_alone && !watch->ended);
}

static void change_filter(struct kevent *out, int32_t fd, uint8_t filter, uint16_t flags) {
  if (filter == READS) {
    EV_SET(out, (uintptr_t)fd, EVFILT_READ, flags, READ_NOTES, 0, 0);
  } else {
    EV_SET(out, (uintptr_t)fd, EVFILT_WRITE, flags, 0, 0, 0);
  }
}

static bool next_change(struct jev_watch *watch, int32_t fd, struct kevent *out) {
  static const uint8_t FILTERS[] = {READS, WRITES};
  for (int i = 0; i < 2; i++) {
    const uint8_t filter = FILTERS[i];
    bool wants = (filters_of(watch->wanted) & filter) != 0;
    bool by_edges = clears(watch, filter);
    jev_assert((watch->known & filter) != 0 || (watch->known & filter * CLEARS) == 0);
    if ((watch->pending & filter) == 0) {
      continue;
    }
    if ((watch->known & filter) != 0 && (!wants || by_edges != ((watch->known & filter * CLEARS) != 0))) {
      watch->known &= (uint8_t) ~(filter | filter * CLEARS);
      change_filter(out, fd, filter, EV_DELETE);
      return true;
    }
    watch->pending &= (uint8_t)~filter;
    if (wants) {
      watch->known |= (uint8_t)(filter | (by_edges ? filter * CLEARS : 0));
      change_filter(out, fd, filter, by_edges ? EV_ADD | EV_CLEAR : EV_ADD);
      return true;
    }
  }
  return false;
}

/* Fills poller->changes with at most `max` changes for the kernel. */
static int collect(struct jev_poller *poller, int max) {
  int count = 0;
  while (count < max) {
    int32_t fd = jev_watch_unlist(&poller->watches);
    if (fd < 0) {
      break;
    }
    struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
    jev_assert((watch->pending & ~BOTH) == 0);
    while (count < max && next_change(watch, fd, &poller->changes[count])) {
      count++;
    }
    jev_assert(watch->pending == 0 || count == max); /* nothing is put off while there is room */
    if (watch->pending != 0) {
      jev_watch_list(&poller->watches, fd);
    }
  }
  return count;
}

/* Everything wanted is registered again, as the number may refer to another file than the kernel knows. */
static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)old;
  (void)renew;
  int32_t error = jev_watch_set(&poller->watches, fd, token, wanted);
  struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
  if (error == 0 && watch != NULL) {
    watch->pending = filters_of(wanted) | (watch->known & BOTH);
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

/* ---- waiting ---- */

static int wait_kernel(struct jev_poller *poller, int changes, int max, int64_t timeout) {
  const struct timespec limit = jev_timespec_of(timeout);
  poller->counters->waits++;
  poller->counters->syscalls++;
  return kevent(atomic_load(&poller->kqueue), poller->changes, (event_count)changes, poller->events,
                (event_count)max, timeout < 0 ? NULL : &limit);
}

static uint32_t mask_of(const struct kevent *event) {
  bool end = (event->flags & EV_EOF) != 0;
  if (end && event->fflags != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  if (event->filter == EVFILT_WRITE) {
    return JEV_WRITE;
  }
  return end ? JEV_READ | JEV_CLOSED : JEV_READ;
}

/* Watching for the close alone: by edges before it has come, so that data does not wake, by level after. */
static void turn_at_the_end(struct jev_poller *poller, struct jev_watch *watch, const struct kevent *event) {
  bool ended = (event->flags & EV_EOF) != 0;
  if (event->filter == EVFILT_READ && watch->ended != ended) {
    watch->ended = ended;
    if ((watch->wanted & (JEV_READ | JEV_CLOSED | JEV_ET)) == JEV_CLOSED) {
      watch->pending |= READS;
      jev_watch_list(&poller->watches, (int32_t)event->ident);
    }
  }
}

/* Something is wanted of a filter and the kernel refuses it. */
static void take_refusal(struct jev_poller *poller, struct jev_results *results, struct jev_watch *watch,
                         const struct kevent *event) {
  int32_t fd = (int32_t)event->ident;
  if (event->filter == EVFILT_WRITE && event->data == EPIPE) {
    jev_results_ready(&poller->watches, results, watch, JEV_READ | JEV_WRITE | JEV_CLOSED);
    if ((watch->wanted & JEV_ET) == 0) {
      watch->pending |= WRITES; /* refused again and again: by level, as it were */
      jev_watch_list(&poller->watches, fd);
    }
    return;
  }
  watch->pending = watch->known & BOTH;
  jev_results_refused(&poller->watches, results, watch, -(int32_t)event->data);
  jev_watch_list(&poller->watches, fd);
}

/* A deletion may fail when the descriptor was closed before it. Returns true when that was all. */
static bool take_error(struct jev_poller *poller, struct jev_results *results, const struct kevent *event) {
  struct jev_watch *watch = jev_watch_of(&poller->watches, (int64_t)event->ident);
  uint8_t filter = event->filter == EVFILT_READ ? READS : WRITES;
  if (watch == NULL || event->data == ENOENT) {
    return true;
  }
  watch->known &= (uint8_t) ~(filter | filter * CLEARS);
  if ((filters_of(watch->wanted) & filter) == 0) {
    return true;
  }
  take_refusal(poller, results, watch, event);
  return false;
}

struct taken {
  bool woken;
  bool refused; /* deletions, which does not matter, but the kernel has not waited */
};

static struct taken take(struct jev_poller *poller, int found, struct jev_results *results) {
  struct taken taken = {false, false};
  for (int i = 0; i < found; i++) {
    const struct kevent *event = &poller->events[i];
    if ((event->flags & EV_ERROR) != 0 && event->data != 0) {
      taken.refused |= take_error(poller, results, event);
    } else if (is_wake(poller, event)) {
      taken.woken = true;
    } else {
      struct jev_watch *watch = jev_watch_of(&poller->watches, (int64_t)event->ident);
      if (watch != NULL) {
        turn_at_the_end(poller, watch, event);
        jev_results_ready(&poller->watches, results, watch, mask_of(event));
      }
    }
  }
  return taken;
}

/* Room for `wish` entries, if there is memory. */
static void grow(struct jev_poller *poller, int64_t wish, int32_t max) {
  int64_t capacity = poller->capacity;
  while (capacity < wish && capacity < max) {
    capacity *= 2;
  }
  if (capacity == poller->capacity) {
    return;
  }
  struct kevent *events = realloc(poller->events, (size_t)capacity * sizeof *events);
  if (events == NULL) {
    return;
  }
  poller->events = events;
  struct kevent *changes = realloc(poller->changes, (size_t)capacity * sizeof *changes);
  if (changes != NULL) {
    poller->changes = changes;
    poller->capacity = (int)capacity;
  }
}

static int32_t wait_ready(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  grow(poller, 2 * (int64_t)jev_watches_listed(&poller->watches), max);
  int limit = max < poller->capacity ? max : poller->capacity;
  for (;;) {
    int changes = collect(poller, limit);
    bool more = jev_watches_listed(&poller->watches) > 0;
    jev_assert(limit > 0 && changes <= limit);
    int found = wait_kernel(poller, changes, limit, more ? 0 : timeout);
    if (found < 0) {
      return -errno; /* the changes were taken all the same */
    }
    struct jev_results results = jev_results_of(&poller->watches, out);
    struct taken taken = take(poller, found, &results);
    jev_assert(results.count <= found && found <= limit);
    if (taken.woken) {
      timeout = 0;
    }
    if (results.count > 0 || (!more && !taken.refused)) {
      if (found == poller->capacity) {
        grow(poller, 2 * (int64_t)found, max);
      }
      return results.count;
    }
  }
}

static int32_t recreate(struct jev_poller *poller) {
  int replacement = open_queue();
  if (replacement < 0) {
    return -errno;
  }
  int32_t result = watch_wake(poller, replacement);
  if (result != 0) {
    close(replacement);
    return result;
  }
  int former = atomic_exchange(&poller->kqueue, replacement);
  while (atomic_load(&poller->wakers) != 0) {
    sched_yield(); /* one of them may be about to trigger the previous queue */
  }
  close(former);
  jev_watches_clear(&poller->watches);
  return wake(poller); /* for those who did */
}

const struct jev_poller_ops jev_poller_kqueue = {
    .kind = {.code = JEV_ENGINE_KQUEUE,
             .name = "kqueue",
             .features = JEV_FEATURE_ET | JEV_FEATURE_O1 | JEV_FEATURE_FDS | JEV_FEATURE_EARLY_CLOSE,
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
