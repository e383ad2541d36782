/*
 * The engines of this build, and what is known of them without a ring.
 */
#include <errno.h>

#include "poller.h"
#include "reactor.h"

/* The engine that a poller makes, through the reactor. */
#define ON_REACTOR(NAME)                                             \
  static int32_t open_##NAME(struct jev_ring *ring, int32_t flags) { \
    return jev_reactor_open(ring, &jev_poller_##NAME, flags);        \
  }                                                                  \
  static const struct jev_engine engine_##NAME = {                   \
      .kind = &jev_poller_##NAME.kind,                               \
      .open = open_##NAME,                                           \
      .enter = jev_reactor_enter,                                    \
      .wakeup = jev_reactor_wakeup,                                  \
      .close = jev_reactor_close,                                    \
  };

#if defined(JEV_HAS_EPOLL)
ON_REACTOR(epoll)
#endif
#if defined(JEV_HAS_URING)
ON_REACTOR(uring)
#endif
#if defined(JEV_HAS_KQUEUE)
ON_REACTOR(kqueue)
#endif
#if defined(JEV_HAS_EVPORT)
ON_REACTOR(evport)
#endif
#if defined(JEV_HAS_DEVPOLL)
ON_REACTOR(devpoll)
#endif
#if defined(JEV_HAS_IOCP)
ON_REACTOR(iocp)
#endif
#if defined(JEV_HAS_POLL)
ON_REACTOR(poll)
#endif
#if defined(JEV_HAS_SELECT)
ON_REACTOR(select)
#endif

static const struct jev_engine *const ENGINES[] = {
#if defined(JEV_HAS_EPOLL)
    &engine_epoll,
#endif
#if defined(JEV_HAS_URING)
    &engine_uring,
#endif
#if defined(JEV_HAS_KQUEUE)
    &engine_kqueue,
#endif
#if defined(JEV_HAS_EVPORT)
    &engine_evport,
#endif
#if defined(JEV_HAS_DEVPOLL)
    &engine_devpoll,
#endif
#if defined(JEV_HAS_IOCP)
    &engine_iocp,
#endif
#if defined(JEV_HAS_POLL)
    &engine_poll,
#endif
#if defined(JEV_HAS_SELECT)
    &engine_select,
#endif
    NULL};

const struct jev_engine *jev_engine_find(int32_t code) {
  for (size_t i = 0; ENGINES[i] != NULL; i++) {
    if (ENGINES[i]->kind->code == code) {
      return ENGINES[i];
    }
  }
  return NULL;
}

int32_t jev_engine_status(int32_t engine) {
  const struct jev_engine *found = jev_engine_find(engine);
  return found == NULL ? -ENOSYS : found->kind->status();
}

int32_t jev_engine_reason(int32_t engine, int64_t out, int32_t size) {
  const struct jev_engine *found = jev_engine_find(engine);
  if (found == NULL || found->kind->reason == NULL || out <= 0 || size <= 0) {
    return 0;
  }
  int length = found->kind->reason((char *)(intptr_t)out, (size_t)size); /* NOLINT */
  return length < size ? length : size - 1;
}

int32_t jev_engine_features(int32_t engine) {
  const struct jev_engine *found = jev_engine_find(engine);
  return found == NULL ? 0 : found->kind->features;
}

int32_t jev_engine_emulated(int32_t engine) {
  const struct jev_engine *found = jev_engine_find(engine);
  return found != NULL && found->kind->emulated ? 1 : 0;
}

int32_t jev_check(int32_t engine, int32_t fd) {
  const struct jev_engine *found = jev_engine_find(engine);
  return found == NULL ? -ENOSYS : found->kind->check(fd);
}
