/* See submit.h. */
#include "core/submit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/datagrams.h"
#include "core/send.h"
#include "core/stream.h"

/* ---- the life of the reactor ---- */

static int32_t open_backend(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  const struct jev_completion_ops *ops = reactor->completion;
  jev_assert((ops->send == NULL) == (ops->sent == NULL));
  jev_assert((ops->transmit == NULL) == (ops->associated == NULL));
  jev_assert(ops->receive == NULL || (ops->attach_slab != NULL && ops->give_back != NULL));
  if (ops->send != NULL) {
    reactor->batch = calloc(1, sizeof *reactor->batch);
    if (reactor->batch == NULL) {
      return -ENOMEM;
    }
  }
  if (ops->receive == NULL) {
    return 0;
  }
  int32_t error = ops->attach_slab(reactor->poller, &ring->slab);
  reactor->backend_receives = error == 0 && ops->has_buffers(reactor->poller);
  return error;
}

int32_t jev_reactor_open(struct jev_ring *ring, const struct jev_poller_ops *ops, int32_t flags) {
  struct jev_reactor *reactor = calloc(1, sizeof *reactor);
  if (reactor == NULL) {
    return -ENOMEM;
  }
  reactor->ops = ops;
  reactor->completion = ops->completion;
  reactor->waiting = NO_SLOT;
  reactor->dirty = NO_SLOT;
  reactor->ready_capacity = ring->header->completions_capacity / JEV_PER_READY;
  reactor->ready = calloc(reactor->ready_capacity, sizeof *reactor->ready);
  int32_t error = reactor->ready == NULL ? -ENOMEM : ops->open(&reactor->poller, ring->header, flags);
  if (error != 0) {
    free(reactor->ready);
    free(reactor);
    return error;
  }
  ring->reactor = reactor;
  error = reactor->completion == NULL ? 0 : open_backend(ring);
  if (error != 0) {
    jev_reactor_close(ring);
  }
  return error;
}

void jev_reactor_close(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  jev_assert(reactor->batch == NULL || reactor->batch->count == 0);
  jev_holdings_close(&reactor->held);
  free(reactor->batch);
  reactor->ops->close(reactor->poller);
  for (uint32_t i = 0; i < reactor->slot_count; i++) {
    free(reactor->slots[i].out);
  }
  free(reactor->slots);
  free(reactor->owners);
  free(reactor->received);
  free(reactor->ready);
  free(reactor);
}

/* ---- submissions ---- */

static int32_t attach(struct jev_reactor *reactor, const struct jev_submission *in) {
  if (in->a < 0 || in->a > INT32_MAX) {
    return -EINVAL;
  }
  return jev_slot_attach(reactor, in->slot, (int32_t)in->a);
}

/* Has the backend end what is under way, and close the descriptor if asked. False: there is nothing to wait
 * for. */
static bool end_operations(struct jev_reactor *reactor, uint32_t number, bool closes) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  const struct jev_completion_ops *ops = reactor->completion;
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

/* The backend ends what is under way before it closes; the slot is detached after that. */
static int32_t detach_from_backend(struct jev_ring *ring, uint32_t number, bool closes) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(slot->detaching == 0 && slot->closing == 0);
  slot->detaching = 1;
  slot->registered = 0;
  if (closes) {
    jev_slot_clear(slot, SLOT_STREAM | SLOT_DATAGRAMS);
  }
  if (!end_operations(reactor, number, closes)) {
    jev_detached(ring, number, 0);
  }
  return 0;
}

int32_t jev_op_detach(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, in->slot);
  int32_t result = 0;
  if (reactor->completion != NULL) {
    return detach_from_backend(ring, in->slot, (in->flags & JEV_FLAG_CLOSE) != 0);
  }
  if ((in->flags & JEV_FLAG_CLOSE) != 0) {
    reactor->ops->closing(reactor->poller, slot->fd, slot->registered);
    ring->header->syscalls++;
    result = jev_close(slot->fd);
  } else if (slot->registered != 0 && !jev_fd_reused(reactor, slot->fd, in->slot)) {
    reactor->ops->set(reactor->poller, slot->fd, jev_token(slot, in->slot), slot->registered, 0, false);
  }
  jev_detached(ring, in->slot, result);
  return 0;
}

int32_t jev_op_poll(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, in->slot);
  if ((in->a & ~(int64_t)(JEV_READ | JEV_WRITE | JEV_CLOSED | JEV_ET)) != 0 || in->a == JEV_ET) {
    return -EINVAL;
  }
  if (((in->a & JEV_ET) != 0 && (reactor->ops->kind.features & JEV_FEATURE_ET) == 0) ||
      ((in->a & JEV_CLOSED) != 0 && (reactor->ops->kind.features & JEV_FEATURE_EARLY_CLOSE) == 0)) {
    return -EOPNOTSUPP;
  }
  if (jev_slot_has(slot, SLOT_STREAM)) {
    return -EBUSY;
  }
  bool renew = (in->flags & JEV_FLAG_RENEW) != 0;
  if (renew && slot->registered != 0) {
    slot->generation++; /* reports of the previous file are dropped */
  }
  slot->polled = (uint8_t)in->a;
  jev_slot_clear(slot, SLOT_POLL_ONCE);
  jev_slot_raise(slot, (in->flags & JEV_FLAG_ONCE) != 0 ? SLOT_POLL_ONCE : 0U);
  int32_t error = jev_interest(reactor, in->slot, renew || (in->a & JEV_ET) != 0);
  if (error != 0) {
    slot->polled = 0;
    jev_complete(ring, JEV_READY, in->slot, error);
  }
  return 0;
}

static int32_t release(struct jev_ring *ring, const struct jev_submission *in) {
  int32_t error = jev_slab_release(&ring->slab, in->a);
  if (error == 0) {
    jev_resume_receivers(ring->reactor);
  }
  return error;
}

static const struct {
  int32_t (*carry_out)(struct jev_ring *ring, const struct jev_submission *in);
  uint16_t completion;
} OPERATIONS[] = {
#define OPERATION(code, function, completion) [code] = {function, completion},
#include "core/operation_list.h"
};

static bool is_on_slot(uint16_t op) {
  return op < sizeof OPERATIONS / sizeof *OPERATIONS && OPERATIONS[op].carry_out != NULL;
}

static int32_t on_slot(struct jev_ring *ring, const struct jev_submission *in) {
  const struct jev_reactor *reactor = ring->reactor;
  if (in->slot >= reactor->slot_count || !jev_slot_has(&reactor->slots[in->slot], SLOT_ATTACHED) ||
      reactor->slots[in->slot].detaching != 0) {
    return -ENOENT;
  }
  if (in->op >= JEV_OP_RECEIVE && reactor->slots[in->slot].polled != 0) {
    return -EBUSY;
  }
  return OPERATIONS[in->op].carry_out(ring, in);
}

/* A submission leaves its slot in a valid state. */
static void check_slot(const struct jev_ring *ring, const struct jev_submission *in) {
  if (in->slot < ring->reactor->slot_count) {
    jev_slot_check(ring->reactor, in->slot);
  }
}

static void submit(struct jev_ring *ring, const struct jev_submission *in) {
  int32_t error;
  switch (in->op) {
    case JEV_OP_ATTACH:
      error = attach(ring->reactor, in);
      break;
    case JEV_OP_RETAIN: /* done before the first submission of the batch */
      error = jev_slab_retains(&ring->slab, in->a) ? 0 : -EINVAL;
      break;
    case JEV_OP_RELEASE:
      error = release(ring, in);
      break;
    default:
      error = is_on_slot(in->op) ? on_slot(ring, in) : -EINVAL;
      break;
  }
  jev_assert(error <= 0);
  if (error != 0) {
    struct jev_completion *out = jev_complete(ring, JEV_FAILED, in->slot, error);
    out->aux = in->op;
    out->flags = is_on_slot(in->op) ? OPERATIONS[in->op].completion : 0;
  }
}

/* Buffers of the last batch become free, but for those that this batch retains. Submissions that the last
 * call left over have retained theirs already: such a buffer may have been lent once more since, in another
 * piece. */
static void recycle(struct jev_ring *ring, uint32_t submitted) {
  if (ring->slab.lent_count == 0) {
    return;
  }
  for (uint32_t i = ring->left; i < submitted; i++) {
    if (ring->submissions[i].op == JEV_OP_RETAIN) {
      jev_slab_retain(&ring->slab, ring->submissions[i].a);
    }
  }
  jev_slab_recycle(&ring->slab);
  jev_resume_receivers(ring->reactor);
}

void jev_take_submissions(struct jev_ring *ring) {
  struct jev_header *header = ring->header;
  uint32_t submitted =
      header->submitted < header->submissions_capacity ? header->submitted : header->submissions_capacity;
  recycle(ring, submitted);
  jev_assert(ring->slab.lent_count == 0 && ring->slab.current == ring->slab.count);
  uint32_t taken = 0;
  while (taken < submitted && jev_room(ring) >= JEV_PER_SUBMISSION) {
    const uint32_t together = jev_send_datagrams(ring, ring->submissions + taken, submitted - taken);
    if (together > 0) {
      taken += together;
      continue;
    }
    struct jev_submission copy = ring->submissions[taken++];
    submit(ring, &copy);
    check_slot(ring, &copy);
  }
  uint32_t left = submitted - taken;
  if (left > 0) {
    memmove(ring->submissions, ring->submissions + taken, left * sizeof *ring->submissions);
    header->more = 1;
  }
  header->submitted = left;
  ring->left = left;
}
