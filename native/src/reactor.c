/*
 * The engine of every readiness interface: its slots, and what is submitted for them.
 */
#include "reactor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SLOTS = 1 << 24, FIRST_SLOTS = 64, PER_SUBMISSION = 4 };

int32_t jev_reactor_open(struct jev_ring *ring, const struct jev_poller_ops *ops, int32_t flags) {
  struct jev_reactor *reactor = calloc(1, sizeof *reactor);
  if (reactor == NULL) {
    return -ENOMEM;
  }
  reactor->ops = ops;
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
  ring->state = reactor;
  error = jev_backend_open(ring);
  if (error != 0) {
    jev_reactor_close(ring);
  }
  return error;
}

void jev_reactor_close(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  jev_backend_close(reactor);
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

int32_t jev_reactor_wakeup(struct jev_ring *ring) {
  const struct jev_reactor *reactor = ring->state;
  return reactor->ops->wake(reactor->poller);
}

static uint8_t wanted(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  if (slot->polled != 0) {
    return slot->polled;
  }
  if ((slot->flags & SLOT_CONNECTING) != 0) {
    return JEV_WRITE;
  }
  bool reads = (slot->flags & (SLOT_RECEIVING | SLOT_ACCEPTING)) != 0 &&
               (slot->flags & SLOT_WAITS_FOR_BUFFER) == 0 && !jev_backend_reads(reactor, slot) &&
               !jev_completions_first(slot);
  bool receives = reads && (slot->flags & SLOT_RECEIVING) != 0 && jev_backend_watches_receives(reactor);
  bool writes = (slot->flags & SLOT_SENDING) != 0 && slot->prepared == 0;
  return (uint8_t)((reads ? JEV_READ : 0) | (writes ? JEV_WRITE : 0) | (receives ? JEV_RECEIVES : 0));
}

/* Without memory for it the owner stays unknown. */
static void set_fd_owner(struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t count = reactor->owner_count == 0 ? FIRST_SLOTS : reactor->owner_count;
  uint32_t index = jev_index(fd);
  if (index >= JEV_MAX_DESCRIPTORS) {
    return;
  }
  while (count <= index) {
    count *= 2;
  }
  if (count > reactor->owner_count) {
    uint32_t *owners = realloc(reactor->owners, count * sizeof *owners);
    if (owners == NULL) {
      return;
    }
    for (uint32_t i = reactor->owner_count; i < count; i++) {
      owners[i] = NO_SLOT;
    }
    reactor->owners = owners;
    reactor->owner_count = count;
  }
  reactor->owners[index] = number;
}

/* The program closed the descriptor of this slot, and another slot has registered a new file under its
 * number: the registration is not this slot's to take back. */
static bool fd_reused(const struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t index = jev_index(fd);
  return index < reactor->owner_count && reactor->owners[index] != number;
}

int32_t jev_interest(struct jev_reactor *reactor, uint32_t number, bool force) {
  struct jev_slot *slot = &reactor->slots[number];
  int32_t error = reactor->backend == NULL ? 0 : jev_backend_interest(reactor, number);
  uint8_t mask = wanted(reactor, slot);
  if (mask != 0 && jev_always_ready(slot)) {
    jev_mark_dirty(reactor, number);
    mask = 0;
  }
  if (error != 0 || (mask == slot->registered && !force)) {
    return error;
  }
  if (mask == 0 && fd_reused(reactor, slot->fd, number)) {
    slot->registered = 0;
    return 0;
  }
  error =
      reactor->ops->set(reactor->poller, slot->fd, jev_token(slot, number), slot->registered, mask, force);
  slot->registered = error == 0 ? mask : 0;
  if (error == -EPERM && slot->polled == 0 && slot->mode != MODE_FILE) {
    slot->mode = MODE_FILE;
    jev_mark_dirty(reactor, number);
    return 0;
  }
  if (slot->registered != 0 && reactor->backend == NULL) {
    set_fd_owner(reactor, slot->fd, number);
  }
  return error;
}

void jev_mark_dirty(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  if ((slot->flags & SLOT_IN_DIRTY_LIST) == 0) {
    slot->flags |= SLOT_IN_DIRTY_LIST;
    slot->next_dirty = reactor->dirty;
    reactor->dirty = number;
  }
}

void jev_received(struct jev_reactor *reactor, uint32_t number) {
  if (reactor->slots[number].received == 0) {
    reactor->slots[number].received = 1;
    reactor->received[reactor->received_count++] = number;
  }
}

void jev_reconsider(struct jev_reactor *reactor, uint32_t number) {
  if (jev_interest(reactor, number, false) != 0) {
    jev_mark_dirty(reactor, number);
  }
}

void jev_wait_for_buffer(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  slot->flags |= SLOT_WAITS_FOR_BUFFER;
  if ((slot->flags & SLOT_IN_WAITING_LIST) == 0) {
    slot->flags |= SLOT_IN_WAITING_LIST;
    slot->next_waiting = reactor->waiting;
    reactor->waiting = number;
  }
  jev_reconsider(reactor, number);
}

static void resume_receivers(struct jev_reactor *reactor) {
  uint32_t number = reactor->waiting;
  reactor->waiting = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = &reactor->slots[number];
    uint32_t next = slot->next_waiting;
    slot->flags &= (uint16_t) ~(SLOT_WAITS_FOR_BUFFER | SLOT_IN_WAITING_LIST);
    if ((slot->flags & SLOT_ATTACHED) != 0) {
      jev_reconsider(reactor, number);
    }
    number = next;
  }
}

/* ---- submissions ---- */

static int32_t grow_to(struct jev_reactor *reactor, uint32_t number) {
  uint32_t count = reactor->slot_count == 0 ? FIRST_SLOTS : reactor->slot_count;
  while (count <= number) {
    count *= 2;
  }
  struct jev_slot *slots = realloc(reactor->slots, count * sizeof *slots);
  if (slots == NULL) {
    return -ENOMEM;
  }
  memset(slots + reactor->slot_count, 0, (count - reactor->slot_count) * sizeof *slots);
  reactor->slots = slots;
  uint32_t *received = realloc(reactor->received, count * sizeof *received);
  if (received == NULL) {
    return -ENOMEM;
  }
  reactor->received = received;
  reactor->slot_count = count;
  return 0;
}

static int32_t attach(struct jev_reactor *reactor, const struct jev_submission *in) {
  if (in->slot >= MAX_SLOTS || in->a < 0 || in->a > INT32_MAX) {
    return -EINVAL;
  }
  if (in->slot >= reactor->slot_count) {
    int32_t error = grow_to(reactor, in->slot);
    if (error != 0) {
      return error;
    }
  }
  struct jev_slot *slot = &reactor->slots[in->slot];
  if ((slot->flags & SLOT_ATTACHED) != 0) {
    return -EEXIST;
  }
  slot->flags = (uint16_t)(SLOT_ATTACHED | (slot->flags & SLOT_LISTED));
  slot->fd = (int32_t)in->a;
  slot->polled = 0;
  slot->registered = 0;
  slot->limit = 0;
  slot->mode = 0;
  slot->by_readiness = 0;
  slot->prepared = 0;
  return 0;
}

void jev_detached(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  free(slot->out);
  slot->out = NULL;
  slot->flags &= SLOT_LISTED;
  slot->polled = 0;
  slot->registered = 0;
  slot->armed = 0;
  slot->stopping = 0;
  jev_drop_held(reactor, number);
  slot->detaching = 0;
  slot->closing = 0;
  slot->data_dropped = 0;
  slot->generation++;
  jev_complete(ring, JEV_DETACHED, number, result);
}

/* The system ends what is under way before it closes; what is left of the slot waits for that. */
static int32_t detach_backend(struct jev_ring *ring, uint32_t number, bool closes) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  slot->detaching = 1;
  slot->registered = 0;
  if (closes) {
    slot->flags &= (uint16_t)~SLOT_STREAM;
  }
  if (!jev_backend_end(reactor, number, closes)) {
    jev_detached(ring, number, 0);
  }
  return 0;
}

static int32_t detach(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[in->slot];
  int32_t result = 0;
  if (reactor->backend != NULL) {
    return detach_backend(ring, in->slot, (in->flags & JEV_FLAG_CLOSE) != 0);
  }
  if ((in->flags & JEV_FLAG_CLOSE) != 0) {
    reactor->ops->closing(reactor->poller, slot->fd, slot->registered);
    ring->header->syscalls++;
    result = jev_close(slot->fd);
  } else if (slot->registered != 0 && !fd_reused(reactor, slot->fd, in->slot)) {
    reactor->ops->set(reactor->poller, slot->fd, jev_token(slot, in->slot), slot->registered, 0, false);
  }
  jev_detached(ring, in->slot, result);
  return 0;
}

static int32_t poll_for(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[in->slot];
  if ((in->a & ~(int64_t)(JEV_READ | JEV_WRITE | JEV_CLOSED | JEV_ET)) != 0 || in->a == JEV_ET) {
    return -EINVAL;
  }
  if (((in->a & JEV_ET) != 0 && (reactor->ops->kind.features & JEV_FEATURE_ET) == 0) ||
      ((in->a & JEV_CLOSED) != 0 && (reactor->ops->kind.features & JEV_FEATURE_EARLY_CLOSE) == 0)) {
    return -EOPNOTSUPP;
  }
  if ((slot->flags & SLOT_STREAM) != 0) {
    return -EBUSY;
  }
  bool renew = (in->flags & JEV_FLAG_RENEW) != 0;
  if (renew && slot->registered != 0) {
    slot->generation++; /* what the former file may still report is none of ours */
  }
  slot->polled = (uint8_t)in->a;
  slot->flags =
      (uint16_t)((slot->flags & ~SLOT_POLL_ONCE) | ((in->flags & JEV_FLAG_ONCE) != 0 ? SLOT_POLL_ONCE : 0));
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
    resume_receivers(ring->state);
  }
  return error;
}

static int32_t on_slot(struct jev_ring *ring, const struct jev_submission *in) {
  const struct jev_reactor *reactor = ring->state;
  if (in->slot >= reactor->slot_count || (reactor->slots[in->slot].flags & SLOT_ATTACHED) == 0 ||
      reactor->slots[in->slot].detaching != 0) {
    return -ENOENT;
  }
  if (in->op >= JEV_OP_RECEIVE && reactor->slots[in->slot].polled != 0) {
    return -EBUSY;
  }
  switch (in->op) {
    case JEV_OP_DETACH:
      return detach(ring, in);
    case JEV_OP_POLL:
      return poll_for(ring, in);
    case JEV_OP_RECEIVE:
    case JEV_OP_RECEIVE_FROM:
      return jev_op_receive(ring, in);
    case JEV_OP_SEND:
    case JEV_OP_SEND_TO:
    case JEV_OP_SEND_FILE:
      return jev_op_send(ring, in);
    case JEV_OP_ACCEPT:
      return jev_op_accept(ring, in);
    case JEV_OP_CONNECT:
      return jev_op_connect(ring, in);
    case JEV_OP_SHUTDOWN:
      return jev_op_shutdown(ring, in);
    default:
      return -EINVAL;
  }
}

static void submit(struct jev_ring *ring, const struct jev_submission *in) {
  int32_t error;
  switch (in->op) {
    case JEV_OP_ATTACH:
      error = attach(ring->state, in);
      break;
    case JEV_OP_RETAIN: /* done before the first submission of the batch */
      error = jev_slab_retains(&ring->slab, in->a) ? 0 : -EINVAL;
      break;
    case JEV_OP_RELEASE:
      error = release(ring, in);
      break;
    default:
      error = in->op >= JEV_OP_DETACH && in->op <= JEV_OP_SHUTDOWN ? on_slot(ring, in) : -EINVAL;
      break;
  }
  if (error != 0) {
    jev_complete(ring, JEV_FAILED, in->slot, error)->aux = in->op;
  }
}

/* Buffers of the last batch become free, but for those that this batch retains. What the last call left over
 * it has retained already: such a buffer may have been lent once more since, in another piece. */
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
  resume_receivers(ring->state);
}

void jev_take_submissions(struct jev_ring *ring) {
  struct jev_header *header = ring->header;
  uint32_t submitted =
      header->submitted < header->submissions_capacity ? header->submitted : header->submissions_capacity;
  recycle(ring, submitted);
  uint32_t taken = 0;
  while (taken < submitted && jev_room(ring) >= PER_SUBMISSION) {
    struct jev_submission copy = ring->submissions[taken++];
    submit(ring, &copy);
  }
  uint32_t left = submitted - taken;
  if (left > 0) {
    memmove(ring->submissions, ring->submissions + taken, left * sizeof *ring->submissions);
    header->more = 1;
  }
  header->submitted = left;
  ring->left = left;
}
