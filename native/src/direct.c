/*
 * What a reactor leaves to the system where that carries operations out itself: receiving and accepting here,
 * connecting and sending in direct_send.c.
 *
 * The contract stays: one RECEIVED for a slot in a jev_enter, of at most its limit, and none after it was
 * stopped. What has come beyond that is held, copied out of the system's buffers, and told as soon as it is
 * wanted.
 */
#include "direct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_PIECE = 2048 };

int32_t jev_backend_open(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  if (reactor->ops->backend == NULL) {
    return 0;
  }
  struct jev_backend *backend = calloc(1, sizeof *backend);
  if (backend == NULL) {
    return -ENOMEM;
  }
  backend->ops = reactor->ops->backend;
  reactor->backend = backend;
  if (backend->ops->receive == NULL) {
    return 0;
  }
  int32_t error = backend->ops->attach_slab(reactor->poller, &ring->slab);
  backend->receives = error == 0 && backend->ops->has_buffers(reactor->poller);
  return error;
}

void jev_backend_close(struct jev_reactor *reactor) {
  struct jev_backend *backend = reactor->backend;
  if (backend == NULL) {
    return;
  }
  jev_holdings_close(&backend->held);
  free(backend);
}

/* ---- what is under way in the system ---- */

bool jev_backend_reads(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  if (reactor->backend == NULL || slot->by_readiness != 0) {
    return false;
  }
  if ((slot->flags & SLOT_ACCEPTING) != 0) {
    return (slot->flags & SLOT_NOT_SOCKET) == 0;
  }
  return reactor->backend->receives && (slot->flags & SLOT_RECEIVING) != 0 &&
         (slot->flags & (SLOT_DATAGRAMS | SLOT_NOT_SOCKET | SLOT_BULK)) == 0;
}

bool jev_backend_watches_receives(const struct jev_reactor *reactor) {
  return reactor->backend != NULL && reactor->backend->ops->watches_receives;
}

bool jev_backend_prepared(const struct jev_reactor *reactor) {
  return reactor->backend != NULL && reactor->backend->ops->prepared != NULL &&
         reactor->backend->ops->prepared(reactor->poller);
}

/* Somebody does. */
static bool wants_data(const struct jev_slot *slot) {
  return (slot->flags & (SLOT_RECEIVING | SLOT_ACCEPTING)) != 0 && slot->detaching == 0;
}

static int32_t arm(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  const struct jev_completion_ops *ops = reactor->backend->ops;
  uint64_t token = jev_token(slot, number);
  if ((slot->flags & SLOT_ACCEPTING) != 0) {
    return ops->accept(reactor->poller, slot->fd, token, (slot->flags & SLOT_ACCEPT_BLOCKING) != 0);
  }
  if (!ops->has_buffers(reactor->poller)) {
    return -ENOBUFS;
  }
  return ops->receive(reactor->poller, slot->fd, token, slot->limit < MIN_PIECE ? slot->limit : 0);
}

int32_t jev_backend_interest(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  if (slot->data_dropped != 0 && slot->held == 0 && (slot->flags & SLOT_RECEIVING) != 0) {
    return -ENOMEM;
  }
  if (slot->held != 0 && wants_data(slot)) {
    jev_held_queue(&reactor->backend->held, number);
  }
  bool wants = jev_backend_reads(reactor, slot) && slot->held == 0 && slot->detaching == 0 &&
               (slot->flags & (SLOT_WAITS_FOR_BUFFER | SLOT_CONNECTING)) == 0;
  if (wants && slot->armed == 0) {
    int32_t error = arm(reactor, number);
    if (error == -ENOBUFS) {
      jev_wait_for_buffer(reactor, number);
      return 0;
    }
    if (error == -EOPNOTSUPP) {
      slot->by_readiness = 1;
      return 0;
    }
    slot->armed = error == 0;
    slot->accepts = (slot->flags & SLOT_ACCEPTING) != 0;
    return error;
  }
  if (!wants && slot->armed != 0 && slot->stopping == 0) {
    reactor->backend->ops->cancel(reactor->poller, jev_token(slot, number), slot->accepts != 0);
    slot->stopping = 1;
  }
  return 0;
}

bool jev_backend_end(struct jev_reactor *reactor, uint32_t number, bool closes) {
  struct jev_slot *slot = &reactor->slots[number];
  const struct jev_completion_ops *ops = reactor->backend->ops;
  uint64_t token = jev_token(slot, number);
  bool waits = ops->cancel_all(reactor->poller, token, closes);
  if (slot->armed != 0 && slot->stopping == 0) {
    ops->cancel(reactor->poller, token, slot->accepts != 0);
    slot->stopping = 1;
  }
  slot->closing = closes ? ops->close(reactor->poller, slot->fd, token) : waits;
  if (closes && slot->closing == 0) {
    jev_close(slot->fd);
  }
  return slot->closing != 0 || slot->armed != 0;
}

/* ---- what has come ---- */

static struct jev_held *held_for(struct jev_reactor *reactor, uint32_t number, bool accepts) {
  struct jev_held *held = jev_hold(&reactor->backend->held, number, accepts);
  if (held != NULL) {
    reactor->slots[number].held = 1;
  }
  return held;
}

void jev_drop_held(struct jev_reactor *reactor, uint32_t number) {
  reactor->slots[number].held = 0;
  if (reactor->backend != NULL) {
    jev_held_drop(&reactor->backend->held, number);
  }
}

/* The system is asked for no more until this has been told. */
static void held_more(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  jev_mark_dirty(reactor, number);
  if (wants_data(&reactor->slots[number])) {
    jev_held_queue(&reactor->backend->held, number);
    ring->header->more = 1;
  }
}

/* There is no memory for what has come: whatever follows would leave a gap. */
static void drop_data(struct jev_ring *ring, uint32_t number, struct jev_held *held) {
  struct jev_slot *slot = &((struct jev_reactor *)ring->state)->slots[number];
  slot->data_dropped = 1;
  if (held != NULL) {
    held->ended = true;
    held->result = -ENOMEM;
    held_more(ring, number);
  } else if ((slot->flags & SLOT_RECEIVING) != 0) {
    jev_end_receiving(ring, number, -ENOMEM);
  }
}

static void hold_bytes(struct jev_ring *ring, uint32_t number, const uint8_t *bytes, uint32_t count) {
  struct jev_held *held = held_for(ring->state, number, false);
  if (held == NULL || !jev_held_append(held, bytes, count)) {
    drop_data(ring, number, held);
  } else {
    held_more(ring, number);
  }
}

static void hold_end(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_held *held = held_for(ring->state, number, false);
  if (held != NULL) {
    held->ended = true;
    held->result = result;
    held_more(ring, number);
  } else if (result != 0) { /* else the end will be found again */
    drop_data(ring, number, NULL);
  }
}

static void hold_connection(struct jev_ring *ring, uint32_t number, int32_t fd) {
  struct jev_held *held = held_for(ring->state, number, true);
  if (held == NULL || !jev_held_append(held, &fd, sizeof fd)) {
    jev_close(fd);
    return;
  }
  held_more(ring, number);
}

/* Adds to what is told of the slot already, so that what came as one is one; returns how much. */
static uint32_t merge(struct jev_ring *ring, uint32_t number, const uint8_t *bytes, uint32_t count) {
  struct jev_reactor *reactor = ring->state;
  struct jev_backend *backend = reactor->backend;
  uint32_t limit = reactor->slots[number].limit;
  if (ring->header->completed == 0) {
    return 0;
  }
  struct jev_completion *reported = &ring->completions[ring->header->completed - 1];
  if (reported->op != JEV_RECEIVED || reported->slot != number || reported->result <= 0 ||
      (uint32_t)reported->result >= limit) {
    return 0;
  }
  if (reported->aux >= ring->slab.shared_first) {
    uint32_t room;
    uint8_t *target = jev_slab_reserve(&ring->slab, (uint32_t)reported->result, limit, limit, &room);
    if (target == NULL) {
      return 0;
    }
    memcpy(target, ring->slab.base + reported->value, (size_t)reported->result);
    reported->value = jev_slab_commit(&ring->slab, room, &reported->aux);
    backend->merged = reported->value;
    backend->merged_end = reported->value + room;
  }
  if (reported->value != backend->merged) {
    return 0; /* it was received otherwise, or held */
  }
  int64_t left = backend->merged_end - reported->value - reported->result;
  uint32_t added = (int64_t)count < left ? count : (uint32_t)left;
  memcpy(ring->slab.base + reported->value + reported->result, bytes, added);
  reported->result += (int32_t)added;
  return added;
}

static void received_bytes(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  const uint8_t *bytes = ring->slab.base + done->offset;
  uint32_t count = (uint32_t)done->result;
  bool wanted = (slot->flags & SLOT_RECEIVING) != 0 && slot->held == 0;
  uint32_t reported = 0;
  if (wanted && slot->received != 0) {
    reported = merge(ring, number, bytes, count);
  } else if (wanted) {
    reported = count < slot->limit ? count : slot->limit;
    struct jev_completion *out = jev_complete(ring, JEV_RECEIVED, number, (int32_t)reported);
    out->aux = done->buffer;
    out->value = done->offset;
    jev_slab_lend(&ring->slab, done->buffer);
    jev_received(reactor, number);
  }
  if (reported < count) {
    hold_bytes(ring, number, bytes + reported, count - reported);
  }
  if (!wanted || ring->completions[ring->header->completed - 1].aux != done->buffer) {
    reactor->backend->ops->give_back(reactor->poller, done->buffer, done->offset);
  }
  if (count >= MIN_PIECE) {
    slot->flags |= SLOT_BULK; /* so much goes by readiness, with a buffer of its own */
    jev_mark_dirty(reactor, number);
  }
}

/* What nobody will be told of. */
static void discard(struct jev_reactor *reactor, const struct jev_done *done) {
  if (done->what == JEV_DONE_RECEIVE && done->result > 0) {
    reactor->backend->ops->give_back(reactor->poller, done->buffer, done->offset);
  } else if (done->what == JEV_DONE_ACCEPT && done->result >= 0) {
    jev_close(done->result);
  }
}

static void received(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  if (slot->data_dropped != 0 || slot->detaching != 0) {
    discard(reactor, done);
    return;
  }
  switch (done->result) {
    case -ECANCELED:
    case -EINTR:
    case -ENOBUFS: /* a buffer may be back by now: if not, arming it again will find out */
      return;
    case -ENOTSOCK:
      slot->flags |= SLOT_NOT_SOCKET;
      return;
    case -EAGAIN:
    case -EINVAL:
    case -EOPNOTSUPP:
      slot->by_readiness = 1;
      return;
    default:
      break;
  }
  if (done->result > 0) {
    received_bytes(ring, number, done);
  } else if ((slot->flags & SLOT_RECEIVING) != 0 && slot->held == 0) {
    jev_end_receiving(ring, number, done->result);
  } else {
    hold_end(ring, number, done->result);
  }
}

/* False: there is no room for the address. */
static bool complete_accepted(struct jev_ring *ring, uint32_t number, int32_t fd,
                              const struct jev_address *peer) {
  uint32_t room;
  const uint32_t size = sizeof(struct jev_address);
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

static void accepted(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  if (slot->detaching != 0) {
    discard(reactor, done);
  } else if (done->result >= 0) {
    bool wanted = (slot->flags & SLOT_ACCEPTING) != 0 && slot->held == 0;
    if (!wanted || !complete_accepted(ring, number, done->result, done->peer)) {
      hold_connection(ring, number, done->result);
    }
  } else if (done->result == -EAGAIN || done->result == -EINVAL) {
    slot->by_readiness = 1; /* kernels that do not wait for a non-blocking descriptor */
  } else if (done->result != -ECANCELED && !jev_accept_passes_over(-done->result) &&
             (slot->flags & SLOT_ACCEPTING) != 0) {
    slot->flags &= (uint16_t)~SLOT_ACCEPTING;
    jev_complete(ring, JEV_ACCEPTED, number, done->result);
  }
}

static void carried_out(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  if (slot->detaching != 0) {
    return;
  }
  if (done->what == JEV_DONE_CONNECT) {
    jev_connected(ring, number, done->result);
  } else {
    slot->prepared = 0;
    jev_transmitted(ring, number, done->result);
  }
}

static void take(struct jev_ring *ring, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->state;
  uint32_t number = (uint32_t)done->token;
  struct jev_slot *slot = number < reactor->slot_count ? &reactor->slots[number] : NULL;
  if (slot == NULL || (slot->flags & SLOT_ATTACHED) == 0 || jev_token(slot, number) != done->token) {
    discard(reactor, done);
    return;
  }
  if (done->what == JEV_DONE_CLOSE) {
    jev_detached(ring, number, done->result == -EINTR ? 0 : done->result);
    return;
  }
  if (done->what == JEV_DONE_CONNECT || done->what == JEV_DONE_SEND) {
    carried_out(ring, number, done);
    return;
  }
  if (slot->detaching != 0 && (slot->flags & SLOT_STREAM) == 0) {
    discard(reactor, done);
  } else if (done->what == JEV_DONE_RECEIVE) {
    received(ring, number, done);
  } else {
    accepted(ring, number, done);
  }
  if (!done->last) {
    return;
  }
  slot->armed = 0;
  slot->stopping = 0;
  if (slot->detaching != 0) {
    if (slot->closing == 0) {
      jev_detached(ring, number, 0);
    }
    return;
  }
  if (!jev_backend_reads(reactor, slot)) {
    jev_stream_ready(ring, number, JEV_READ); /* it may be nothing that one can wait for */
  }
  jev_mark_dirty(reactor, number);
}

void jev_reap(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  struct jev_done done;
  uint32_t max = reactor->received_bytes + JEV_BATCH_BYTES;
  reactor->backend->merged = -1;
  while (jev_room(ring) >= JEV_PER_RESULT && reactor->received_bytes < max) {
    if (!reactor->backend->ops->next(reactor->poller, &done)) {
      return;
    }
    if (done.what != JEV_DONE_POLL) {
      take(ring, &done);
    } else if (done.result == 0) {
      const struct jev_ready ready = {.token = done.token, .mask = done.mask};
      jev_report(ring, &ready);
    } else {
      jev_unwatched(ring, (uint32_t)done.token, done.result);
    }
  }
  ring->header->more = 1;
}

/* ---- what was held ---- */

static void complete_bytes(struct jev_ring *ring, struct jev_held *held) {
  uint32_t left = held->size - held->start;
  uint32_t limit = ((struct jev_reactor *)ring->state)->slots[held->slot].limit;
  uint32_t wish = left < limit ? left : limit;
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, 1, wish, wish, &room);
  if (target == NULL) {
    return;
  }
  memcpy(target, held->bytes + held->start, room);
  held->start += room;
  uint32_t buffer;
  struct jev_completion *out = jev_complete(ring, JEV_RECEIVED, held->slot, (int32_t)room);
  out->value = jev_slab_commit(&ring->slab, room, &buffer);
  out->aux = buffer;
  jev_received(ring->state, held->slot);
}

static void complete_connections(struct jev_ring *ring, struct jev_held *held) {
  while (held->start < held->size && jev_room(ring) >= JEV_PER_RESULT) {
    int32_t fd;
    memcpy(&fd, held->bytes + held->start, sizeof fd);
    if (!complete_accepted(ring, held->slot, fd, NULL)) {
      return;
    }
    held->start += (uint32_t)sizeof fd;
  }
}

/* True when nothing of it is left. */
static bool deliver(struct jev_ring *ring, struct jev_held *held) {
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
  struct jev_reactor *reactor = ring->state;
  struct jev_holdings *all = &reactor->backend->held;
  for (uint32_t left = all->queued_count; left > 0; left--) {
    struct jev_held *held = jev_held_next(all);
    uint32_t number = held->slot;
    struct jev_slot *slot = &reactor->slots[number];
    if (!wants_data(slot)) {
      continue; /* it is queued again when the slot's interest changes */
    }
    bool now = slot->received == 0 && jev_room(ring) >= JEV_PER_RESULT;
    if (now && deliver(ring, held)) {
      jev_drop_held(reactor, number);
      jev_mark_dirty(reactor, number);
    } else {
      jev_held_queue(all, number);
      ring->header->more = slot->received != 0 ? 1 : ring->header->more;
    }
  }
}
