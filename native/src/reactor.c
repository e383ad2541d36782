/*
 * The engine of every readiness interface: submissions, slots, the wait, and who gets what became ready.
 */
#include "reactor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SLOTS = 1 << 24, FIRST_SLOTS = 64, PER_SUBMISSION = 4, PER_READY = 4 };

int32_t jev_reactor_open(struct jev_ring *ring, const struct jev_poller_ops *ops, int32_t flags) {
  struct jev_reactor *reactor = calloc(1, sizeof *reactor);
  if (reactor == NULL) {
    return -ENOMEM;
  }
  reactor->ops = ops;
  reactor->starved = NO_SLOT;
  reactor->lapsed = NO_SLOT;
  reactor->ready_capacity = ring->header->completions_capacity / PER_READY;
  reactor->ready = calloc(reactor->ready_capacity, sizeof *reactor->ready);
  int32_t error = reactor->ready == NULL ? -ENOMEM : ops->open(&reactor->poller, ring->header, flags);
  if (error != 0) {
    free(reactor->ready);
    free(reactor);
    return error;
  }
  ring->state = reactor;
  error = jev_direct_open(ring);
  if (error != 0) {
    jev_reactor_close(ring);
  }
  return error;
}

void jev_reactor_close(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  jev_direct_close(reactor);
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
  bool reads = (slot->flags & (SLOT_RECEIVING | SLOT_ACCEPTING)) != 0 && (slot->flags & SLOT_STARVED) == 0 &&
               !jev_direct_reads(reactor, slot) && !jev_direct_first(slot);
  bool receives = reads && (slot->flags & SLOT_RECEIVING) != 0 && jev_direct_watches_receives(reactor);
  bool writes = (slot->flags & SLOT_SENDING) != 0 && slot->prepared == 0;
  return (uint8_t)((reads ? JEV_READ : 0) | (writes ? JEV_WRITE : 0) | (receives ? JEV_RECEIVES : 0));
}

/* Without memory for it the owner stays unknown. */
static void own(struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t count = reactor->owner_count == 0 ? FIRST_SLOTS : reactor->owner_count;
  uint32_t index = jev_index(fd);
  if (index >= JEV_MOST_DESCRIPTORS) {
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
static bool lost(const struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t index = jev_index(fd);
  return index < reactor->owner_count && reactor->owners[index] != number;
}

int32_t jev_interest(struct jev_reactor *reactor, uint32_t number, bool renew) {
  struct jev_slot *slot = &reactor->slots[number];
  int32_t error = reactor->direct == NULL ? 0 : jev_direct_interest(reactor, number);
  uint8_t mask = wanted(reactor, slot);
  if (error != 0 || (mask == slot->registered && !renew)) {
    return error;
  }
  if (mask == 0 && lost(reactor, slot->fd, number)) {
    slot->registered = 0;
    return 0;
  }
  error =
      reactor->ops->set(reactor->poller, slot->fd, jev_token(slot, number), slot->registered, mask, renew);
  slot->registered = error == 0 ? mask : 0;
  if (slot->registered != 0 && reactor->direct == NULL) {
    own(reactor, slot->fd, number);
  }
  return error;
}

void jev_lapse(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  if ((slot->flags & SLOT_IN_LAPSED_LIST) == 0) {
    slot->flags |= SLOT_IN_LAPSED_LIST;
    slot->next_lapsed = reactor->lapsed;
    reactor->lapsed = number;
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
    jev_lapse(reactor, number);
  }
}

static void forget_received(struct jev_reactor *reactor) {
  for (uint32_t i = 0; i < reactor->received_count; i++) {
    reactor->slots[reactor->received[i]].received = 0;
  }
  reactor->received_count = 0;
}

void jev_starve(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  slot->flags |= SLOT_STARVED;
  if ((slot->flags & SLOT_IN_STARVED_LIST) == 0) {
    slot->flags |= SLOT_IN_STARVED_LIST;
    slot->next_starved = reactor->starved;
    reactor->starved = number;
  }
  jev_reconsider(reactor, number);
}

static void feed(struct jev_reactor *reactor) {
  uint32_t number = reactor->starved;
  reactor->starved = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = &reactor->slots[number];
    uint32_t next = slot->next_starved;
    slot->flags &= (uint16_t) ~(SLOT_STARVED | SLOT_IN_STARVED_LIST);
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
  slot->indirect = 0;
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
  slot->held = 0;
  slot->detaching = 0;
  slot->closing = 0;
  slot->lost = 0;
  slot->generation++;
  jev_complete(ring, JEV_DETACHED, number, result);
}

/* The system ends what is under way before it closes; what is left of the slot waits for that. */
static int32_t detach_direct(struct jev_ring *ring, uint32_t number, bool closes) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[number];
  slot->detaching = 1;
  slot->registered = 0;
  if (closes) {
    slot->flags &= (uint16_t)~SLOT_STREAM;
  }
  if (!jev_direct_end(reactor, number, closes)) {
    jev_detached(ring, number, 0);
  }
  return 0;
}

static int32_t detach(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[in->slot];
  int32_t result = 0;
  if (reactor->direct != NULL) {
    return detach_direct(ring, in->slot, (in->flags & JEV_FLAG_CLOSE) != 0);
  }
  if ((in->flags & JEV_FLAG_CLOSE) != 0) {
    reactor->ops->closing(reactor->poller, slot->fd, slot->registered);
    ring->header->syscalls++;
    result = jev_close(slot->fd);
  } else if (slot->registered != 0 && !lost(reactor, slot->fd, in->slot)) {
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
  int32_t error = jev_interest(reactor, in->slot, renew);
  if (error != 0) {
    slot->polled = 0;
    jev_complete(ring, JEV_READY, in->slot, error);
  }
  return 0;
}

static int32_t release(struct jev_ring *ring, const struct jev_submission *in) {
  int32_t error = jev_slab_release(&ring->slab, in->a);
  if (error == 0) {
    feed(ring->state);
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
  feed(ring->state);
}

static void take_submissions(struct jev_ring *ring) {
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

/* ---- readiness ---- */

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

/* Slots whose interest is to be made what they want, before the wait. */
static void drop_lapsed(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  uint32_t number = reactor->lapsed;
  reactor->lapsed = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = &reactor->slots[number];
    uint32_t next = slot->next_lapsed;
    slot->flags &= (uint16_t)~SLOT_IN_LAPSED_LIST;
    int32_t error = (slot->flags & SLOT_ATTACHED) != 0 ? jev_interest(reactor, number, false) : 0;
    if (error != 0 && jev_room(ring) >= PER_READY) {
      refused(ring, number, error);
    } else if (error != 0) {
      ring->header->more = 1;
      jev_lapse(reactor, number);
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
    bool edge = (slot->polled & JEV_ET) != 0;
    slot->polled = 0;
    if (edge) {
      jev_interest(reactor, number, false); /* asked again, it must be told of an edge that was there */
    } else {
      jev_lapse(reactor, number);
    }
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

static int32_t wait_once(struct jev_ring *ring, int64_t timeout) {
  struct jev_reactor *reactor = ring->state;
  if (reactor->direct != NULL) {
    return wait_and_reap(ring, timeout);
  }
  uint32_t most = jev_room(ring) / PER_READY;
  if (most == 0) {
    ring->header->more = 1;
    return 0;
  }
  if (most > reactor->ready_capacity) {
    most = reactor->ready_capacity;
  }
  int32_t found = reactor->ops->wait(reactor->poller, timeout, reactor->ready, (int32_t)most);
  for (int32_t i = 0; i < found; i++) {
    reactor->reserve = PER_READY * (uint32_t)(found - i - 1);
    jev_report(ring, &reactor->ready[i]);
  }
  reactor->reserve = 0;
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
  take_submissions(ring);
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
