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
    jev_lapse(reactor, number);                           /* if not, it is watched once more */
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
    jev_lapse(reactor, number);
  } else if (error != 0) {
    refused(ring, number, error);
  } else if (goes_on) {
    jev_stream_ready(ring, number, JEV_READ | JEV_WRITE);
  }
}

/* Before the wait: slots whose interest may be more than they want, and those that are always ready. */
static void drop_lapsed(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  uint32_t number = reactor->lapsed;
  reactor->lapsed = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = &reactor->slots[number];
    uint32_t next = slot->next_lapsed;
    slot->flags &= (uint16_t)~SLOT_IN_LAPSED_LIST;
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
    reactor->stale = true;
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
    jev_lapse(reactor, number);
  }
}

/* A descriptor was closed while a duplicate of it lives: the poller goes on reporting it and cannot be told
 * to stop. When there is no descriptor for a new poller the old one has to do: it will report this again. */
static int32_t start_afresh(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  reactor->stale = false;
  const struct jev_direct_ops *ops = reactor->ops->direct;
  bool hides = ops != NULL && ops->hides != NULL && ops->hides(reactor->poller);
  int32_t error = reactor->ops->rebuild(reactor->poller);
  if (error != 0) {
    return error;
  }
  ring->header->rebuilds++;
  for (uint32_t i = 0; i < reactor->slot_count; i++) {
    struct jev_slot *slot = &reactor->slots[i];
    bool direct = slot->armed != 0;
    slot->lost |= direct && hides ? 1 : 0;
    if (direct && slot->accepts != 0) {
      slot->indirect =
          1; /* the former one goes in its own time, and takes the wake-ups meant for one until then */
    }
    slot->armed = 0;
    slot->stopping = 0;
    if ((slot->flags & SLOT_ATTACHED) != 0 && slot->detaching != 0) {
      jev_detached(ring, i, 0);
    } else if ((slot->flags & SLOT_ATTACHED) != 0 && (slot->registered != 0 || direct)) {
      slot->registered = 0;
      jev_reconsider(reactor, i);
    }
  }
  return 0;
}

/* A ring that another thread enters has to be made anew; what the former one has told is passed on first, in
 * a jev_enter of its own. */
static int32_t make_ours(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  const struct jev_direct_ops *direct = reactor->ops->direct;
  if (direct->moved == NULL) {
    return 0;
  }
  if (!direct->moved(reactor->poller)) {
    return direct->claim(reactor->poller);
  }
  jev_direct_reap(ring);
  ring->header->more |= ring->header->completed > 0 ? 1 : 0;
  return ring->header->more != 0 ? 0 : start_afresh(ring);
}

static int32_t wait_and_reap(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  int32_t error = reactor->ops->wait(reactor->poller, timeout, NULL, 0);
  jev_direct_sent(ring);
  jev_direct_reap(ring);
  return error;
}

/* For so many receives there are buffers, if each brings about as many bytes. */
static uint32_t receives_that_fit(const struct jev_slab *slab, uint32_t received) {
  uint32_t much = received < slab->size ? slab->size : received;
  uint32_t room = received < LEAST_RECEIVE ? LEAST_RECEIVE : received < BULK ? BULK : much;
  return room <= slab->size ? slab->free_count * (slab->size / room)
                            : slab->free_count / ((room - 1) / slab->size + 1);
}

/* How many slots a wait may tell of: those that there is room to receive for, and where waiting costs little
 * no more than a batch, by what the last ones have brought. Pollers go on with the others in the next wait.
 */
static uint32_t most_told(const struct jev_ring *ring) {
  const struct jev_reactor *reactor = ring->state;
  uint32_t average = reactor->average;
  uint32_t most = jev_room(ring) / JEV_PER_READY;
  if (average == 0) {
    return most;
  }
  most = jev_least(most, receives_that_fit(&ring->slab, average) + 1);
  if ((reactor->ops->kind.features & JEV_FEATURE_O1) == 0) {
    return most;
  }
  uint32_t batch = JEV_BATCH_BYTES / average;
  return jev_least(most, batch < JEV_LEAST_BATCH ? JEV_LEAST_BATCH : jev_least(batch, JEV_MOST_BATCH));
}

static void note_received(struct jev_reactor *reactor) {
  uint32_t count = reactor->received_count;
  reactor->average = count == 0 ? 0 : reactor->received_bytes / count;
}

static int32_t wait_once(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  if (reactor->direct != NULL) {
    return wait_and_reap(ring, timeout);
  }
  uint32_t most = most_told(ring);
  if (most == 0) {
    ring->header->more = 1;
    return 0;
  }
  int32_t found = reactor->ops->wait(reactor->poller, timeout, reactor->ready, (int32_t)most);
  for (int32_t i = 0; i < found; i++) {
    reactor->reserve = JEV_PER_READY * (uint32_t)(found - i - 1);
    jev_report(ring, &reactor->ready[i]);
  }
  reactor->reserve = 0;
  note_received(reactor);
  if (found >= 0 && reactor->stale) {
    start_afresh(ring);
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
    drop_lapsed(ring);
    error = wait_once(ring, ring->header->completed > 0 || ring->header->more != 0 ? 0 : left);
    if (jev_errno_of(error) != EINTR) {
      return error;
    }
    jev_signals_report(ring);
    left = timeout > 0 ? end - jev_clock() : timeout;
  } while (ring->header->completed == 0 && ring->header->more == 0 && (timeout < 0 || left > 0));
  return 0;
}

static void forget_received(struct jev_reactor *reactor) {
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
  forget_received(reactor);
  int32_t error = reactor->direct == NULL ? 0 : make_ours(ring);
  if (error != 0 || header->more != 0) {
    return error != 0 ? error : (int32_t)header->completed;
  }
  jev_take_submissions(ring);
  if (reactor->direct != NULL) {
    jev_direct_deliver(ring);
  }
  jev_signals_report(ring);
  bool busy = header->completed > 0 || header->more != 0;
  bool prepared = jev_direct_prepared(reactor);
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
