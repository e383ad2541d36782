/* See recreate.h. */
#include "core/recreate.h"

#include "core/log.h"

/* The operation of the previous kernel object is cancelled with it, at a time of the kernel's choosing. */
static void disarm(struct jev_slot *slot, bool overflowed) {
  if (slot->armed != 0 && overflowed) {
    slot->data_dropped = 1; /* completions out of sight may have held its data */
  }
  if (slot->armed != 0 && slot->accepts != 0) {
    slot->by_readiness = 1; /* until then the old accept consumes wake-ups of a new one */
  }
  slot->armed = 0;
  slot->stopping = 0;
}

int32_t jev_recreate_poller(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  reactor->orphaned = false;
  const struct jev_completion_ops *ops = reactor->completion;
  bool overflowed = ops != NULL && ops->cq_overflowed != NULL && ops->cq_overflowed(reactor->poller);
  int32_t error = reactor->ops->recreate(reactor->poller);
  jev_log(JEV_LOG_DEBUG, reactor->ops->kind.name, "a registration is orphaned, the poller was made again",
          error);
  if (error != 0) {
    return error;
  }
  ring->header->recreations++;
  for (uint32_t i = 0; i < reactor->slot_count; i++) {
    struct jev_slot *slot = jev_slot_of(reactor, i);
    bool armed = slot->armed != 0;
    jev_assert(!armed || ops != NULL);
    disarm(slot, overflowed);
    if (!jev_slot_has(slot, SLOT_ATTACHED)) {
      continue;
    }
    if (slot->detaching != 0) {
      slot->closing = 0;
      jev_mark_dirty(reactor, i); /* there may be more of them than completions */
    } else if (slot->registered != 0 || armed) {
      slot->registered = 0;
      jev_reconsider(reactor, i);
    }
  }
  return 0;
}
