/* See enter.h. */
#include "core/enter.h"

#include <errno.h>

#include "core/batch.h"
#include "core/batch_send.h"
#include "core/hold.h"
#include "core/ready.h"
#include "core/recreate.h"
#include "core/results.h"
#include "core/signals.h"
#include "core/slots.h"
#include "core/stream.h"
#include "core/submit.h"

/* As much as every system takes: seconds may have 32 bits, and macOS refuses more than 100 million of them.
 */
static const int64_t MAX_WAIT = 100000000000000000;

/* ---- before the wait: the dirty list ---- */

/* Makes the slot's interest what it wants, or reports its end, if nothing of it is under way any more. */
static void update_slot(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  bool ended = slot->detaching != 0 && slot->armed == 0 && slot->closing == 0;
  int32_t error = ended ? 0 : jev_interest(reactor, number, false);
  bool goes_on = error == 0 && jev_always_ready(slot) && slot->detaching == 0;
  if ((error != 0 || goes_on || ended) && jev_room(ring) < JEV_PER_READY) {
    ring->header->more = 1;
    jev_mark_dirty(reactor, number);
  } else if (ended) {
    jev_detached(ring, number, 0);
  } else if (error != 0) {
    jev_watch_refused(ring, number, error);
  } else if (goes_on) {
    jev_stream_ready(ring, number, JEV_READ | JEV_WRITE);
  }
}

/* Slots whose interest may be more than they want, and those that are always ready. */
static void update_dirty(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  uint32_t number = reactor->dirty;
  reactor->dirty = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = jev_slot_of(reactor, number);
    uint32_t next = slot->next_dirty;
    jev_assert(jev_slot_has(slot, SLOT_IN_DIRTY_LIST));
    jev_slot_clear(slot, SLOT_IN_DIRTY_LIST);
    if (jev_slot_has(slot, SLOT_ATTACHED)) {
      update_slot(ring, number);
    }
    number = next;
  }
}

/* ---- the wait ---- */

static int32_t wait_for_completions(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->reactor;
  int32_t error = reactor->completion->wait(reactor->poller, timeout);
  jev_assert(error <= 0);
  jev_complete_batch(ring);
  jev_reap(ring);
  return error;
}

static int32_t wait_for_readiness(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->reactor;
  uint32_t max = jev_batch_slots(ring);
  if (max == 0) {
    ring->header->more = 1;
    return 0;
  }
  jev_assert(max <= reactor->ready_capacity);
  int32_t found = reactor->ops->wait(reactor->poller, timeout, reactor->ready, (int32_t)max);
  jev_assert(found <= (int32_t)max);
  for (int32_t i = 0; i < found; i++) {
    reactor->reserve = JEV_PER_READY * (uint32_t)(found - i - 1);
    jev_assert(jev_room(ring) >= reactor->reserve + JEV_PER_READY);
    jev_report(ring, &reactor->ready[i]);
  }
  reactor->reserve = 0;
  jev_batch_note_received(reactor);
  if (found >= 0 && reactor->orphaned) {
    jev_recreate_poller(ring);
  }
  return found < 0 ? found : 0;
}

static int32_t wait_once(struct jev_ring *ring, int64_t timeout) {
  return ring->reactor->completion != NULL ? wait_for_completions(ring, timeout)
                                           : wait_for_readiness(ring, timeout);
}

/* An interruption without a result does not end the wait. Profilers cause some, and so does an io_uring ring
 * that this thread has closed. */
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

/* ---- one iteration ---- */

/* A ring that another thread enters has to be recreated. What the previous one has completed is reported
 * first, in a jev_enter without anything else. */
static int32_t bind_thread(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  const struct jev_completion_ops *ops = reactor->completion;
  if (ops == NULL || ops->owner_changed == NULL) {
    return 0;
  }
  if (!ops->owner_changed(reactor->poller)) {
    return ops->bind_thread(reactor->poller);
  }
  jev_reap(ring);
  ring->header->more |= ring->header->completed > 0 ? 1 : 0;
  return ring->header->more != 0 ? 0 : jev_recreate_poller(ring);
}

static void begin(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  ring->header->enters++;
  ring->header->completed = 0;
  ring->header->more = 0;
  for (uint32_t i = 0; i < reactor->received_count; i++) {
    jev_assert(jev_slot_of(reactor, reactor->received[i])->received != 0);
    jev_slot_of(reactor, reactor->received[i])->received = 0;
  }
  reactor->received_count = 0;
  reactor->received_bytes = 0;
  jev_assert(ring->reserved == 0 && reactor->reserve == 0);
}

static void submit_and_deliver(struct jev_ring *ring) {
  jev_take_submissions(ring);
  jev_deliver_held(ring);
  jev_signals_report(ring);
}

/* The phases: bind the thread, submit, deliver what is held, wait, complete. */
int32_t jev_reactor_enter(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->reactor;
  const struct jev_completion_ops *ops = reactor->completion;
  struct jev_header *header = ring->header;
  begin(ring);
  int32_t error = bind_thread(ring);
  if (error != 0 || header->more != 0) {
    return error != 0 ? error : (int32_t)header->completed;
  }
  submit_and_deliver(ring);
  bool busy = header->completed > 0 || header->more != 0;
  bool prepared =
      jev_batch_is_open(reactor) || (ops != NULL && ops->prepared != NULL && ops->prepared(reactor->poller));
  if (busy && timeout != 0 && !reactor->skipped && !prepared) {
    /* Completions are there: only every other call looks for more, so that no descriptor waits for ever. */
    reactor->skipped = true;
    return (int32_t)header->completed;
  }
  reactor->skipped = false;
  error = wait_and_report(ring, busy ? 0 : timeout < MAX_WAIT ? timeout : MAX_WAIT);
  jev_signals_report(ring);
  jev_assert(header->completed <= header->completions_capacity);
  jev_assert(!jev_batch_is_open(reactor) && ring->reserved == 0);
  /* Completions are reported before an error, which comes again if it lasts. */
  return error != 0 && header->completed == 0 ? error : (int32_t)header->completed;
}
