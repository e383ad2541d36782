/* See held.h. */
#include "core/held.h"

#include <stdlib.h>
#include <string.h>

#include "core/jev_assert.h"
#include "jevent.h"

static bool has_room(struct jev_holdings *all, uint32_t slot) {
  if (slot < all->slot_count) {
    return true;
  }
  uint32_t count = slot < 32 ? 64 : 2 * slot;
  jev_assert(count > slot && count > all->slot_count);
  struct jev_held **more = realloc(all->by_slot, count * sizeof(void *));
  if (more == NULL) {
    return false;
  }
  memset(more + all->slot_count, 0, (count - all->slot_count) * sizeof(void *));
  all->by_slot = more;
  all->slot_count = count;
  return true;
}

struct jev_held *jev_hold(struct jev_holdings *all, uint32_t slot, bool accepts) {
  if (!has_room(all, slot)) {
    return NULL;
  }
  struct jev_held *held = all->by_slot[slot];
  if (held == NULL) {
    held = calloc(1, sizeof *held);
    if (held != NULL) {
      held->slot = slot;
      held->accepts = accepts;
      all->by_slot[slot] = held;
    }
  }
  jev_assert(held == NULL || held->slot == slot);
  return held;
}

bool jev_held_append(struct jev_held *held, const void *bytes, uint32_t count) {
  jev_assert(held->start <= held->size && !held->ended);
  jev_assert(!held->accepts || count % sizeof(int32_t) == 0);
  if (held->size + count > held->capacity) {
    uint32_t capacity = 2 * (held->size + count);
    uint8_t *more = realloc(held->bytes, capacity);
    if (more == NULL) {
      return false;
    }
    held->bytes = more;
    held->capacity = capacity;
  }
  jev_assert(held->size + count <= held->capacity);
  memcpy(held->bytes + held->size, bytes, count);
  held->size += count;
  return true;
}

struct jev_held *jev_held_of(const struct jev_holdings *all, uint32_t slot) {
  return slot < all->slot_count ? all->by_slot[slot] : NULL;
}

void jev_held_queue(struct jev_holdings *all, uint32_t slot) {
  struct jev_held *held = jev_held_of(all, slot);
  if (held == NULL || held->queued) {
    return;
  }
  jev_assert((all->first == NULL) == (all->last == NULL));
  jev_assert((all->first == NULL) == (all->queued_count == 0));
  jev_assert(all->last == NULL || all->last->next == NULL);
  held->queued = true;
  held->previous = all->last;
  held->next = NULL;
  *(all->last == NULL ? &all->first : &all->last->next) = held;
  all->last = held;
  all->queued_count++;
}

static void unlink_queued(struct jev_holdings *all, struct jev_held *held) {
  jev_assert(held->queued && all->queued_count > 0);
  jev_assert(held->previous == NULL ? all->first == held : held->previous->next == held);
  jev_assert(held->next == NULL ? all->last == held : held->next->previous == held);
  *(held->previous == NULL ? &all->first : &held->previous->next) = held->next;
  *(held->next == NULL ? &all->last : &held->next->previous) = held->previous;
  held->queued = false;
  all->queued_count--;
}

struct jev_held *jev_held_next(struct jev_holdings *all) {
  struct jev_held *held = all->first;
  if (held != NULL) {
    unlink_queued(all, held);
  }
  return held;
}

void jev_held_drop(struct jev_holdings *all, uint32_t slot) {
  struct jev_held *held = jev_held_of(all, slot);
  if (held == NULL) {
    return;
  }
  if (held->queued) {
    unlink_queued(all, held);
  }
  jev_assert(held->slot == slot && held->start <= held->size);
  jev_assert(!held->accepts || (held->size - held->start) % sizeof(int32_t) == 0);
  all->by_slot[slot] = NULL;
  for (; held->accepts && held->start < held->size; held->start += (uint32_t)sizeof(int32_t)) {
    int32_t fd;
    memcpy(&fd, held->bytes + held->start, sizeof fd);
    jev_close(fd);
  }
  free(held->bytes);
  free(held);
}

void jev_holdings_close(struct jev_holdings *all) {
  for (uint32_t slot = 0; slot < all->slot_count; slot++) {
    jev_held_drop(all, slot);
  }
  jev_assert(all->first == NULL && all->last == NULL && all->queued_count == 0);
  free((void *)all->by_slot);
}
