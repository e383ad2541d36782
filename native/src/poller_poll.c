/*
 * poll (POSIX): an array of descriptors is handed over with each wait, so that each wait costs as much as
 * there is watched.
 *
 * Traps handled here: a closed descriptor is reported as POLLNVAL, again and again: it is told once as ready
 * for everything, as libevent does, and then left alone until it is set anew. A peer that closes is not told
 * before its data is read, except where there is POLLRDHUP. Where ppoll is missing time-outs are
 * milliseconds, rounded up. Regular files are always ready.
 */
#include "poller.h"

#if defined(JEV_HAS_POLL)

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "wake.h"

enum { FIRST = 64, SECOND = 1000000000, MILLISECOND = 1000000 };

#if defined(POLLRDHUP)
#define EARLY_CLOSE JEV_FEATURE_EARLY_CLOSE
#define HUNG_UP POLLRDHUP
#else
#define EARLY_CLOSE 0
#define HUNG_UP 0
#endif

struct jev_poller {
  struct jev_wake wake;
  struct pollfd *entries; /* the first is the wake-up's */
  uint64_t *tokens;
  uint32_t count;
  uint32_t capacity;
  uint32_t next;    /* where telling goes on, so that all get their turn */
  uint32_t *places; /* by descriptor: its entry, or 0 */
  uint32_t place_count;
  struct jev_header *counters;
};

static int32_t status(void) { return 0; }

static int32_t check(int32_t fd) { return fcntl(fd, F_GETFD) < 0 ? -errno : 0; }

static int32_t grow(struct jev_poller *poller) {
  uint32_t capacity = poller->capacity == 0 ? FIRST : 2 * poller->capacity;
  struct pollfd *entries = realloc(poller->entries, capacity * sizeof *entries);
  if (entries != NULL) {
    poller->entries = entries;
  }
  uint64_t *tokens = realloc(poller->tokens, capacity * sizeof *tokens);
  if (tokens != NULL) {
    poller->tokens = tokens;
  }
  if (entries == NULL || tokens == NULL) {
    return -ENOMEM;
  }
  poller->capacity = capacity;
  return 0;
}

static int32_t make_place(struct jev_poller *poller, uint32_t fd) {
  uint32_t count = poller->place_count == 0 ? FIRST : poller->place_count;
  while (count <= fd) {
    count *= 2;
  }
  if (count > poller->place_count) {
    uint32_t *places = realloc(poller->places, count * sizeof *places);
    if (places == NULL) {
      return -ENOMEM;
    }
    for (uint32_t i = poller->place_count; i < count; i++) {
      places[i] = 0;
    }
    poller->places = places;
    poller->place_count = count;
  }
  return poller->count < poller->capacity ? 0 : grow(poller);
}

static uint32_t place_of(const struct jev_poller *poller, int32_t fd) {
  return (uint32_t)fd < poller->place_count ? poller->places[fd] : 0;
}

static void take_out(struct jev_poller *poller, int32_t fd) {
  uint32_t place = place_of(poller, fd);
  if (place == 0) {
    return;
  }
  uint32_t last = --poller->count;
  poller->entries[place] = poller->entries[last];
  poller->tokens[place] = poller->tokens[last];
  poller->places[poller->entries[place].fd] = place;
  poller->places[fd] = 0;
}

static short events_of(uint32_t mask) {
  return (short)(((mask & JEV_READ) != 0 ? POLLIN : 0) | ((mask & JEV_WRITE) != 0 ? POLLOUT : 0) |
                 ((mask & JEV_CLOSED) != 0 ? HUNG_UP : 0));
}

static uint32_t mask_of(int events) {
  if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & POLLIN) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & POLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0) |
         ((events & HUNG_UP) != 0 ? (uint32_t)JEV_CLOSED : 0);
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)renew; /* the number is looked up at each wait */
  if (wanted == 0) {
    take_out(poller, fd);
    return 0;
  }
  if (old == 0 && check(fd) != 0) {
    return -errno;
  }
  uint32_t place = place_of(poller, fd);
  if (place == 0) {
    int32_t error = make_place(poller, (uint32_t)fd);
    if (error != 0) {
      return error;
    }
    place = poller->count++;
    poller->places[fd] = place;
  }
  poller->entries[place] = (struct pollfd){.fd = fd, .events = events_of(wanted)};
  poller->tokens[place] = token;
  return 0;
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)old;
  take_out(poller, fd);
}

static int wait_kernel(struct jev_poller *poller, int64_t timeout) {
  poller->counters->waits++;
  poller->counters->syscalls++;
#if defined(__linux__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)
  const struct timespec limit = {.tv_sec = (time_t)(timeout / SECOND), .tv_nsec = (long)(timeout % SECOND)};
  return ppoll(poller->entries, poller->count, timeout < 0 ? NULL : &limit, NULL);
#else
  int64_t milliseconds = timeout / MILLISECOND + (timeout % MILLISECOND > 0 ? 1 : 0);
  int limit = timeout < 0 ? -1 : milliseconds < INT_MAX ? (int)milliseconds : INT_MAX;
  return poll(poller->entries, poller->count, limit);
#endif
}

/* Goes once around. */
static int32_t tell(struct jev_poller *poller, int found, struct jev_ready *out, int32_t most) {
  int32_t told = 0;
  uint32_t watched = poller->count - 1;
  uint32_t first = watched == 0 ? 0 : poller->next % watched;
  for (uint32_t i = 0; i < watched && found > 0 && told < most; i++) {
    uint32_t place = 1 + (first + i) % watched;
    struct pollfd *entry = &poller->entries[place];
    poller->next = place;
    if (entry->revents == 0) {
      continue;
    }
    found--;
    out[told].token = poller->tokens[place];
    out[told++].mask = mask_of(entry->revents);
    if ((entry->revents & POLLNVAL) != 0) {
      entry->events = 0;
    }
  }
  return told;
}

static void leave_closed_alone(struct jev_poller *poller) {
  for (uint32_t place = poller->count - 1; place > 0; place--) {
    const struct pollfd *entry = &poller->entries[place];
    if (entry->events == 0 && (entry->revents & POLLNVAL) != 0) {
      take_out(poller, entry->fd);
    }
  }
}

static int32_t wait_ready(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t most) {
  int found = wait_kernel(poller, timeout);
  if (found < 0) {
    return -errno;
  }
  if (found > 0 && poller->entries[0].revents != 0) {
    jev_wake_drain(&poller->wake);
    poller->counters->syscalls++;
    found--;
  }
  int32_t told = tell(poller, found, out, most);
  bool closed = false;
  for (int32_t i = 0; i < told; i++) {
    closed = closed || out[i].mask == (JEV_READ | JEV_WRITE | JEV_CLOSED);
  }
  if (closed) {
    leave_closed_alone(poller);
  }
  return told;
}

static int32_t wake(struct jev_poller *poller) { return jev_wake_up(&poller->wake); }

static int32_t rebuild(struct jev_poller *poller) {
  while (poller->count > 1) {
    take_out(poller, poller->entries[1].fd);
  }
  return 0;
}

static void close_poller(struct jev_poller *poller) {
  jev_wake_close(&poller->wake);
  free(poller->entries);
  free(poller->tokens);
  free(poller->places);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  int32_t error = jev_wake_open(&poller->wake);
  if (error == 0) {
    error = grow(poller);
  }
  if (error != 0) {
    close_poller(poller);
    return error;
  }
  poller->entries[0] = (struct pollfd){.fd = poller->wake.ends[0], .events = POLLIN};
  poller->count = 1;
  *out = poller;
  return 0;
}

const struct jev_poller_ops jev_poller_poll = {
    .kind = {.code = JEV_ENGINE_POLL,
             .features = JEV_FEATURE_FDS | EARLY_CLOSE,
             .status = status,
             .check = check},
    .open = open_poller,
    .set = set,
    .closing = closing,
    .wait = wait_ready,
    .wake = wake,
    .rebuild = rebuild,
    .close = close_poller,
};

#endif
