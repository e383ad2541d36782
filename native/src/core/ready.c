/* See ready.h. */
#include "core/ready.h"

#include "core/stream.h"

void jev_unwatched(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(error < 0 && jev_slot_has(slot, SLOT_ATTACHED) && slot->detaching == 0);
  slot->registered = 0;
  if (slot->polled != 0) {
    slot->polled = 0;
    jev_complete(ring, JEV_READY, number, error);
  } else {
    jev_stream_ready(ring, number, JEV_READ | JEV_WRITE); /* the operation itself will meet it */
    jev_mark_dirty(reactor, number);                      /* if not, it is watched once more */
  }
}

void jev_watch_refused(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_slot *slot = jev_slot_of(ring->reactor, number);
  if (slot->polled != 0) {
    jev_unwatched(ring, number, error);
    return;
  }
  slot->registered = 0;
  jev_stream_refused(ring, number, error);
}

void jev_report(struct jev_ring *ring, const struct jev_ready *ready) {
  struct jev_reactor *reactor = ring->reactor;
  uint32_t number = (uint32_t)ready->token;
  struct jev_slot *slot = number < reactor->slot_count ? &reactor->slots[number] : NULL;
  if (slot == NULL || slot->registered == 0 || jev_token(slot, number) != ready->token) {
    reactor->orphaned = true;
    return;
  }
  jev_assert(jev_slot_has(slot, SLOT_ATTACHED) && slot->detaching == 0);
  if (ready->error != 0) {
    jev_watch_refused(ring, number, ready->error);
    return;
  }
  jev_assert(ready->mask != 0 && (ready->mask & ~(uint32_t)(JEV_READ | JEV_WRITE | JEV_CLOSED)) == 0);
  if (slot->polled == 0) {
    jev_stream_ready(ring, number, ready->mask);
    return;
  }
  uint32_t mask = ready->mask & slot->polled;
  if (mask == 0) {
    mask = slot->polled & (uint32_t)~JEV_ET; /* an error, and neither reading nor writing is asked for */
  }
  jev_assert(mask != 0 && !jev_slot_has(slot, SLOT_STREAM));
  jev_complete(ring, JEV_READY, number, (int32_t)mask);
  if (jev_slot_has(slot, SLOT_POLL_ONCE)) {
    slot->polled = 0;
    jev_mark_dirty(reactor, number);
  }
}
