/*
 * Entering the reactor: the wait, and who gets what became ready.
 */
#include <errno.h>

#include "reactor.h"

void jev_unwatched(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  slot->registered = 0;
  if (slot->polled != 0) {
    slot->polled = 0;
    jev_complete(ring, JEV_READY, number, error);
  } else {
    jev_stream_ready(ring, number, JEV_READ | JEV_WRITE); /* the operation itself will meet it */
    jev_mark_dirty(reactor, number);                      /* if not, it is watched once more */
  }
}

/* The kernel did not take what the poller has handed over, whatever the operation itself would meet. */
static void refused(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_reactor *reactor = ring->state;
  if (reactor->slots[number].polled != 0) {
    jev_unwatched(ring, number, error);
    return;
  }
  reactor->slots[number].registered = 0;
  jev_stream_refused(ring, number, error);
}

/* Makes the slot's interest what it wants. */
static void settle(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  int32_t error = jev_interest(reactor, number, false);
  bool goes_on = error == 0 && jev_always_ready(slot) && slot->detaching == 0;
  if ((error != 0 || goes_on) && jev_room(ring) < JEV_PER_READY) {
    ring->header->more = 1;
    jev_mark_dirty(reactor, number);
  } else if (error != 0) {
    refused(ring, number, error);
  } else if (goes_on) {
    jev_stream_ready(ring, number, JEV_READ | JEV_WRITE);
  }
}

/* Before the wait: slots whose interest may be more than they want, and those that are always ready. */
static void update_dirty(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  uint32_t number = reactor->dirty;
  reactor->dirty = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = &reactor->slots[number];
    uint32_t next = slot->next_dirty;
    slot->flags &= (uint16_t)~SLOT_IN_DIRTY_LIST;
    if ((slot->flags & SLOT_ATTACHED) != 0) {
      settle(ring, number);
    }
    number = next;
  }
}

void jev_report(struct jev_ring *ring, const struct jev_ready *ready) {
  struct jev_reactor *reactor = ring->state;
  uint32_t number = (uint32_t)ready->token;
  struct jev_slot *slot = number < reactor->slot_count ? &reactor->slots[number] : NULL;
  if (slot == NULL || slot->registered == 0 || jev_token(slot, number) != ready->token) {
    reactor->orphaned = true;
    return;
  }
  if (ready->error != 0) {
    refused(ring, number, ready->error);
    return;
  }
  if (slot->polled == 0) {
    jev_stream_ready(ring, number, ready->mask);
    return;
  }
  uint32_t mask = ready->mask & slot->polled;
  if (mask == 0) {
    mask = slot->polled & (uint32_t)~JEV_ET; /* an error, and neither reading nor writing is asked for */
  }
  jev_complete(ring, JEV_READY, number, (int32_t)mask);
  if ((slot->flags & SLOT_POLL_ONCE) != 0) {
    slot->polled = 0;
    jev_mark_dirty(reactor, number);
  }
}

/* A descriptor was closed while a duplicate of it lives: the poller goes on reporting it and cannot be told
 * to stop. When there is no descriptor for a new poller the old one has to do: it will report this again. */
static int32_t recreate_poller(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  reactor->orphaned = false;
  const struct jev_completion_ops *ops = reactor->ops->backend;
  bool cq_overflowed = ops != NULL && ops->cq_overflowed != NULL && ops->cq_overflowed(reactor->poller);
  int32_t error = reactor->ops->recreate(reactor->poller);
  if (error != 0) {
    return error;
  }
  ring->header->recreations++;
  for (uint32_t i = 0; i < reactor->slot_count; i++) {
    struct jev_slot *slot = &reactor->slots[i];
    bool backend = slot->armed != 0;
    slot->data_dropped |= backend && cq_overflowed ? 1 : 0;
    if (backend && slot->accepts != 0) {
      slot->by_readiness =
          1; /* the former one goes in its own time, and takes the wake-ups meant for one until then */
    }
    slot->armed = 0;
    slot->stopping = 0;
    if ((slot->flags & SLOT_ATTACHED) != 0 && slot->detaching != 0) {
      jev_detached(ring, i, 0);
    } else if ((slot->flags & SLOT_ATTACHED) != 0 && (slot->registered != 0 || backend)) {
      slot->registered = 0;
      jev_reconsider(reactor, i);
    }
  }
  return 0;
}

/* A ring that another thread enters has to be made anew; what the former one has told is passed on first, in
 * a jev_enter of its own. */
static int32_t check_owner(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  const struct jev_completion_ops *backend = reactor->ops->backend;
  if (backend->owner_changed == NULL) {
    return 0;
  }
  if (!backend->owner_changed(reactor->poller)) {
    return backend->bind_thread(reactor->poller);
  }
  jev_reap(ring);
  ring->header->more |= ring->header->completed > 0 ? 1 : 0;
  return ring->header->more != 0 ? 0 : recreate_poller(ring);
}

static int32_t wait_and_reap(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  int32_t error = reactor->ops->wait(reactor->poller, timeout, NULL, 0);
  jev_complete_batch(ring);
  jev_reap(ring);
  return error;
}

/* For so many receives there are buffers, if each brings about as many bytes. */
static uint32_t receives_that_fit(const struct jev_slab *slab, uint32_t received) {
  uint32_t expected = received < slab->size ? slab->size : received;
  uint32_t room = received < MIN_RECEIVE ? MIN_RECEIVE : received < BULK ? BULK : expected;
  return room <= slab->size ? slab->free_count * (slab->size / room)
                            : slab->free_count / ((room - 1) / slab->size + 1);
}

/* How many slots a wait may tell of: those that there is room to receive for, and where waiting costs little
 * no more than a batch, by what the last ones have brought. Pollers go on with the others in the next wait.
 */
static uint32_t max_ready(const struct jev_ring *ring) {
  const struct jev_reactor *reactor = ring->state;
  uint32_t average = reactor->average;
  uint32_t max = jev_room(ring) / JEV_PER_READY;
  if (average == 0) {
    return max;
  }
  max = jev_min(max, receives_that_fit(&ring->slab, average) + 1);
  if ((reactor->ops->kind.features & JEV_FEATURE_O1) == 0) {
    return max;
  }
  uint32_t batch = JEV_BATCH_BYTES / average;
  return jev_min(max, batch < JEV_MIN_BATCH ? JEV_MIN_BATCH : jev_min(batch, JEV_MAX_BATCH));
}

static void note_received(struct jev_reactor *reactor) {
  uint32_t count = reactor->received_count;
  reactor->average = count == 0 ? 0 : reactor->received_bytes / count;
}

static int32_t wait_once(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  if (reactor->backend != NULL) {
    return wait_and_reap(ring, timeout);
  }
  uint32_t max = max_ready(ring);
  if (max == 0) {
    ring->header->more = 1;
    return 0;
  }
  int32_t found = reactor->ops->wait(reactor->poller, timeout, reactor->ready, (int32_t)max);
  for (int32_t i = 0; i < found; i++) {
    reactor->reserve = JEV_PER_READY * (uint32_t)(found - i - 1);
    jev_report(ring, &reactor->ready[i]);
  }
  reactor->reserve = 0;
  note_received(reactor);
  if (found >= 0 && reactor->orphaned) {
    recreate_poller(ring);
  }
  return found < 0 ? found : 0;
}

/* As much as every system takes: seconds may have 32 bits, and macOS refuses more than 100 million of them.
 */
static const int64_t LONGEST_WAIT = 100000000000000000;

/* Interruptions that bring nothing do not end the wait: a profiler's, or those of a ring of io_uring that
 * this thread made once and that was closed. */
static int32_t wait_and_report(struct jev_ring *ring, int64_t timeout) {
  int64_t end = timeout > 0 ? jev_clock() + timeout : 0;
  int64_t left = timeout;
  int32_t error;
  do {
    update_dirty(ring);
    error = wait_once(ring, ring->header->completed > 0 || ring->header->more != 0 ? 0 : left);
    if (jev_errno_of(error) != EINTR) {
      return error;
    }
    jev_signals_report(ring);
    left = timeout > 0 ? end - jev_clock() : timeout;
  } while (ring->header->completed == 0 && ring->header->more == 0 && (timeout < 0 || left > 0));
  return 0;
}

static void clear_received(struct jev_reactor *reactor) {
  for (uint32_t i = 0; i < reactor->received_count; i++) {
    reactor->slots[reactor->received[i]].received = 0;
  }
  reactor->received_count = 0;
  reactor->received_bytes = 0;
}

int32_t jev_reactor_enter(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  struct jev_header *header = ring->header;
  header->enters++;
  header->completed = 0;
  header->more = 0;
  clear_received(reactor);
  int32_t error = reactor->backend == NULL ? 0 : check_owner(ring);
  if (error != 0 || header->more != 0) {
    return error != 0 ? error : (int32_t)header->completed;
  }
  jev_take_submissions(ring);
  if (reactor->backend != NULL) {
    jev_deliver_held(ring);
  }
  jev_signals_report(ring);
  bool busy = header->completed > 0 || header->more != 0;
  bool prepared = jev_backend_prepared(reactor);
  if (busy && timeout != 0 && !reactor->skipped && !prepared) {
    /* There is something to do: look for more only in every other call, so that nothing can starve. */
    reactor->skipped = true;
    return (int32_t)header->completed;
  }
  reactor->skipped = false;
  error = wait_and_report(ring, busy ? 0 : timeout < LONGEST_WAIT ? timeout : LONGEST_WAIT);
  jev_signals_report(ring);
  /* What has been done is told first: an error that lasts comes back. */
  return error != 0 && header->completed == 0 ? error : (int32_t)header->completed;
}
