/* See hold.h. */
#include "core/hold.h"

#include <errno.h>
#include <string.h>

static bool wants_data(const struct jev_slot *slot) {
  return jev_slot_has(slot, SLOT_RECEIVING | SLOT_ACCEPTING) && slot->detaching == 0;
}

/* ---- holding ---- */

static struct jev_held *held_for(struct jev_reactor *reactor, uint32_t number, bool accepts) {
  jev_assert(reactor->completion != NULL);
  jev_assert(jev_slot_has(jev_slot_of(reactor, number), SLOT_ATTACHED));
  jev_assert(jev_slot_of(reactor, number)->detaching == 0);
  struct jev_held *held = jev_hold(&reactor->held, number, accepts);
  if (held != NULL) {
    jev_assert(held->accepts == accepts && !held->ended);
    jev_slot_of(reactor, number)->held = 1;
  }
  return held;
}

static void held_more(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->reactor;
  jev_mark_dirty(reactor, number);
  if (wants_data(jev_slot_of(reactor, number))) {
    jev_held_queue(&reactor->held, number);
    ring->header->more = 1;
  }
}

/* There is no memory for what has arrived: data that follows would leave a gap. */
static void drop_data(struct jev_ring *ring, uint32_t number, struct jev_held *held) {
  struct jev_slot *slot = jev_slot_of(ring->reactor, number);
  jev_assert(slot->data_dropped == 0 && slot->detaching == 0);
  slot->data_dropped = 1;
  if (held != NULL) {
    held->ended = true;
    held->result = -ENOMEM;
    held_more(ring, number);
  } else if (jev_slot_has(slot, SLOT_RECEIVING)) {
    jev_end_receiving(ring, number, -ENOMEM);
  }
}

void jev_hold_bytes(struct jev_ring *ring, uint32_t number, const uint8_t *bytes, uint32_t count) {
  jev_assert(count > 0);
  struct jev_held *held = held_for(ring->reactor, number, false);
  if (held == NULL || !jev_held_append(held, bytes, count)) {
    drop_data(ring, number, held);
  } else {
    held_more(ring, number);
  }
}

void jev_hold_end(struct jev_ring *ring, uint32_t number, int32_t result) {
  jev_assert(result <= 0);
  struct jev_held *held = held_for(ring->reactor, number, false);
  if (held != NULL) {
    held->ended = true;
    held->result = result;
    held_more(ring, number);
  } else if (result != 0) { /* else the end will be found again */
    drop_data(ring, number, NULL);
  }
}

void jev_hold_connection(struct jev_ring *ring, uint32_t number, int32_t fd) {
  struct jev_held *held = held_for(ring->reactor, number, true);
  if (held == NULL || !jev_held_append(held, &fd, sizeof fd)) {
    jev_close(fd);
    return;
  }
  held_more(ring, number);
}

/* ---- delivering ---- */

bool jev_complete_accepted(struct jev_ring *ring, uint32_t number, int32_t fd,
                           const struct jev_address *peer) {
  uint32_t room;
  const uint32_t size = sizeof(struct jev_address);
  jev_assert(fd >= 0 && jev_slot_has(jev_slot_of(ring->reactor, number), SLOT_ACCEPTING));
  uint8_t *target = jev_slab_reserve(&ring->slab, size, size, size, &room);
  if (target == NULL) {
    return false;
  }
  if (peer != NULL) {
    memcpy(target, peer, size);
  } else {
    ring->header->syscalls++;
    if (jev_peer_address(fd, (int64_t)(uintptr_t)target) != 0) {
      memset(target, 0, size); /* gone already: its first read will say so */
    }
  }
  uint32_t buffer;
  struct jev_completion *out = jev_complete(ring, JEV_ACCEPTED, number, fd);
  out->value = jev_slab_commit(&ring->slab, size, &buffer);
  out->aux = buffer;
  return true;
}

static void complete_bytes(struct jev_ring *ring, struct jev_held *held) {
  uint32_t left = held->size - held->start;
  uint32_t limit = jev_slot_of(ring->reactor, held->slot)->limit;
  uint32_t wish = left < limit ? left : limit;
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, 1, wish, wish, &room);
  if (target == NULL) {
    return;
  }
  jev_assert(room > 0 && room <= wish);
  memcpy(target, held->bytes + held->start, room);
  held->start += room;
  uint32_t buffer;
  struct jev_completion *out = jev_complete(ring, JEV_RECEIVED, held->slot, (int32_t)room);
  out->value = jev_slab_commit(&ring->slab, room, &buffer);
  out->aux = buffer;
  jev_received(ring->reactor, held->slot);
}

static void complete_connections(struct jev_ring *ring, struct jev_held *held) {
  while (held->start < held->size && jev_room(ring) >= JEV_PER_RESULT) {
    int32_t fd;
    memcpy(&fd, held->bytes + held->start, sizeof fd);
    if (!jev_complete_accepted(ring, held->slot, fd, NULL)) {
      return;
    }
    held->start += (uint32_t)sizeof fd;
  }
}

/* True when nothing of it is left. */
static bool deliver(struct jev_ring *ring, struct jev_held *held) {
  jev_assert(jev_slot_of(ring->reactor, held->slot)->received == 0);
  if (held->accepts) {
    complete_connections(ring, held);
  } else if (held->start < held->size) {
    complete_bytes(ring, held);
  } else if (held->ended) {
    jev_end_receiving(ring, held->slot, held->result);
    held->ended = false;
  }
  return held->start == held->size && !held->ended;
}

void jev_deliver_held(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_holdings *all = &reactor->held;
  for (uint32_t left = all->queued_count; left > 0; left--) {
    struct jev_held *held = jev_held_next(all);
    jev_assert(held != NULL && held == jev_held_of(all, held->slot));
    uint32_t number = held->slot;
    struct jev_slot *slot = jev_slot_of(reactor, number);
    jev_assert(jev_slot_has(slot, SLOT_ATTACHED) && slot->held != 0);
    if (!wants_data(slot)) {
      continue; /* it is queued again when the slot's interest changes */
    }
    bool now = slot->received == 0 && jev_room(ring) >= JEV_PER_RESULT;
    if (now && deliver(ring, held)) {
      slot->held = 0;
      jev_held_drop(all, number);
      jev_mark_dirty(reactor, number);
    } else {
      jev_held_queue(all, number);
      ring->header->more = slot->received != 0 ? 1 : ring->header->more;
    }
  }
}
