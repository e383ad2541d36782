/* See slots.h. */
#include "core/slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SLOTS = 1 << 24, FIRST_SLOTS = 64 };

/* ---- assertions ---- */

#if JEV_ASSERTS
static void check_lists(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  jev_assert_implies(jev_slot_has(slot, SLOT_WAITS_FOR_BUFFER), jev_slot_has(slot, SLOT_IN_WAITING_LIST));
  jev_assert_implies(jev_slot_has(slot, SLOT_IN_WAITING_LIST),
                     slot->next_waiting == NO_SLOT || slot->next_waiting < reactor->slot_count);
  jev_assert_implies(jev_slot_has(slot, SLOT_IN_DIRTY_LIST),
                     slot->next_dirty == NO_SLOT || slot->next_dirty < reactor->slot_count);
  jev_assert_implies(slot->received != 0, reactor->received_count > 0);
}

static void check_operations(const struct jev_slot *slot) {
  jev_assert(!(jev_slot_has(slot, SLOT_RECEIVING) && jev_slot_has(slot, SLOT_ACCEPTING)));
  jev_assert_implies(slot->polled != 0, !jev_slot_has(slot, SLOT_STREAM));
  jev_assert_implies(jev_slot_has(slot, SLOT_DATAGRAMS), jev_slot_has(slot, SLOT_RECEIVING));
  jev_assert_implies(jev_slot_has(slot, SLOT_RECEIVING), slot->limit > 0);
  jev_assert_implies(jev_slot_has(slot, SLOT_SENDING), slot->out != NULL || slot->prepared != 0);
  jev_assert_implies(jev_slot_has(slot, SLOT_SHUT_READS | SLOT_SHUT_WRITES),
                     jev_slot_has(slot, SLOT_SHUT_WAITS));
  jev_assert_implies(jev_slot_has(slot, SLOT_SHUT_WAITS),
                     jev_slot_has(slot, SLOT_SHUT_READS | SLOT_SHUT_WRITES));
}

static void check_backend(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  bool backend = slot->armed != 0 || slot->stopping != 0 || slot->held != 0 || slot->prepared != 0 ||
                 slot->detaching != 0 || slot->closing != 0 || slot->data_dropped != 0;
  jev_assert_implies(backend, reactor->completion != NULL);
  jev_assert_implies(slot->stopping != 0, slot->armed != 0);
  jev_assert_implies(slot->closing != 0, slot->detaching != 0);
  jev_assert((slot->held != 0) == (jev_held_of(&reactor->held, (uint32_t)(slot - reactor->slots)) != NULL));
}

enum { WAITING_LIST, DIRTY_LIST };

/* Each of the list is marked as a member, so that with as many members as marks no other slot is marked. */
static uint32_t members(const struct jev_reactor *reactor, int list) {
  uint32_t count = 0;
  uint32_t number = list == WAITING_LIST ? reactor->waiting : reactor->dirty;
  while (number != NO_SLOT) {
    const struct jev_slot *slot = jev_slot_of(reactor, number);
    jev_assert(jev_slot_has(slot, list == WAITING_LIST ? SLOT_IN_WAITING_LIST : SLOT_IN_DIRTY_LIST));
    jev_assert(count < reactor->slot_count);
    count++;
    number = list == WAITING_LIST ? slot->next_waiting : slot->next_dirty;
  }
  return count;
}

static void check_all_slots(const struct jev_reactor *reactor) {
  uint32_t waiting = 0;
  uint32_t dirty = 0;
  uint32_t received = 0;
  for (uint32_t i = 0; i < reactor->slot_count; i++) {
    const struct jev_slot *slot = jev_slot_of(reactor, i);
    jev_slot_check(reactor, i);
    waiting += jev_slot_has(slot, SLOT_IN_WAITING_LIST) ? 1 : 0;
    dirty += jev_slot_has(slot, SLOT_IN_DIRTY_LIST) ? 1 : 0;
    received += slot->received;
  }
  jev_assert(members(reactor, WAITING_LIST) == waiting);
  jev_assert(members(reactor, DIRTY_LIST) == dirty);
  jev_assert(reactor->received_count == received);
}
#endif

void jev_slot_check(const struct jev_reactor *reactor, uint32_t number) {
#if JEV_ASSERTS
  const struct jev_slot *slot = jev_slot_of(reactor, number);
  if (!jev_slot_has(slot, SLOT_ATTACHED)) {
    jev_assert((slot->flags & (uint16_t)~SLOT_LISTED) == 0);
    jev_assert(slot->polled == 0 && slot->registered == 0 && slot->out == NULL);
    jev_assert(slot->armed == 0 && slot->held == 0 && slot->detaching == 0);
    jev_assert(jev_held_of(&reactor->held, number) == NULL); /* else a successor would get its data */
    return;
  }
  check_lists(reactor, slot);
  check_operations(slot);
  check_backend(reactor, slot);
#else
  (void)reactor;
  (void)number;
#endif
}

void jev_reactor_check(const struct jev_ring *ring) {
#if JEV_ASSERTS
  enum { FEW = 128, ONE_IN = 64 };
  if ((ring->reactor->slot_count <= FEW && ring->slab.count <= FEW) || ring->header->enters % ONE_IN == 0) {
    check_all_slots(ring->reactor);
    jev_slab_check(&ring->slab);
  }
#else
  (void)ring;
#endif
}

/* ---- the life of a slot ---- */

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

/* The lists that the slot is in know it by its number: their bits and links stay. */
static void slot_reset(struct jev_slot *slot, uint32_t generation) {
  *slot = (struct jev_slot){.generation = generation,
                            .flags = (uint16_t)(slot->flags & SLOT_LISTED),
                            .received = slot->received,
                            .next_waiting = slot->next_waiting,
                            .next_dirty = slot->next_dirty};
}

int32_t jev_slot_attach(struct jev_reactor *reactor, uint32_t number, int32_t fd) {
  if (number >= MAX_SLOTS) {
    return -EINVAL;
  }
  int32_t error = number < reactor->slot_count ? 0 : grow_to(reactor, number);
  if (error != 0) {
    return error;
  }
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (jev_slot_has(slot, SLOT_ATTACHED)) {
    return -EEXIST;
  }
  jev_slot_check(reactor, number);
  slot_reset(slot, slot->generation);
  jev_slot_raise(slot, SLOT_ATTACHED);
  slot->fd = fd;
  return 0;
}

void jev_detached(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(jev_slot_has(slot, SLOT_ATTACHED) && result <= 0);
  jev_assert(slot->registered == 0 || reactor->completion == NULL);
  free(slot->out);
  jev_held_drop(&reactor->held, number);
  slot_reset(slot, slot->generation + 1);
  jev_slot_check(reactor, number);
  jev_complete(ring, JEV_DETACHED, number, result);
}

/* Without memory for it the owner stays unknown. */
static void set_fd_owner(struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t count = reactor->owner_count == 0 ? FIRST_SLOTS : reactor->owner_count;
  uint32_t index = jev_index(fd);
  jev_assert(jev_slot_of(reactor, number)->fd == fd && jev_slot_of(reactor, number)->registered != 0);
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

bool jev_fd_reused(const struct jev_reactor *reactor, int32_t fd, uint32_t number) {
  uint32_t index = jev_index(fd);
  return index < reactor->owner_count && reactor->owners[index] != number;
}

/* ---- receiving ---- */

/* The backend receives or accepts for this slot, if anything does. */
static bool backend_serves(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  if (slot->by_readiness != 0 || jev_slot_has(slot, SLOT_NOT_SOCKET)) {
    return false;
  }
  return jev_slot_has(slot, SLOT_ACCEPTING) ||
         (reactor->backend_receives && !jev_slot_has(slot, SLOT_DATAGRAMS | SLOT_BULK));
}

/* The mode of a slot that receives or accepts, where there is a backend. */
static enum jev_receive_mode backend_mode(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  bool waits = jev_slot_has(slot, SLOT_WAITS_FOR_BUFFER | SLOT_CONNECTING);
  bool serves = backend_serves(reactor, slot);
  if (slot->detaching != 0) {
    return RECEIVE_OFF;
  }
  if (slot->held != 0) {
    return RECEIVE_HELD;
  }
  if (slot->data_dropped != 0 && jev_slot_has(slot, SLOT_RECEIVING)) {
    return RECEIVE_DATA_DROPPED;
  }
  if (slot->armed != 0) {
    return serves && !waits && slot->stopping == 0 ? RECEIVE_ARMED : RECEIVE_STOPPING;
  }
  return serves ? RECEIVE_BY_BACKEND : RECEIVE_BY_READINESS;
}

enum jev_receive_mode jev_receive_mode(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  if (!jev_slot_has(slot, SLOT_RECEIVING | SLOT_ACCEPTING)) {
    return RECEIVE_OFF;
  }
  enum jev_receive_mode mode =
      reactor->completion != NULL ? backend_mode(reactor, slot) : RECEIVE_BY_READINESS;
  if (mode < RECEIVE_BY_BACKEND || !jev_slot_has(slot, SLOT_WAITS_FOR_BUFFER | SLOT_CONNECTING)) {
    return mode;
  }
  return jev_slot_has(slot, SLOT_WAITS_FOR_BUFFER) ? RECEIVE_WAITING_FOR_BUFFER : RECEIVE_CONNECTING;
}

void jev_received(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (slot->received == 0) {
    jev_assert(jev_slot_has(slot, SLOT_ATTACHED));
    jev_assert(reactor->received_count < reactor->slot_count);
    slot->received = 1;
    reactor->received[reactor->received_count++] = number;
  }
}

void jev_end_receiving(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = jev_slot_of(ring->reactor, number);
  jev_assert(jev_slot_has(slot, SLOT_RECEIVING));
  jev_assert(result <= 0);
  uint16_t op = jev_slot_has(slot, SLOT_DATAGRAMS) ? JEV_RECEIVED_FROM : JEV_RECEIVED;
  jev_slot_clear(slot, SLOT_RECEIVING | SLOT_DATAGRAMS);
  jev_complete(ring, op, number, result);
  jev_mark_dirty(ring->reactor, number);
}

void jev_wait_for_buffer(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(jev_slot_has(slot, SLOT_RECEIVING | SLOT_ACCEPTING));
  jev_assert(slot->armed == 0 && slot->detaching == 0);
  jev_slot_raise(slot, SLOT_WAITS_FOR_BUFFER);
  if (!jev_slot_has(slot, SLOT_IN_WAITING_LIST)) {
    jev_assert(reactor->waiting != number);
    jev_slot_raise(slot, SLOT_IN_WAITING_LIST);
    slot->next_waiting = reactor->waiting;
    reactor->waiting = number;
  }
  jev_reconsider(reactor, number);
}

void jev_resume_receivers(struct jev_reactor *reactor) {
  uint32_t number = reactor->waiting;
  reactor->waiting = NO_SLOT;
  while (number != NO_SLOT) {
    struct jev_slot *slot = jev_slot_of(reactor, number);
    uint32_t next = slot->next_waiting;
    jev_assert(jev_slot_has(slot, SLOT_IN_WAITING_LIST));
    jev_slot_clear(slot, SLOT_WAITS_FOR_BUFFER | SLOT_IN_WAITING_LIST);
    if (jev_slot_has(slot, SLOT_ATTACHED)) {
      jev_reconsider(reactor, number);
    }
    number = next;
  }
}

/* ---- interest ---- */

static int32_t arm(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  const struct jev_completion_ops *ops = reactor->completion;
  uint64_t token = jev_token(slot, number);
  jev_assert(slot->armed == 0 && slot->stopping == 0);
  jev_assert(slot->held == 0 && slot->detaching == 0);
  jev_assert(!jev_slot_has(slot, SLOT_NOT_SOCKET | SLOT_CONNECTING | SLOT_WAITS_FOR_BUFFER));
  if (jev_slot_has(slot, SLOT_ACCEPTING)) {
    return ops->accept(reactor->poller, slot->fd, token, jev_slot_has(slot, SLOT_ACCEPT_BLOCKING));
  }
  if (!ops->has_buffers(reactor->poller)) {
    return -ENOBUFS;
  }
  return ops->receive(reactor->poller, slot->fd, token, slot->limit < JEV_RECEIVE_PIECE ? slot->limit : 0);
}

static int32_t begin(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  int32_t error = arm(reactor, number);
  if (error == -ENOBUFS) {
    jev_wait_for_buffer(reactor, number);
    return 0;
  }
  if (error == -EOPNOTSUPP) {
    slot->by_readiness = 1;
    return 0;
  }
  jev_assert(error <= 0 && slot->by_readiness == 0);
  slot->armed = error == 0;
  slot->accepts = jev_slot_has(slot, SLOT_ACCEPTING);
  return error;
}

static void stop(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (slot->armed != 0 && slot->stopping == 0) {
    reactor->completion->cancel(reactor->poller, jev_token(slot, number), slot->accepts != 0);
    slot->stopping = 1;
  }
}

/* Has the backend begin or end receiving and accepting. */
static int32_t ask_backend(struct jev_reactor *reactor, uint32_t number) {
  switch (jev_receive_mode(reactor, jev_slot_of(reactor, number))) {
    case RECEIVE_DATA_DROPPED:
      return -ENOMEM;
    case RECEIVE_BY_BACKEND:
      return begin(reactor, number);
    case RECEIVE_ARMED:
      return 0;
    case RECEIVE_HELD:
      jev_held_queue(&reactor->held, number);
      stop(reactor, number);
      return 0;
    default:
      stop(reactor, number);
      return 0;
  }
}

/* What the poller has to watch for. */
static uint8_t wanted(const struct jev_reactor *reactor, const struct jev_slot *slot) {
  if (slot->detaching != 0) {
    return 0;
  }
  if (slot->polled != 0) {
    return slot->polled;
  }
  if (jev_slot_has(slot, SLOT_CONNECTING)) {
    return JEV_WRITE;
  }
  bool reads = jev_receive_mode(reactor, slot) == RECEIVE_BY_READINESS;
  bool receives = reads && jev_slot_has(slot, SLOT_RECEIVING) && reactor->completion != NULL &&
                  reactor->completion->watches_receives;
  bool writes = jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0;
  return (uint8_t)((reads ? JEV_READ : 0) | (writes ? JEV_WRITE : 0) | (receives ? JEV_RECEIVES : 0));
}

int32_t jev_interest(struct jev_reactor *reactor, uint32_t number, bool force) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  jev_assert(jev_slot_has(slot, SLOT_ATTACHED));
  jev_slot_check(reactor, number);
  int32_t error = reactor->completion == NULL ? 0 : ask_backend(reactor, number);
  uint8_t mask = wanted(reactor, slot);
  if (mask != 0 && jev_always_ready(slot)) {
    jev_mark_dirty(reactor, number);
    mask = 0;
  }
  if (error != 0 || (mask == slot->registered && !force)) {
    return error;
  }
  if (mask == 0 && jev_fd_reused(reactor, slot->fd, number)) {
    slot->registered = 0;
    return 0;
  }
  error =
      reactor->ops->set(reactor->poller, slot->fd, jev_token(slot, number), slot->registered, mask, force);
  jev_assert(error <= 0);
  slot->registered = error == 0 ? mask : 0;
  if (error == -EPERM && slot->polled == 0 && slot->mode != MODE_FILE) {
    slot->mode = MODE_FILE;
    jev_mark_dirty(reactor, number);
    return 0;
  }
  if (slot->registered != 0 && reactor->completion == NULL) {
    set_fd_owner(reactor, slot->fd, number);
  }
  return error;
}

void jev_reconsider(struct jev_reactor *reactor, uint32_t number) {
  if (jev_interest(reactor, number, false) != 0) {
    jev_mark_dirty(reactor, number);
  }
}

void jev_mark_dirty(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (!jev_slot_has(slot, SLOT_IN_DIRTY_LIST)) {
    jev_assert(jev_slot_has(slot, SLOT_ATTACHED) && reactor->dirty != number);
    jev_slot_raise(slot, SLOT_IN_DIRTY_LIST);
    slot->next_dirty = reactor->dirty;
    reactor->dirty = number;
  }
}
