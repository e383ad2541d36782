/*
 * poll on POSIX systems.
 *
 * Traps handled here: a peer's close is not reported before its data is read, except where there is
 * POLLRDHUP. Where ppoll is missing time-outs are milliseconds, rounded up. Regular files are always ready.
 */
#include <errno.h>
#include <limits.h>
#include <time.h>

#include "core/poller.h"
#include "core/system.h"
#include "pollers/array.h"

enum { MILLISECOND = 1000000 };

#if defined(POLLRDHUP)
#define EARLY_CLOSE JEV_FEATURE_EARLY_CLOSE
#define HUNG_UP POLLRDHUP
#else
#define EARLY_CLOSE 0
#define HUNG_UP 0
#endif

static int32_t status(void) { return 0; }

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

static int32_t wait_kernel(struct jev_poller *poller, int64_t timeout) {
#if !defined(__APPLE__) && !defined(__NetBSD__) && !defined(__sun)
  const struct timespec limit = jev_timespec_of(timeout);
  int found = ppoll(poller->entries, poller->count, timeout < 0 ? NULL : &limit, NULL);
#else
  int64_t milliseconds = timeout / MILLISECOND + (timeout % MILLISECOND > 0 ? 1 : 0);
  int limit = timeout < 0 ? -1 : milliseconds < INT_MAX ? (int)milliseconds : INT_MAX;
  int found = poll(poller->entries, poller->count, limit);
#endif
  return found < 0 ? -errno : found;
}

static const struct jev_array_system SYSTEM = {.wait = wait_kernel, .events = events_of, .mask = mask_of};

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  return jev_array_open(out, counters, &SYSTEM);
}

const struct jev_poller_ops jev_poller_poll = {
    .kind = {.code = JEV_ENGINE_POLL,
             .name = "poll",
             .features = JEV_FEATURE_FDS | EARLY_CLOSE,
             .status = status,
             .check = jev_is_open},
    .open = open_poller,
    .set = jev_array_set,
    .closing = jev_array_closing,
    .wait = jev_array_wait,
    .wake = jev_array_wake,
    .recreate = jev_array_recreate,
    .close = jev_array_close,
};
