/*
 * Receiving, accepting, connecting and shutting down, for one slot.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reactor.h"

enum { LEAST_RECEIVE = 512, BULK = 2048, DATAGRAM_BURST = 16 };

static struct jev_slot *slot_of(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  return &reactor->slots[number];
}

void jev_end_receiving(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  uint16_t op = (slot->flags & SLOT_DATAGRAMS) != 0 ? JEV_RECEIVED_FROM : JEV_RECEIVED;
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS);
  jev_complete(ring, op, number, result);
  jev_lapse(ring->state, number);
}

static ssize_t read_bytes(struct jev_ring *ring, struct jev_slot *slot, uint8_t *target, uint32_t most) {
  ring->header->syscalls++;
  if ((slot->flags & SLOT_PLAIN) == 0) {
    ssize_t count = recv(slot->fd, target, most, MSG_DONTWAIT);
    if (count >= 0 || errno != ENOTSOCK) {
      return count;
    }
    slot->flags |= SLOT_PLAIN;
    ring->header->syscalls++;
  }
  if (jev_would_wait(ring, slot, POLLIN)) {
    errno = EAGAIN;
    return -1;
  }
  return read(slot->fd, target, most);
}

static bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

/* No room in the slab: the next call will have it, or else a buffer must be given back first. */
static void out_of_room(struct jev_ring *ring, uint32_t number) {
  if (jev_slab_exhausted(&ring->slab)) {
    jev_starve(ring->state, number);
  }
}

static uint32_t least_of(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* One call for each time the slot becomes ready, so that a fast sender cannot starve the others. Slots that
 * receive little share a buffer. */
static void receive_bytes(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t limit = slot->limit;
  uint32_t wish = (slot->flags & SLOT_BULK) != 0 ? limit : least_of(limit, BULK);
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, least_of(limit, LEAST_RECEIVE), wish, limit, &room);
  if (target == NULL) {
    out_of_room(ring, number);
    return;
  }
  ssize_t count = read_bytes(ring, slot, target, room);
  if (count > 0) {
    uint32_t buffer;
    int64_t offset = jev_slab_commit(&ring->slab, (uint32_t)count, &buffer);
    struct jev_completion *out = jev_complete(ring, JEV_RECEIVED, number, (int32_t)count);
    out->aux = buffer;
    out->value = offset;
    bool bulk = count >= BULK || (uint32_t)count == room;
    if (!bulk && (slot->flags & SLOT_BULK) != 0) {
      jev_lapse(ring->state, number); /* the system may receive for it again */
    }
    slot->flags = (uint16_t)(bulk ? slot->flags | SLOT_BULK : slot->flags & ~SLOT_BULK);
  } else if (count == 0 || !would_block(errno)) {
    jev_end_receiving(ring, number, count == 0 ? 0 : -errno);
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
  _Alignas(8) uint8_t from[JEV_SYSTEM_ADDRESS_SIZE];
  struct iovec vector = {.iov_base = target + sizeof(struct jev_address), .iov_len = (size_t)slot->limit};
  struct msghdr message = {.msg_name = from, .msg_namelen = sizeof from, .msg_iov = &vector, .msg_iovlen = 1};
  ring->header->syscalls++;
  ssize_t count = recvmsg(slot->fd, &message, MSG_DONTWAIT);
  if (count < 0) {
    if (!would_block(errno)) {
      jev_end_receiving(ring, number, -errno);
    }
    return false;
  }
  jev_address_from_system(from, message.msg_namelen, (struct jev_address *)(void *)target);
  uint32_t buffer;
  int64_t offset =
      jev_slab_commit(&ring->slab, (uint32_t)(sizeof(struct jev_address) + (size_t)count), &buffer);
  struct jev_completion *out = jev_complete(ring, JEV_RECEIVED_FROM, number, (int32_t)count);
  out->flags = (message.msg_flags & MSG_TRUNC) != 0 ? JEV_COMP_TRUNCATED : 0;
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

int32_t jev_op_receive(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  bool datagrams = in->op == JEV_OP_RECEIVE_FROM;
  int64_t most = (int64_t)ring->slab.size - (datagrams ? (int64_t)sizeof(struct jev_address) : 0);
  if (in->a < 0 || (slot->flags & SLOT_ACCEPTING) != 0) {
    return in->a < 0 ? -EINVAL : -EBUSY;
  }
  bool already = (slot->flags & SLOT_RECEIVING) != 0;
  most = most < MOST_RECEIVED ? most : MOST_RECEIVED;
  slot->limit = (uint32_t)(in->a < most ? in->a : most) & MOST_RECEIVED;
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS | SLOT_STARVED);
  if (in->a > 0) {
    slot->flags |= (uint16_t)(SLOT_RECEIVING | (datagrams ? SLOT_DATAGRAMS : 0));
    if (!already && (slot->flags & SLOT_CONNECTING) == 0 && !jev_direct_reads(ring->state, slot) &&
        !jev_direct_first(slot)) {
      uint32_t before = ring->header->completed;
      receive(ring, in->slot, 1);
      if (ring->header->completed != before) {
        jev_received(ring->state, in->slot);
      }
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
    if (fd == -EAGAIN) {
      return;
    }
    struct jev_completion *out = jev_complete(ring, JEV_ACCEPTED, number, fd);
    if (fd < 0) {
      slot->flags &= (uint16_t)~SLOT_ACCEPTING;
      jev_interest(reactor, number, false);
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
  slot->flags &= (uint16_t) ~(SLOT_ACCEPTING | SLOT_ACCEPT_BLOCKING | SLOT_STARVED);
  if (in->a != 0) {
    slot->flags |=
        (uint16_t)(SLOT_ACCEPTING | ((in->flags & JEV_FLAG_BLOCKING) != 0 ? SLOT_ACCEPT_BLOCKING : 0));
  }
  int32_t error = jev_interest(ring->state, in->slot, false);
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
  if ((slot->flags & SLOT_SENDING) != 0) {
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
  jev_interest(ring->state, number, false);
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
  if (in->a != 0) {
    _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
    uint32_t length;
    result =
        jev_address_to_system((const struct jev_address *)(intptr_t)in->a, address, &length); /* NOLINT */
    if (result == 0) {
      result = jev_direct_connect(ring->state, in->slot, address, length);
    }
    if (result == -EOPNOTSUPP) {
      ring->header->syscalls++;
      result = connect(slot->fd, (const struct sockaddr *)(const void *)address, length) == 0 ? 0 : -errno;
    }
  }
  if (result == -EINPROGRESS || result == -EINTR) {
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
  int error = 0;
  socklen_t length = sizeof error;
  ring->header->syscalls++;
  if (getsockopt(slot_of(ring, number)->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
    error = errno;
  }
  if (error != EINPROGRESS && error != EINTR) {
    jev_connected(ring, number, -error);
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
  jev_complete(ring, JEV_SHUT, number, jev_shutdown(slot->fd, how));
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
  if ((mask & JEV_READ) != 0 && (slot->flags & SLOT_STARVED) == 0 && slot->received == 0 &&
      !jev_direct_first(slot)) {
    if ((slot->flags & SLOT_RECEIVING) != 0) {
      receive(ring, number, DATAGRAM_BURST);
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
  if ((slot->flags & SLOT_SENDING) != 0) {
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
