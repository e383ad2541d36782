/*
 * Receiving, accepting, connecting and shutting down, for one slot.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reactor.h"

enum { LEAST_RECEIVE = 512 };

static struct jev_slot *slot_of(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  return &reactor->slots[number];
}

static void end_receiving(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  uint16_t op = (slot->flags & SLOT_DATAGRAMS) != 0 ? JEV_RECEIVED_FROM : JEV_RECEIVED;
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS);
  jev_complete(ring, op, number, result);
  jev_interest(ring->state, number, false);
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
  return read(slot->fd, target, most);
}

static bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

/* No room in the slab: the next call will have it, or else a buffer must be given back first. */
static void out_of_room(struct jev_ring *ring, uint32_t number) {
  if (jev_slab_exhausted(&ring->slab)) {
    jev_starve(ring->state, number);
  }
}

static void receive_bytes(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t limit = (uint32_t)slot->limit;
  uint32_t room;
  uint8_t *target =
      jev_slab_reserve(&ring->slab, limit < LEAST_RECEIVE ? limit : LEAST_RECEIVE, limit, &room);
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
  } else if (count == 0 || !would_block(errno)) {
    end_receiving(ring, number, count == 0 ? 0 : -errno);
  }
}

static void receive_datagram(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  uint32_t wanted = (uint32_t)sizeof(struct jev_address) + (uint32_t)slot->limit;
  uint32_t room;
  uint8_t *target = jev_slab_reserve(&ring->slab, wanted, wanted, &room);
  if (target == NULL) {
    out_of_room(ring, number);
    return;
  }
  _Alignas(8) uint8_t from[JEV_SYSTEM_ADDRESS_SIZE];
  struct iovec vector = {.iov_base = target + sizeof(struct jev_address), .iov_len = (size_t)slot->limit};
  struct msghdr message = {.msg_name = from, .msg_namelen = sizeof from, .msg_iov = &vector, .msg_iovlen = 1};
  ring->header->syscalls++;
  ssize_t count = recvmsg(slot->fd, &message, MSG_DONTWAIT);
  if (count < 0) {
    if (!would_block(errno)) {
      end_receiving(ring, number, -errno);
    }
    return;
  }
  jev_address_from_system(from, message.msg_namelen, (struct jev_address *)(void *)target);
  uint32_t buffer;
  int64_t offset =
      jev_slab_commit(&ring->slab, (uint32_t)(sizeof(struct jev_address) + (size_t)count), &buffer);
  struct jev_completion *out = jev_complete(ring, JEV_RECEIVED_FROM, number, (int32_t)count);
  out->flags = (message.msg_flags & MSG_TRUNC) != 0 ? JEV_COMP_TRUNCATED : 0;
  out->aux = buffer;
  out->value = offset + (int64_t)sizeof(struct jev_address);
}

static void receive(struct jev_ring *ring, uint32_t number) {
  if ((slot_of(ring, number)->flags & SLOT_DATAGRAMS) != 0) {
    receive_datagram(ring, number);
  } else {
    receive_bytes(ring, number);
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
  slot->limit = (int32_t)(in->a < most ? in->a : most);
  slot->flags &= (uint16_t) ~(SLOT_RECEIVING | SLOT_DATAGRAMS | SLOT_STARVED);
  if (in->a > 0) {
    slot->flags |= (uint16_t)(SLOT_RECEIVING | (datagrams ? SLOT_DATAGRAMS : 0));
    if (!already && (slot->flags & SLOT_CONNECTING) == 0) {
      receive(ring, in->slot);
    }
  }
  int32_t error = jev_interest(ring->state, in->slot, false);
  if (error != 0 && (slot->flags & SLOT_RECEIVING) != 0 && jev_room(ring) > 0) {
    end_receiving(ring, in->slot, error);
  }
  return 0;
}

/* ---- accepting ---- */

static void accept_ready(struct jev_ring *ring, uint32_t number) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = slot_of(ring, number);
  while (jev_room(ring) > reactor->reserve + 1) {
    uint32_t room;
    uint8_t *target =
        jev_slab_reserve(&ring->slab, sizeof(struct jev_address), sizeof(struct jev_address), &room);
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

static void connected(struct jev_ring *ring, uint32_t number, int32_t result) {
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
  if (result != 0 && (slot->flags & SLOT_RECEIVING) != 0) {
    end_receiving(ring, number, result);
  }
  jev_interest(ring->state, number, false);
}

int32_t jev_op_connect(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if ((slot->flags & SLOT_CONNECTING) != 0) {
    return -EALREADY;
  }
  int32_t result = -EINPROGRESS;
  if (in->a != 0) {
    _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
    uint32_t length;
    result =
        jev_address_to_system((const struct jev_address *)(intptr_t)in->a, address, &length); /* NOLINT */
    if (result == 0) {
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
  connected(ring, in->slot, result);
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
    connected(ring, number, -error);
  }
}

/* ---- shutting down ---- */

int32_t jev_op_shutdown(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if (in->a < 1 || in->a > 3) {
    return -EINVAL;
  }
  if ((slot->flags & SLOT_SENDING) != 0 && in->a != 1) {
    slot->flags |= SLOT_SHUT_WAITS;
    slot->out->shut_how = (uint8_t)in->a;
    return 0;
  }
  jev_complete(ring, JEV_SHUT, in->slot, jev_shutdown(slot->fd, (int32_t)in->a));
  ring->header->syscalls++;
  return 0;
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
  if ((mask & JEV_READ) != 0 && (slot->flags & SLOT_STARVED) == 0) {
    if ((slot->flags & SLOT_RECEIVING) != 0) {
      receive(ring, number);
    } else if ((slot->flags & SLOT_ACCEPTING) != 0) {
      accept_ready(ring, number);
    }
  }
}
