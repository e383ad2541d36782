/*
 * epoll (Linux). Time-outs in nanoseconds through epoll_pwait2 (5.11); before that, and where a sandbox
 * forbids it, through a timerfd. The wake-up is an eventfd that is watched edge-triggered and read only when
 * its counter is full: each write is an edge.
 *
 * Traps handled here: a registration belongs to the open file, not to the number. After close() of a
 * duplicated descriptor it lives on (recreate). A number may come to refer to an unregistered file (ENOENT)
 * or one that is registered already (EEXIST). Files that are always ready are refused (EPERM). On x86-64
 * struct epoll_event is packed.
 */
#include "core/poller.h"

#if defined(JEV_HAS_EPOLL)
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "posix/eventfd.h"

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

enum { FIRST_EVENTS = 64 };

/* Tokens of ours; those of the reactor are smaller. */
#define WAKE_TOKEN UINT64_MAX
#define TIMER_TOKEN (UINT64_MAX - 1)

struct jev_poller {
  int epoll;
  int wake;
  int timer;  /* -1: epoll_pwait2 is there */
  bool armed; /* the timer */
  int capacity;
  struct epoll_event *events;
  struct jev_header *counters;
};

static int32_t status(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) {
    return -errno;
  }
  close(fd);
  return 0;
}

static int32_t check(int32_t fd) {
  if (fcntl(fd, F_GETFD) < 0) {
    return -errno; /* else the probe may get that very number */
  }
  int probe = epoll_create1(EPOLL_CLOEXEC);
  if (probe < 0) {
    return -errno;
  }
  struct epoll_event event = {.events = EPOLLIN};
  int32_t result = epoll_ctl(probe, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
  close(probe);
  return result;
}

static int32_t watch_internal(int epoll, int fd, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = token};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

static int32_t open_timer(struct jev_poller *poller) {
  poller->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return poller->timer < 0 ? -errno : watch_internal(poller->epoll, poller->timer, TIMER_TOKEN);
}

static int pwait2(const struct jev_poller *poller, const struct jev_limit *limit, int max) {
  return (int)syscall(SYS_epoll_pwait2, (long)poller->epoll, poller->events, (long)max, limit, NULL, 0L);
}

static bool has_pwait2(const struct jev_poller *poller) {
  const struct jev_limit at_once = {0};
  return pwait2(poller, &at_once, 1) >= 0;
}

static void close_poller(struct jev_poller *poller) {
  if (poller->epoll >= 0) {
    close(poller->epoll);
  }
  if (poller->wake >= 0) {
    close(poller->wake);
  }
  if (poller->timer >= 0) {
    close(poller->timer);
  }
  free(poller->events);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->timer = -1;
  poller->wake = -1;
  poller->capacity = FIRST_EVENTS;
  poller->events = calloc(FIRST_EVENTS, sizeof *poller->events);
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  int32_t result = poller->events == NULL ? -ENOMEM : poller->epoll < 0 ? -errno : 0;
  if (result == 0) {
    poller->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    result = poller->wake < 0 ? -errno : watch_internal(poller->epoll, poller->wake, WAKE_TOKEN);
  }
  if (result == 0 && ((flags & JEV_CREATE_TIMERFD) != 0 || !has_pwait2(poller))) {
    result = open_timer(poller);
  }
  if (result != 0) {
    close_poller(poller);
    return result;
  }
  *out = poller;
  return 0;
}

static uint32_t events_of(uint32_t mask) {
  return ((mask & JEV_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
         ((mask & JEV_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0) |
         ((mask & JEV_CLOSED) != 0 ? (uint32_t)EPOLLRDHUP : 0) |
         ((mask & JEV_ET) != 0 ? (uint32_t)EPOLLET : 0);
}

static uint32_t mask_of(uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & EPOLLIN) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & EPOLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0) |
         ((events & EPOLLRDHUP) != 0 ? (uint32_t)JEV_CLOSED : 0);
}

static int control(struct jev_poller *poller, int op, int32_t fd, struct epoll_event *event) {
  poller->counters->syscalls++;
  return epoll_ctl(poller->epoll, op, fd, event);
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  jev_assert(token < TIMER_TOKEN);
  struct epoll_event event = {.events = events_of(wanted), .data.u64 = token};
  if (wanted == 0) {
    if (old != 0 || renew) {
      control(poller, EPOLL_CTL_DEL, fd, &event); /* closed already, or another file: nothing to take back */
    }
    return 0;
  }
  int op = old == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (control(poller, op, fd, &event) == 0) {
    return 0;
  }
  if ((op == EPOLL_CTL_ADD && errno == EEXIST) || (op == EPOLL_CTL_MOD && errno == ENOENT)) {
    op = op == EPOLL_CTL_ADD ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (control(poller, op, fd, &event) == 0) {
      return 0;
    }
  }
  return -errno;
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)poller;
  (void)fd;
  (void)old; /* close() takes the registration with it, unless the file has other descriptors: see recreate */
}

/* Also withdraws an expiration that was reported already. */
static int set_timer(struct jev_poller *poller, int64_t timeout) {
  const struct itimerspec when = {.it_value = jev_timespec_of(timeout)};
  poller->armed = timeout > 0;
  poller->counters->syscalls++;
  return timerfd_settime(poller->timer, 0, &when, NULL);
}

static int wait_by_timer(struct jev_poller *poller, int64_t timeout, int max) {
  if ((timeout > 0 || (timeout < 0 && poller->armed)) && set_timer(poller, timeout > 0 ? timeout : 0) != 0) {
    return -1;
  }
  return epoll_wait(poller->epoll, poller->events, max, timeout == 0 ? 0 : -1);
}

static int wait_kernel(struct jev_poller *poller, int64_t timeout, int max) {
  poller->counters->waits++;
  poller->counters->syscalls++;
  if (poller->timer >= 0) {
    return wait_by_timer(poller, timeout, max);
  }
  const struct jev_limit limit = jev_limit_of(timeout);
  return pwait2(poller, timeout < 0 ? NULL : &limit, max);
}

static void grow(struct jev_poller *poller, int32_t max) {
  int capacity = poller->capacity;
  while (capacity < max) {
    capacity *= 2;
  }
  struct epoll_event *more = realloc(poller->events, (size_t)capacity * sizeof *more);
  if (more != NULL) {
    poller->events = more;
    poller->capacity = capacity;
  }
}

static int32_t wait(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  int limit = max < poller->capacity ? max : poller->capacity;
  jev_assert(limit > 0);
  int found = wait_kernel(poller, timeout, limit);
  jev_assert(found <= limit);
  if (found < 0) {
    return -errno;
  }
  int32_t count = 0;
  for (int i = 0; i < found; i++) {
    const struct epoll_event *event = &poller->events[i];
    if (event->data.u64 < TIMER_TOKEN) {
      out[count++] = (struct jev_ready){.token = event->data.u64, .mask = mask_of(event->events)};
    }
  }
  if (found == poller->capacity && poller->capacity < max) {
    grow(poller, poller->capacity + 1);
  }
  return count;
}

static int32_t wake(struct jev_poller *poller) { return jev_eventfd_signal(poller->wake); }

static int32_t recreate(struct jev_poller *poller) {
  int replacement = epoll_create1(EPOLL_CLOEXEC);
  if (replacement < 0) {
    return -errno;
  }
  int32_t result = watch_internal(replacement, poller->wake, WAKE_TOKEN);
  if (result == 0 && poller->timer >= 0) {
    result = watch_internal(replacement, poller->timer, TIMER_TOKEN);
  }
  if (result == 0) {
    int old = poller->epoll;
    poller->epoll = replacement;
    replacement = old;
  }
  close(replacement);
  return result;
}

const struct jev_poller_ops jev_poller_epoll = {
    .kind = {.code = JEV_ENGINE_EPOLL,
             .name = "epoll",
             .features = JEV_FEATURE_ET | JEV_FEATURE_O1 | JEV_FEATURE_EARLY_CLOSE,
             .status = status,
             .check = check},
    .open = open_poller,
    .set = set,
    .closing = closing,
    .wait = wait,
    .wake = wake,
    .recreate = recreate,
    .close = close_poller,
};
#endif
