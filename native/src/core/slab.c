/*
 * The receive buffers of a ring. Small payloads share a buffer, so that a batch of them touches little
 * memory.
 */
#include "core/slab.h"

#include <errno.h>
#include <stdlib.h>

#include "core/jev_assert.h"

enum { ALIGNMENT = 64 };

void jev_slab_check(const struct jev_slab *slab) {
#if JEV_ASSERTS
  uint32_t lent = 0;
  uint32_t in_use = 0;
  for (uint32_t i = 0; i < slab->count; i++) {
    lent += slab->is_lent[i];
    in_use += i < slab->shared_first && (slab->is_lent[i] != 0 || slab->retained[i] != 0) ? 1 : 0;
  }
  jev_assert(lent == slab->lent_count);
  jev_assert(slab->free_count + in_use == slab->shared_first);
  for (uint32_t i = 0; i < slab->free_count; i++) {
    jev_assert(slab->free[i] < slab->shared_first);
    jev_assert(slab->is_lent[slab->free[i]] == 0 && slab->retained[slab->free[i]] == 0);
  }
#else
  (void)slab;
#endif
}

int32_t jev_slab_open(struct jev_slab *slab, uint8_t *base, uint32_t count, uint32_t size) {
  slab->base = base;
  slab->size = size;
  slab->count = count;
  slab->current = count;
  slab->free = calloc(count, sizeof *slab->free);
  slab->lent = calloc(count, sizeof *slab->lent);
  slab->is_lent = calloc(count, sizeof *slab->is_lent);
  slab->retained = calloc(count, sizeof *slab->retained);
  if (slab->free == NULL || slab->lent == NULL || slab->is_lent == NULL || slab->retained == NULL) {
    jev_slab_close(slab);
    return -ENOMEM;
  }
  for (uint32_t i = 0; i < count; i++) {
    slab->free[i] = count - 1 - i;
  }
  slab->free_count = count;
  slab->shared_first = count;
  return 0;
}

void jev_slab_share(struct jev_slab *slab, uint32_t shared_first, void (*give_back)(void *, uint32_t),
                    void *owner) {
  jev_assert(shared_first <= slab->count && give_back != NULL);
  jev_assert(slab->current == slab->count && slab->lent_count == 0);
  for (uint32_t i = 0; i < shared_first; i++) {
    slab->free[i] = shared_first - 1 - i;
  }
  slab->free_count = shared_first;
  slab->shared_first = shared_first;
  slab->give_back = give_back;
  slab->owner = owner;
}

void jev_slab_lend(struct jev_slab *slab, uint32_t buffer) {
  jev_assert(buffer >= slab->shared_first && buffer < slab->count);
  if (slab->is_lent[buffer] == 0) {
    jev_assert(slab->lent_count < slab->count);
    slab->is_lent[buffer] = 1;
    slab->lent[slab->lent_count++] = buffer;
  }
}

static void give_back(struct jev_slab *slab, uint32_t buffer) {
  jev_assert(slab->is_lent[buffer] == 0 && slab->retained[buffer] == 0);
  if (buffer < slab->shared_first) {
    jev_assert(slab->free_count < slab->shared_first);
    slab->free[slab->free_count++] = buffer;
  } else {
    slab->give_back(slab->owner, buffer);
  }
}

void jev_slab_close(struct jev_slab *slab) {
  free(slab->free);
  free(slab->lent);
  free(slab->is_lent);
  free(slab->retained);
  slab->free = NULL;
  slab->lent = NULL;
  slab->is_lent = NULL;
  slab->retained = NULL;
}

void jev_slab_recycle(struct jev_slab *slab) {
  for (uint32_t i = slab->lent_count; i > 0; i--) {
    uint32_t buffer = slab->lent[i - 1];
    jev_assert(buffer < slab->count && slab->is_lent[buffer] != 0);
    slab->is_lent[buffer] = 0;
    if (slab->retained[buffer] == 0) {
      give_back(slab, buffer);
    }
  }
  slab->lent_count = 0;
  slab->current = slab->count;
}

void jev_slab_retain(struct jev_slab *slab, int64_t buffer) {
  if (buffer >= 0 && buffer < slab->count && slab->is_lent[buffer] != 0) {
    slab->retained[buffer]++;
  }
}

bool jev_slab_retains(const struct jev_slab *slab, int64_t buffer) {
  return buffer >= 0 && buffer < slab->count && slab->retained[buffer] != 0;
}

int32_t jev_slab_release(struct jev_slab *slab, int64_t buffer) {
  if (!jev_slab_retains(slab, buffer)) {
    return -EINVAL;
  }
  if (--slab->retained[buffer] == 0) {
    give_back(slab, (uint32_t)buffer);
  }
  return 0;
}

void jev_slab_next(struct jev_slab *slab) {
  jev_assert(slab->free_count > 0);
  slab->current = slab->free[--slab->free_count];
  jev_assert(slab->current < slab->shared_first && slab->is_lent[slab->current] == 0);
  jev_assert(slab->retained[slab->current] == 0 && slab->lent_count < slab->count);
  slab->lent[slab->lent_count++] = slab->current;
  slab->is_lent[slab->current] = 1;
  slab->offset = 0;
}

uint32_t jev_slab_contiguous(const struct jev_slab *slab, uint32_t max) {
  uint32_t count = 0;
  while (count < max && count < slab->free_count &&
         slab->free[slab->free_count - 1 - count] == slab->current + 1 + count) {
    count++;
  }
  return count;
}

uint8_t *jev_slab_reserve(struct jev_slab *slab, uint32_t min, uint32_t wish, uint32_t max, uint32_t *got) {
  jev_assert(min <= wish && wish <= max);
  uint32_t wanted = max < slab->size ? max : slab->size;
  uint32_t wished = wish < slab->size ? wish : slab->size;
  bool open = slab->current < slab->count;
  uint32_t left = open ? slab->size - slab->offset : 0;
  if (left < wished && slab->free_count > 0) {
    jev_slab_next(slab);
    left = slab->size;
  }
  if (left < min) {
    return NULL;
  }
  *got = left < wanted ? left : wanted;
  jev_assert(slab->offset + *got <= slab->size);
  return slab->base + (size_t)slab->current * slab->size + slab->offset;
}

int64_t jev_slab_commit(struct jev_slab *slab, uint32_t used, uint32_t *buffer) {
  jev_assert(slab->current < slab->shared_first && slab->is_lent[slab->current] != 0);
  jev_assert(used <= slab->size - slab->offset);
  int64_t start = (int64_t)slab->current * slab->size + slab->offset;
  uint32_t rounded = (used + ALIGNMENT - 1) & ~(uint32_t)(ALIGNMENT - 1);
  uint32_t left = slab->size - slab->offset;
  slab->offset += rounded < left ? rounded : left;
  jev_assert(slab->offset <= slab->size && slab->offset >= used);
  *buffer = slab->current;
  return start;
}

bool jev_slab_exhausted(const struct jev_slab *slab) {
  return slab->free_count == 0 && slab->lent_count == 0;
}
