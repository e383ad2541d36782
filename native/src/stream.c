/*
 * Receiving, accepting, connecting and shutting down, for one slot.
 */
#include <errno.h>

#include "reactor.h"

enum { DATAGRAM_BURST = 16 };

static struct jev_slot *slot_of(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  return &reactor->slots[number];
}

void jev_end_receiving(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  uint16_t op = (slot->flags & SLOT_DATAGRAMS) != 0 ? JEV_RECEIVED_FROM : JEV_RECEIVED;
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS);
  jev_complete(ring, op, number, result);
  jev_mark_dirty(ring->state, number);
}

static int64_t read_bytes(struct jev_ring *ring, uint32_t number, uint8_t *target, uint32_t max) {
  struct jev_slot *slot = slot_of(ring, number);
  ring->header->syscalls++;
  if ((slot->flags & SLOT_NOT_SOCKET) == 0) {
    int64_t count = jev_receive(slot->fd, target, max);
    if (jev_errno_of(count) != ENOTSOCK) {
      return count;
    }
    slot->flags |= SLOT_NOT_SOCKET;
    ring->header->syscalls++;
  }
  int64_t count = jev_nonsocket_read(ring, slot, target, max);
  if (slot->mode == MODE_FILE) {
    jev_mark_dirty(ring->state, number); /* no poller tells when it goes on */
  }
  return count;
}

static struct jev_completion *received(struct jev_ring *ring, uint16_t op, uint32_t number, int64_t count) {
  struct jev_reactor *reactor = ring->state;
  reactor->received_bytes += (uint32_t)count;
  return jev_complete(ring, op, number, (int32_t)count);
}

static bool would_block(int64_t result) {
  return jev_errno_of(result) == EAGAIN || jev_errno_of(result) == EINTR;
}

/* No room in the slab: the next call will have it, or else a buffer must be given back first. */
static void out_of_room(struct jev_ring *ring, uint32_t number) {
  if (jev_slab_exhausted(&ring->slab)) {
    jev_wait_for_buffer(ring->state, number);
  }
}

/* Buffers that stand behind the one reserved, for at most so many bytes and with room to tell of each. */
static uint32_t contiguous_buffers(const struct jev_ring *ring, uint32_t bytes) {
  const struct jev_reactor *reactor = ring->state;
  uint32_t kept = reactor->reserve + JEV_PER_READY;
  uint32_t room = jev_room(ring);
  uint32_t wanted = (bytes + ring->slab.size - 1) / ring->slab.size;
  return jev_slab_contiguous(&ring->slab, room > kept ? jev_min(wanted, room - kept) : 0);
}

/* One for each buffer that has taken some, of which the first had `room`. */
static void complete_received(struct jev_ring *ring, uint32_t number, uint32_t room, uint32_t count) {
  uint32_t left = count;
  uint32_t reported = jev_min(left, room);
  while (true) {
    struct jev_completion *out = received(ring, JEV_RECEIVED, number, reported);
    out->value = jev_slab_commit(&ring->slab, reported, &out->aux);
    left -= reported;
    if (left == 0) {
      return;
    }
    jev_slab_next(&ring->slab);
    reported = jev_min(left, ring->slab.size);
  }
}

/* One call for each time the slot becomes ready, so that a fast sender cannot starve the others. Slots that
 * receive little share a buffer; what is much goes into as many as stand in a row. */
static void receive_bytes(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t limit = slot->limit;
  uint32_t wish = (slot->flags & SLOT_BULK) != 0 ? limit : jev_min(limit, BULK);
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, jev_min(limit, MIN_RECEIVE), wish, limit, &room);
  if (target == NULL) {
    out_of_room(ring, number);
    return;
  }
  uint32_t behind = room < limit ? contiguous_buffers(ring, limit - room) * ring->slab.size : 0;
  uint32_t max = jev_min(room + behind, limit);
  int64_t count = read_bytes(ring, number, target, max);
  if (count > 0) {
    complete_received(ring, number, room, (uint32_t)count);
    bool bulk = count >= BULK || (uint32_t)count == max;
    if (!bulk && (slot->flags & SLOT_BULK) != 0) {
      jev_mark_dirty(ring->state, number); /* the system may receive for it again */
    }
    slot->flags = (uint16_t)(bulk ? slot->flags | SLOT_BULK : slot->flags & ~SLOT_BULK);
  } else if (!would_block(count)) {
    jev_end_receiving(ring, number, (int32_t)count);
  }
}

/* False when there is nothing more to receive now. */
static bool receive_datagram(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t wanted = (uint32_t)sizeof(struct jev_address) + slot->limit;
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, wanted, wanted, wanted, &room);
  if (target == NULL) {
    out_of_room(ring, number);
    return false;
  }
  bool truncated = false;
  ring->header->syscalls++;
  int64_t count = jev_receive_datagram(slot->fd, target + sizeof(struct jev_address), slot->limit,
                                       (struct jev_address *)(void *)target, &truncated);
  if (count < 0) {
    if (!would_block(count)) {
      jev_end_receiving(ring, number, (int32_t)count);
    }
    return false;
  }
  uint32_t buffer;
  int64_t offset =
      jev_slab_commit(&ring->slab, (uint32_t)(sizeof(struct jev_address) + (size_t)count), &buffer);
  struct jev_completion *out = received(ring, JEV_RECEIVED_FROM, number, count);
  out->flags = truncated ? JEV_COMP_TRUNCATED : 0;
  out->aux = buffer;
  out->value = offset + (int64_t)sizeof(struct jev_address);
  return true;
}

/* At most `burst` datagrams, as each of them takes a call. */
static void receive(struct jev_ring *ring, uint32_t number, int burst) {
  const struct jev_reactor *reactor = ring->state;
  if ((slot_of(ring, number)->flags & SLOT_DATAGRAMS) == 0) {
    receive_bytes(ring, number);
    return;
  }
  while (burst-- > 0 && jev_room(ring) > reactor->reserve && receive_datagram(ring, number)) {
  }
}

/* And not again in this jev_enter. */
static void receive_once(struct jev_ring *ring, uint32_t number, int burst) {
  uint32_t before = ring->header->completed;
  receive(ring, number, burst);
  if (ring->header->completed != before) {
    jev_received(ring->state, number);
  }
}

int32_t jev_op_receive(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  bool datagrams = in->op == JEV_OP_RECEIVE_FROM;
  int64_t room = (int64_t)ring->slab.size - (int64_t)sizeof(struct jev_address);
  int64_t max = datagrams && room < MAX_RECEIVED ? room : MAX_RECEIVED;
  if (in->a < 0 || (slot->flags & SLOT_ACCEPTING) != 0) {
    return in->a < 0 ? -EINVAL : -EBUSY;
  }
  jev_make_ready(ring, slot);
  bool already = (slot->flags & SLOT_RECEIVING) != 0;
  slot->limit = (uint32_t)(in->a < max ? in->a : max) & LIMIT_MASK;
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS | SLOT_WAITS_FOR_BUFFER);
  if (in->a > 0) {
    slot->flags |= (uint16_t)(SLOT_RECEIVING | (datagrams ? SLOT_DATAGRAMS : 0));
    bool by_readiness =
        !jev_backend_reads(ring->state, slot) && !jev_completions_first(slot) && slot->data_dropped == 0;
    if (!already && slot->received == 0 && (slot->flags & SLOT_CONNECTING) == 0 && by_readiness) {
      receive_once(ring, in->slot, 1);
    }
  }
  int32_t error = jev_interest(ring->state, in->slot, false);
  if (error != 0 && (slot->flags & SLOT_RECEIVING) != 0 && jev_room(ring) > 0) {
    jev_end_receiving(ring, in->slot, error);
  }
  return 0;
}

/* ---- accepting ---- */

static void accept_ready(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = slot_of(ring, number);
  while (jev_room(ring) > reactor->reserve + 1) {
    uint32_t room;
    const uint32_t size = sizeof(struct jev_address);
    uint8_t *target = jev_slab_reserve(&ring->slab, size, size, size, &room);
    if (target == NULL) {
      out_of_room(ring, number);
      return;
    }
    int32_t fd = jev_accept_one(slot->fd, (slot->flags & SLOT_ACCEPT_BLOCKING) != 0,
                                (struct jev_address *)(void *)target, &ring->header->syscalls);
    if (jev_errno_of(fd) == EAGAIN) {
      return;
    }
    struct jev_completion *out = jev_complete(ring, JEV_ACCEPTED, number, fd);
    if (fd < 0) {
      slot->flags &= (uint16_t)~SLOT_ACCEPTING;
      jev_reconsider(reactor, number);
      return;
    }
    uint32_t buffer;
    out->value = jev_slab_commit(&ring->slab, sizeof(struct jev_address), &buffer);
    out->aux = buffer;
  }
}

int32_t jev_op_accept(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if ((slot->flags & SLOT_RECEIVING) != 0) {
    return -EBUSY;
  }
  slot->flags &= (uint16_t) ~(SLOT_ACCEPTING | SLOT_ACCEPT_BLOCKING | SLOT_WAITS_FOR_BUFFER);
  if (in->a != 0) {
    jev_make_nonblocking(ring, slot);
    slot->flags |=
        (uint16_t)(SLOT_ACCEPTING | ((in->flags & JEV_FLAG_BLOCKING) != 0 ? SLOT_ACCEPT_BLOCKING : 0));
  }
  int32_t error = in->a != 0 ? jev_listens(slot->fd) : 0;
  if (error == 0) {
    error = jev_interest(ring->state, in->slot, false);
  }
  if (error != 0 && in->a != 0) {
    slot->flags &= (uint16_t)~SLOT_ACCEPTING;
    jev_complete(ring, JEV_ACCEPTED, in->slot, error);
  }
  return 0;
}

/* ---- connecting ---- */

void jev_connected(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  slot->flags &= (uint16_t)~SLOT_CONNECTING;
  jev_complete(ring, JEV_CONNECTED, number, result);
  if ((slot->flags & SLOT_SENDING) != 0 && slot->prepared == 0) { /* else its result comes by itself */
    if (result == 0) {
      jev_send_on(ring, number);
    } else {
      jev_send_fail(ring, number, result);
    }
  }
  jev_shut_if_asked(ring, number);
  if (result != 0 && (slot->flags & SLOT_RECEIVING) != 0) {
    jev_end_receiving(ring, number, result);
  }
  jev_reconsider(ring->state, number);
}

int32_t jev_op_connect(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if ((slot->flags & SLOT_CONNECTING) != 0) {
    return -EALREADY;
  }
  if (in->a < 0) {
    return -EINVAL;
  }
  int32_t result = -EINPROGRESS;
  jev_make_nonblocking(ring, slot);
  if (in->a != 0) {
    result = jev_backend_connect(ring->state, in->slot, in->a);
    if (result == -EOPNOTSUPP) {
      ring->header->syscalls++;
      result = jev_connect(slot->fd, in->a);
    }
  }
  if (jev_errno_of(result) == EINPROGRESS || jev_errno_of(result) == EINTR) {
    slot->flags |= SLOT_CONNECTING;
    result = jev_interest(ring->state, in->slot, false);
    if (result == 0) {
      return 0;
    }
  }
  jev_connected(ring, in->slot, result);
  return 0;
}

static void connect_ready(struct jev_ring *ring, uint32_t number) {
  ring->header->syscalls++;
  int32_t pending = jev_get_option(slot_of(ring, number)->fd, JEV_OPT_ERROR);
  int32_t result = pending > 0 ? -pending : pending;
  if (jev_errno_of(result) != EINPROGRESS && jev_errno_of(result) != EINTR) {
    jev_connected(ring, number, result);
  }
}

/* ---- shutting down ---- */

int32_t jev_op_shutdown(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if (in->a < 1 || in->a > 3) {
    return -EINVAL;
  }
  if ((slot->flags & SLOT_SHUT_WAITS) != 0) {
    return -EALREADY;
  }
  slot->flags |= (uint16_t)(SLOT_SHUT_WAITS | ((in->a & 1) != 0 ? SLOT_SHUT_READS : 0) |
                            ((in->a & 2) != 0 ? SLOT_SHUT_WRITES : 0));
  jev_shut_if_asked(ring, in->slot);
  return 0;
}

void jev_shut_if_asked(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  bool writes = (slot->flags & SLOT_SHUT_WRITES) != 0;
  bool sends = writes && (slot->flags & SLOT_SENDING) != 0;
  if ((slot->flags & SLOT_SHUT_WAITS) == 0 || (slot->flags & SLOT_CONNECTING) != 0 || sends) {
    return;
  }
  int32_t how = ((slot->flags & SLOT_SHUT_READS) != 0 ? 1 : 0) + (writes ? 2 : 0);
  slot->flags &= (uint16_t) ~(SLOT_SHUT_WAITS | SLOT_SHUT_READS | SLOT_SHUT_WRITES);
  ring->header->syscalls++;
  int32_t result = jev_shutdown(slot->fd, how);
  jev_complete(ring, JEV_SHUT, number, result);
  if (JEV_SHUTS_SILENTLY && result == 0 && (how & 1) != 0 && (slot->flags & SLOT_RECEIVING) != 0) {
    jev_end_receiving(ring, number, 0);
  }
}

void jev_stream_ready(struct jev_ring *ring, uint32_t number, uint32_t mask) {
  struct jev_slot *slot = slot_of(ring, number);
  if ((slot->flags & SLOT_CONNECTING) != 0) {
    connect_ready(ring, number);
    return;
  }
  if ((mask & JEV_WRITE) != 0 && (slot->flags & SLOT_SENDING) != 0) {
    jev_send_on(ring, number);
  }
  if ((mask & JEV_READ) != 0 && (slot->flags & SLOT_WAITS_FOR_BUFFER) == 0 && slot->received == 0 &&
      !jev_completions_first(slot)) {
    if ((slot->flags & SLOT_RECEIVING) != 0) {
      receive_once(ring, number, DATAGRAM_BURST);
    } else if ((slot->flags & SLOT_ACCEPTING) != 0) {
      accept_ready(ring, number);
    }
  }
}

void jev_stream_refused(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_slot *slot = slot_of(ring, number);
  if ((slot->flags & SLOT_CONNECTING) != 0) {
    jev_connected(ring, number, error);
    return;
  }
  if ((slot->flags & SLOT_SENDING) != 0 && slot->prepared == 0) {
    jev_send_fail(ring, number, error);
    jev_shut_if_asked(ring, number);
  }
  if ((slot->flags & SLOT_RECEIVING) != 0) {
    jev_end_receiving(ring, number, error);
  } else if ((slot->flags & SLOT_ACCEPTING) != 0) {
    slot->flags &= (uint16_t)~SLOT_ACCEPTING;
    jev_complete(ring, JEV_ACCEPTED, number, error);
  }
}
