/* See results.h. */
#include "core/results.h"

#include <errno.h>
#include <string.h>

#include "core/batch.h"
#include "core/hold.h"
#include "core/ready.h"
#include "core/send.h"
#include "core/stream.h"

/* Appends to the slot's last completion, so that adjacent data is reported once; returns how much. */
static uint32_t merge(struct jev_ring *ring, uint32_t number, const uint8_t *bytes, uint32_t count) {
  struct jev_reactor *reactor = ring->reactor;
  uint32_t limit = jev_slot_of(reactor, number)->limit;
  jev_assert(count > 0 && limit > 0);
  if (ring->header->completed == 0) {
    return 0;
  }
  struct jev_completion *last = &ring->completions[ring->header->completed - 1];
  if (last->op != JEV_RECEIVED || last->slot != number || last->result <= 0 ||
      (uint32_t)last->result >= limit) {
    return 0;
  }
  if (last->aux >= ring->slab.shared_first) {
    uint32_t room;
    uint8_t *target = jev_slab_reserve(&ring->slab, (uint32_t)last->result, limit, limit, &room);
    if (target == NULL) {
      return 0;
    }
    memcpy(target, ring->slab.base + last->value, (size_t)last->result);
    last->value = jev_slab_commit(&ring->slab, room, &last->aux);
    reactor->merged = last->value;
    reactor->merged_end = last->value + room;
  }
  if (last->value != reactor->merged) {
    return 0; /* it was received otherwise, or held */
  }
  int64_t left = reactor->merged_end - last->value - last->result;
  jev_assert(left >= 0 && last->aux < ring->slab.shared_first);
  jev_assert(reactor->merged_end <= ((int64_t)last->aux + 1) * ring->slab.size);
  uint32_t added = (int64_t)count < left ? count : (uint32_t)left;
  memcpy(ring->slab.base + last->value + last->result, bytes, added);
  last->result += (int32_t)added;
  return added;
}

static void received_bytes(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  const uint8_t *bytes = ring->slab.base + done->offset;
  uint32_t count = (uint32_t)done->result;
  jev_assert(done->buffer >= ring->slab.shared_first && done->buffer < ring->slab.count);
  jev_assert(done->offset / ring->slab.size == done->buffer &&
             (done->offset + count - 1) / ring->slab.size == done->buffer);
  jev_assert(slot->armed != 0 && slot->accepts == 0);
  bool wanted = jev_slot_has(slot, SLOT_RECEIVING) && slot->held == 0;
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
  jev_assert(reported <= count);
  if (reported < count) {
    jev_hold_bytes(ring, number, bytes + reported, count - reported);
  }
  if (!wanted || ring->completions[ring->header->completed - 1].aux != done->buffer) {
    reactor->completion->give_back(reactor->poller, done->buffer, done->offset);
  }
  if (count >= JEV_BULK) {
    jev_slot_raise(slot, SLOT_BULK); /* large receives go by readiness, each into a whole buffer */
    jev_mark_dirty(reactor, number);
  }
}

/* Drops a result that will not be reported. */
static void discard(struct jev_reactor *reactor, const struct jev_done *done) {
  if (done->what == JEV_DONE_RECEIVE && done->result > 0) {
    reactor->completion->give_back(reactor->poller, done->buffer, done->offset);
  } else if (done->what == JEV_DONE_ACCEPT && done->result >= 0) {
    jev_close(done->result);
  }
}

static void received(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
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
      jev_slot_raise(slot, SLOT_NOT_SOCKET);
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
  } else if (jev_slot_has(slot, SLOT_RECEIVING) && slot->held == 0) {
    jev_end_receiving(ring, number, done->result);
  } else {
    jev_hold_end(ring, number, done->result);
  }
}

static void accepted(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(slot->armed != 0 && slot->accepts != 0);
  if (slot->detaching != 0 || jev_slot_has(slot, SLOT_RECEIVING)) {
    discard(reactor, done);
  } else if (done->result >= 0) {
    bool wanted = jev_slot_has(slot, SLOT_ACCEPTING) && slot->held == 0;
    if (!wanted || !jev_complete_accepted(ring, number, done->result, done->peer)) {
      jev_hold_connection(ring, number, done->result);
    }
  } else if (done->result == -EAGAIN || done->result == -EINVAL) {
    slot->by_readiness = 1; /* kernels that do not wait for a non-blocking descriptor */
  } else if (done->result != -ECANCELED && !jev_accept_passes_over(-done->result) &&
             jev_slot_has(slot, SLOT_ACCEPTING)) {
    jev_end_accepting(ring, number, done->result);
  }
}

static void performed(struct jev_ring *ring, uint32_t number, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (slot->detaching != 0) {
    return;
  }
  if (done->what == JEV_DONE_CONNECT) {
    jev_assert(jev_slot_has(slot, SLOT_CONNECTING));
    jev_connected(ring, number, done->result);
  } else {
    jev_assert(slot->prepared != 0 && slot->out != NULL);
    slot->prepared = 0;
    jev_transmitted(ring, number, done->result);
  }
}

static void take(struct jev_ring *ring, const struct jev_done *done) {
  struct jev_reactor *reactor = ring->reactor;
  uint32_t number = (uint32_t)done->token;
  struct jev_slot *slot = number < reactor->slot_count ? jev_slot_of(reactor, number) : NULL;
  if (slot == NULL || !jev_slot_has(slot, SLOT_ATTACHED) || jev_token(slot, number) != done->token) {
    discard(reactor, done);
    return;
  }
  if (done->what == JEV_DONE_CLOSE) {
    jev_assert(slot->detaching != 0 && slot->closing != 0);
    jev_detached(ring, number, done->result == -EINTR ? 0 : done->result);
    return;
  }
  if (done->what == JEV_DONE_CONNECT || done->what == JEV_DONE_SEND) {
    performed(ring, number, done);
    return;
  }
  if (slot->detaching != 0 && !jev_slot_has(slot, SLOT_STREAM)) {
    discard(reactor, done);
  } else if (done->what == JEV_DONE_RECEIVE) {
    received(ring, number, done);
  } else {
    accepted(ring, number, done);
  }
  if (!done->last) {
    jev_assert(slot->armed != 0);
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
  if (jev_receive_mode(reactor, slot) == RECEIVE_BY_READINESS) {
    jev_stream_ready(ring, number, JEV_READ); /* it may be always ready, and never reported */
  }
  jev_mark_dirty(reactor, number);
}

void jev_reap(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_done done;
  uint32_t max = reactor->received_bytes + JEV_BATCH_BYTES;
  jev_assert(ring->reserved == 0 && (reactor->batch == NULL || reactor->batch->count == 0));
  reactor->merged = -1;
  while (jev_room(ring) >= JEV_PER_RESULT && reactor->received_bytes < max) {
    if (!reactor->completion->next(reactor->poller, &done)) {
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
