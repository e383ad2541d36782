/*
 * The engines of this build, and what is known of them without a ring.
 */
#include "core/engines.h"

#include <errno.h>
#include <stddef.h>

static const struct jev_poller_ops *const ENGINES[] = {
#define POLLER(name) &jev_poller_##name,
#include "core/poller_list.h"
    NULL};

const struct jev_poller_ops *jev_engine_find(int32_t code) {
  for (size_t i = 0; ENGINES[i] != NULL; i++) {
    if (ENGINES[i]->kind.code == code) {
      return ENGINES[i];
    }
  }
  return NULL;
}

int32_t jev_engine_status(int32_t engine) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  return found == NULL ? -ENOSYS : found->kind.status();
}

int32_t jev_engine_reason(int32_t engine, int64_t out, int32_t size) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  if (found == NULL || found->kind.reason == NULL || out <= 0 || size <= 0) {
    return 0;
  }
  int length = found->kind.reason((char *)(intptr_t)out, (size_t)size); /* NOLINT */
  return length < size ? length : size - 1;
}

int32_t jev_engine_features(int32_t engine) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  return found == NULL ? 0 : found->kind.features;
}

int32_t jev_engine_emulated(int32_t engine) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  return found != NULL && found->kind.emulated ? 1 : 0;
}

int32_t jev_check(int32_t engine, int32_t fd) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  return found == NULL ? -ENOSYS : found->kind.check(fd);
}
