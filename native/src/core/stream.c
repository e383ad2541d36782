/* See stream.h. */
#include "core/stream.h"

#include <errno.h>

#include "core/batch.h"
#include "core/nonsocket.h"
#include "core/send.h"

enum { DATAGRAM_BURST = 16 };

static struct jev_slot *slot_of(const struct jev_ring *ring, uint32_t number) {
  return jev_slot_of(ring->reactor, number);
}

static int64_t read_bytes(struct jev_ring *ring, uint32_t number, uint8_t *target, uint32_t max) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(max > 0); /* else the system's 0 would be taken for the end of the stream */
  ring->header->syscalls++;
  if (!jev_slot_has(slot, SLOT_NOT_SOCKET)) {
    int64_t count = jev_receive(slot->fd, target, max);
    if (jev_errno_of(count) != ENOTSOCK) {
      return count;
    }
    jev_slot_raise(slot, SLOT_NOT_SOCKET);
    ring->header->syscalls++;
  }
  int64_t count = jev_nonsocket_read(ring, slot, target, max);
  if (slot->mode == MODE_FILE) {
    jev_mark_dirty(ring->reactor, number); /* no poller reports when it goes on */
  }
  return count;
}

static struct jev_completion *received(struct jev_ring *ring, uint16_t op, uint32_t number, int64_t count) {
  struct jev_reactor *reactor = ring->reactor;
  jev_assert(count >= 0 && jev_slot_has(jev_slot_of(reactor, number), SLOT_RECEIVING));
  reactor->received_bytes += (uint32_t)count;
  return jev_complete(ring, op, number, (int32_t)count);
}

static bool would_block(int64_t result) {
  return jev_errno_of(result) == EAGAIN || jev_errno_of(result) == EINTR;
}

/* No room in the slab: the next call will have it, or else a buffer must be given back first. */
static void out_of_room(struct jev_ring *ring, uint32_t number) {
  if (jev_slab_exhausted(&ring->slab)) {
    jev_wait_for_buffer(ring->reactor, number);
  }
}

/* How many buffers follow the reserved one in a row, for at most `bytes` and with room for a completion each.
 */
static uint32_t contiguous_buffers(const struct jev_ring *ring, uint32_t bytes) {
  const struct jev_reactor *reactor = ring->reactor;
  uint32_t kept = reactor->reserve + JEV_PER_READY;
  uint32_t room = jev_room(ring);
  uint32_t wanted = (bytes + ring->slab.size - 1) / ring->slab.size;
  return jev_slab_contiguous(&ring->slab, room > kept ? jev_min(wanted, room - kept) : 0);
}

/* One completion for each buffer that has taken some, of which the first had `room`. */
static void complete_received(struct jev_ring *ring, uint32_t number, uint32_t room, uint32_t count) {
  jev_assert(room > 0 && count > 0);
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

/* One call each time the slot becomes ready, so that a fast sender cannot delay the others. Slots that
 * receive little share a buffer; large receives go into several adjacent ones. */
static void receive_bytes(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t limit = slot->limit;
  uint32_t wish = jev_slot_has(slot, SLOT_BULK) ? limit : jev_min(limit, JEV_BULK);
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, jev_min(limit, JEV_MIN_RECEIVE), wish, limit, &room);
  if (target == NULL) {
    out_of_room(ring, number);
    return;
  }
  uint32_t behind = room < limit ? contiguous_buffers(ring, limit - room) * ring->slab.size : 0;
  uint32_t max = jev_min(room + behind, limit);
  int64_t count = read_bytes(ring, number, target, max);
  jev_assert(count <= (int64_t)max);
  if (count > 0) {
    complete_received(ring, number, room, (uint32_t)count);
    bool bulk = count >= JEV_BULK || (uint32_t)count == max;
    if (!bulk && jev_slot_has(slot, SLOT_BULK)) {
      jev_mark_dirty(ring->reactor, number); /* the system may receive for it again */
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
  jev_assert(count <= (int64_t)slot->limit);
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
  const struct jev_reactor *reactor = ring->reactor;
  if (!jev_slot_has(slot_of(ring, number), SLOT_DATAGRAMS)) {
    receive_bytes(ring, number);
    return;
  }
  while (burst-- > 0 && jev_room(ring) > reactor->reserve && receive_datagram(ring, number)) {
  }
}

/* And not again in this jev_enter. */
static void receive_once(struct jev_ring *ring, uint32_t number, int burst) {
  jev_assert(slot_of(ring, number)->received == 0 && slot_of(ring, number)->held == 0);
  uint32_t before = ring->header->completed;
  receive(ring, number, burst);
  if (ring->header->completed != before) {
    jev_received(ring->reactor, number);
  }
}

/* Connections that were accepted too late are not what the slot is going to receive. */
static void drop_connections(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (slot->held != 0 && jev_held_of(&reactor->held, number)->accepts) {
    jev_held_drop(&reactor->held, number);
    slot->held = 0;
  }
}

int32_t jev_op_receive(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  bool datagrams = in->op == JEV_OP_RECEIVE_FROM;
  int64_t room = (int64_t)ring->slab.size - (int64_t)sizeof(struct jev_address);
  int64_t max = datagrams && room < JEV_BATCH_BYTES ? room : JEV_BATCH_BYTES;
  if (in->a < 0 || jev_slot_has(slot, SLOT_ACCEPTING)) {
    return in->a < 0 ? -EINVAL : -EBUSY;
  }
  jev_make_ready(ring, slot);
  bool already = jev_slot_has(slot, SLOT_RECEIVING);
  slot->limit = (uint32_t)(in->a < max ? in->a : max) & JEV_LIMIT_MASK;
  jev_slot_clear(slot, SLOT_RECEIVING | SLOT_DATAGRAMS | SLOT_WAITS_FOR_BUFFER);
  if (in->a > 0) {
    drop_connections(ring->reactor, in->slot);
    jev_slot_raise(slot, SLOT_RECEIVING | (datagrams ? SLOT_DATAGRAMS : 0U));
    bool by_readiness = jev_receive_mode(ring->reactor, slot) == RECEIVE_BY_READINESS;
    if (!already && slot->received == 0 && by_readiness) {
      receive_once(ring, in->slot, 1);
    }
  }
  int32_t error = jev_interest(ring->reactor, in->slot, false);
  if (error != 0 && jev_slot_has(slot, SLOT_RECEIVING) && jev_room(ring) > 0) {
    jev_end_receiving(ring, in->slot, error);
  }
  return 0;
}

/* ---- accepting ---- */

void jev_end_accepting(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(jev_slot_has(slot, SLOT_ACCEPTING) && error < 0);
  jev_slot_clear(slot, SLOT_ACCEPTING);
  jev_complete(ring, JEV_ACCEPTED, number, error);
}

static void accept_ready(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(jev_slot_has(slot, SLOT_ACCEPTING) && slot->held == 0);
  while (jev_room(ring) > reactor->reserve + 1) {
    uint32_t room;
    const uint32_t size = sizeof(struct jev_address);
    uint8_t *target = jev_slab_reserve(&ring->slab, size, size, size, &room);
    if (target == NULL) {
      out_of_room(ring, number);
      return;
    }
    int32_t fd = jev_accept_one(slot->fd, jev_slot_has(slot, SLOT_ACCEPT_BLOCKING),
                                (struct jev_address *)(void *)target, &ring->header->syscalls);
    if (jev_errno_of(fd) == EAGAIN) {
      return;
    }
    if (fd < 0) {
      jev_end_accepting(ring, number, fd);
      jev_reconsider(reactor, number);
      return;
    }
    struct jev_completion *out = jev_complete(ring, JEV_ACCEPTED, number, fd);
    uint32_t buffer;
    out->value = jev_slab_commit(&ring->slab, sizeof(struct jev_address), &buffer);
    out->aux = buffer;
  }
}

int32_t jev_op_accept(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if (jev_slot_has(slot, SLOT_RECEIVING)) {
    return -EBUSY;
  }
  jev_slot_clear(slot, SLOT_ACCEPTING | SLOT_ACCEPT_BLOCKING | SLOT_WAITS_FOR_BUFFER);
  if (in->a != 0) {
    jev_make_nonblocking(ring, slot);
    bool blocking = (in->flags & JEV_FLAG_BLOCKING) != 0;
    jev_slot_raise(slot, SLOT_ACCEPTING | (blocking ? SLOT_ACCEPT_BLOCKING : 0U));
  }
  int32_t error = in->a != 0 ? jev_listens(slot->fd) : 0;
  if (error == 0) {
    error = jev_interest(ring->reactor, in->slot, false);
  }
  if (error != 0 && in->a != 0) {
    jev_end_accepting(ring, in->slot, error);
  }
  return 0;
}

/* ---- connecting ---- */

/* Connects, where the backend does: -EINPROGRESS or an error; -EOPNOTSUPP: by readiness. */
static int32_t connect_by_backend(struct jev_reactor *reactor, uint32_t number, int64_t address) {
  const struct jev_slot *slot = jev_slot_of(reactor, number);
  if (reactor->completion == NULL || reactor->completion->connect == NULL) {
    return -EOPNOTSUPP;
  }
  _Alignas(8) uint8_t converted[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  const struct jev_address *given = (const struct jev_address *)(intptr_t)address; /* NOLINT */
  int32_t error = jev_address_to_system(given, converted, &length);
  if (error != 0) {
    return error;
  }
  return reactor->completion->connect(reactor->poller, slot->fd, jev_token(slot, number), converted, length);
}

void jev_connected(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(result <= 0 && jev_errno_of(result) != EINPROGRESS);
  jev_slot_clear(slot, SLOT_CONNECTING);
  jev_complete(ring, JEV_CONNECTED, number, result);
  if (jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0) { /* else its result is going to come */
    if (result == 0) {
      jev_send_on(ring, number);
    } else {
      jev_send_fail(ring, number, result);
    }
  }
  jev_shut_if_asked(ring, number);
  if (result != 0 && jev_slot_has(slot, SLOT_RECEIVING)) {
    jev_end_receiving(ring, number, result);
  }
  jev_reconsider(ring->reactor, number);
}

int32_t jev_op_connect(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if (jev_slot_has(slot, SLOT_CONNECTING)) {
    return -EALREADY;
  }
  if (in->a < 0) {
    return -EINVAL;
  }
  int32_t result = -EINPROGRESS;
  jev_make_nonblocking(ring, slot);
  if (in->a != 0) {
    result = connect_by_backend(ring->reactor, in->slot, in->a);
    if (result == -EOPNOTSUPP) {
      ring->header->syscalls++;
      result = jev_connect(slot->fd, in->a);
    }
  }
  if (jev_errno_of(result) == EINPROGRESS || jev_errno_of(result) == EINTR) {
    jev_slot_raise(slot, SLOT_CONNECTING);
    result = jev_interest(ring->reactor, in->slot, false);
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
  if (jev_slot_has(slot, SLOT_SHUT_WAITS)) {
    return -EALREADY;
  }
  jev_slot_raise(slot, SLOT_SHUT_WAITS | ((in->a & 1) != 0 ? SLOT_SHUT_READS : 0U) |
                           ((in->a & 2) != 0 ? SLOT_SHUT_WRITES : 0U));
  jev_shut_if_asked(ring, in->slot);
  return 0;
}

/* A backend that could begin has nothing under way: reading at once takes nothing out of order. */
static void read_ready(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  enum jev_receive_mode mode = jev_receive_mode(ring->reactor, slot);
  if (slot->received != 0 || (mode != RECEIVE_BY_READINESS && mode != RECEIVE_BY_BACKEND)) {
    return;
  }
  if (jev_slot_has(slot, SLOT_RECEIVING)) {
    receive_once(ring, number, DATAGRAM_BURST);
  } else {
    accept_ready(ring, number);
  }
}

void jev_stream_ready(struct jev_ring *ring, uint32_t number, uint32_t mask) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(jev_slot_has(slot, SLOT_ATTACHED) && slot->polled == 0 && slot->detaching == 0);
  if (jev_slot_has(slot, SLOT_CONNECTING)) {
    connect_ready(ring, number);
    return;
  }
  if ((mask & JEV_WRITE) != 0 && jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0) {
    jev_send_on(ring, number);
  }
  if ((mask & JEV_READ) != 0) {
    read_ready(ring, number);
  }
}

void jev_stream_refused(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(error < 0 && slot->polled == 0 && slot->registered == 0);
  if (jev_slot_has(slot, SLOT_CONNECTING)) {
    jev_connected(ring, number, error);
    return;
  }
  if (jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0) {
    jev_send_fail(ring, number, error);
    jev_shut_if_asked(ring, number);
  }
  if (jev_slot_has(slot, SLOT_RECEIVING)) {
    jev_end_receiving(ring, number, error);
  } else if (jev_slot_has(slot, SLOT_ACCEPTING)) {
    jev_end_accepting(ring, number, error);
  }
}
