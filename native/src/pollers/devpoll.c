/*
 * /dev/poll (Solaris and illumos). Changes are collected and written at once before the wait. Time-outs in
 * milliseconds, rounded up. The wake-up is a pipe.
 *
 * Traps handled here: events that are written add to those a descriptor has, so that POLLREMOVE goes before
 * them. Results carry a number, which is looked up in a table. The set is keyed by numbers and not by files:
 * a closed descriptor stays in it and reports POLLNVAL for ever. Once the number is used again it reports
 * another file, so it must be removed. Writing the number of a closed descriptor is no error: POLLNVAL
 * reports it later. A wait for more results than the process may have descriptors is refused (EINVAL).
 */
#include "core/poller.h"

#if defined(JEV_HAS_DEVPOLL)
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/devpoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "pollers/wake.h"
#include "pollers/watches.h"

enum { FIRST_RESULTS = 64, MILLISECOND = 1000000, IN_SET = 1, PER_CHANGE = 2 };

struct jev_poller {
  int device;
  int capacity;
  struct pollfd *results;
  int32_t change_capacity;
  struct pollfd *changes;
  struct jev_watches watches;
  struct jev_wake pipe;
  struct jev_header *counters;
};

static int open_device(void) { return open("/dev/poll", O_RDWR | O_CLOEXEC); }

static int32_t status(void) {
  int fd = open_device();
  if (fd < 0) {
    return -errno;
  }
  close(fd);
  return 0;
}

static int32_t check(int32_t fd) {
  return fcntl(fd, F_GETFD) < 0 ? -errno : status(); /* what is open can be watched */
}

static int32_t write_changes(int device, const struct pollfd *changes, int32_t count) {
  const size_t bytes = (size_t)count * sizeof *changes;
  ssize_t written;
  do {
    written = write(device, changes, bytes);
  } while (written < 0 && errno == EINTR);
  return written == (ssize_t)bytes ? 0 : written < 0 ? -errno : -EIO;
}

static int32_t watch_wake(const struct jev_poller *poller, int device) {
  const struct pollfd change = {.fd = poller->pipe.ends[0], .events = POLLIN};
  return write_changes(device, &change, 1);
}

static void close_poller(struct jev_poller *poller) {
  if (poller->device >= 0) {
    close(poller->device);
  }
  jev_wake_close(&poller->pipe);
  jev_watches_close(&poller->watches);
  free(poller->results);
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
  poller->capacity = FIRST_RESULTS;
  poller->results = calloc(FIRST_RESULTS, sizeof *poller->results);
  poller->device = open_device();
  int32_t result = poller->results == NULL ? -ENOMEM : poller->device < 0 ? -errno : 0;
  if (result == 0) {
    result = jev_wake_open(&poller->pipe);
  }
  if (result == 0) {
    result = watch_wake(poller, poller->device);
  }
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
    watch->pending = IN_SET;
  }
  return error;
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)old;
  if (jev_watch_of(&poller->watches, fd) != NULL) {
    set(poller, fd, 0, 0, 0, false); /* the number stays in the set until it is removed */
  }
}

static short events_of(uint32_t mask) {
  return (short)(((mask & JEV_READ) != 0 ? POLLIN : 0) | ((mask & JEV_WRITE) != 0 ? POLLOUT : 0));
}

static uint32_t mask_of(int events) {
  if ((events & (POLLERR | POLLHUP)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & POLLIN) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & POLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0);
}

static int32_t add_changes(struct jev_poller *poller, int32_t fd, int32_t count) {
  struct jev_watch *watch = jev_watch_of(&poller->watches, fd);
  jev_assert(count + PER_CHANGE <= poller->change_capacity);
  if (watch->known != 0) {
    jev_assert(poller->watches.known_count > 0);
    poller->changes[count++] = (struct pollfd){.fd = fd, .events = POLLREMOVE};
    poller->watches.known_count--;
  }
  watch->known = watch->wanted != 0 ? IN_SET : 0;
  if (watch->known != 0) {
    poller->changes[count++] = (struct pollfd){.fd = fd, .events = events_of(watch->wanted)};
    poller->watches.known_count++;
  }
  watch->pending = 0;
  jev_assert(poller->watches.known_count <= poller->watches.count);
  return count;
}

static bool make_room(struct jev_poller *poller, int32_t count) {
  if (count <= poller->change_capacity) {
    return true;
  }
  struct pollfd *changes = realloc(poller->changes, (size_t)count * sizeof *changes);
  if (changes == NULL) {
    return false;
  }
  poller->changes = changes;
  poller->change_capacity = count;
  return true;
}

static int32_t submit_changes(struct jev_poller *poller) {
  if (jev_watches_listed(&poller->watches) == 0) {
    return 0;
  }
  if (!make_room(poller, PER_CHANGE * jev_watches_listed(&poller->watches))) {
    return -ENOMEM;
  }
  int32_t count = 0;
  for (int32_t fd = jev_watch_unlist(&poller->watches); fd >= 0; fd = jev_watch_unlist(&poller->watches)) {
    count = add_changes(poller, fd, count);
  }
  if (count == 0) {
    return 0;
  }
  poller->counters->syscalls++;
  return write_changes(poller->device, poller->changes, count);
}

/* ---- waiting ---- */

/* Never early: rounded up, and what is too long to be said is cut. */
static int milliseconds(int64_t timeout) {
  if (timeout < 0) {
    return -1;
  }
  int64_t rounded = timeout / MILLISECOND + (timeout % MILLISECOND != 0 ? 1 : 0);
  return rounded < INT_MAX ? (int)rounded : INT_MAX;
}

static int wait_kernel(struct jev_poller *poller, int max, int64_t timeout) {
  struct dvpoll wanted = {
      .dp_fds = poller->results, .dp_nfds = (nfds_t)max, .dp_timeout = milliseconds(timeout)};
  poller->counters->waits++;
  poller->counters->syscalls++;
  return ioctl(poller->device, DP_POLL, &wanted);
}

static void take(struct jev_poller *poller, int found, struct jev_results *results) {
  for (int i = 0; i < found; i++) {
    const struct pollfd *result = &poller->results[i];
    struct jev_watch *watch = jev_watch_of(&poller->watches, result->fd);
    if (result->fd == poller->pipe.ends[0]) {
      poller->counters->syscalls++;
      jev_wake_drain(&poller->pipe);
    } else if (watch == NULL || watch->wanted == 0) {
      continue;
    } else if ((result->revents & POLLNVAL) != 0) {
      jev_results_refused(&poller->watches, results, watch, -EBADF);
      watch->pending = IN_SET;
      jev_watch_list(&poller->watches, result->fd);
    } else {
      jev_results_ready(&poller->watches, results, watch, mask_of(result->revents));
    }
  }
}

static void grow(struct jev_poller *poller) {
  struct pollfd *results = realloc(poller->results, 2 * (size_t)poller->capacity * sizeof *results);
  if (results != NULL) {
    poller->results = results;
    poller->capacity *= 2;
  }
}

static int min(int a, int b) { return a < b ? a : b; }

static int32_t wait_ready(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  int32_t error = submit_changes(poller);
  if (error != 0) {
    return error;
  }
  int limit = min(max, min(poller->capacity, poller->watches.known_count + 1));
  int found = wait_kernel(poller, limit, timeout);
  if (found < 0) {
    return -errno;
  }
  struct jev_results results = jev_results_of(&poller->watches, out);
  take(poller, found, &results);
  jev_assert(found <= limit && results.count <= found);
  if (found > 0 && found == poller->capacity) {
    grow(poller);
  }
  return results.count;
}

static int32_t wake(struct jev_poller *poller) { return jev_wake_up(&poller->pipe); }

static int32_t recreate(struct jev_poller *poller) {
  int replacement = open_device();
  if (replacement < 0) {
    return -errno;
  }
  int32_t result = watch_wake(poller, replacement);
  if (result != 0) {
    close(replacement);
    return result;
  }
  close(poller->device);
  poller->device = replacement;
  jev_watches_clear(&poller->watches);
  return 0;
}

const struct jev_poller_ops jev_poller_devpoll = {
    .kind = {.code = JEV_ENGINE_DEVPOLL,
             .name = "devpoll",
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
