/*
 * Sends and connects that the system carries out itself: sends that leave at once, with all others of the
 * batch, and the rest of those that do not.
 */
#include <errno.h>

#include "direct.h"

enum { PER_SEND = 2, ALL_SENT = INT32_MAX };

/* ---- sending ---- */

bool jev_direct_send(struct jev_ring *ring, uint32_t number, const struct iovec *bytes, bool lazy) {
  struct jev_reactor *reactor = ring->state;
  struct jev_direct *direct = reactor->direct;
  struct jev_slot *slot = &reactor->slots[number];
  if (direct == NULL || direct->ops->send == NULL || direct->sends == JEV_MOST_SENDS ||
      (slot->flags & SLOT_PLAIN) != 0 || bytes->iov_len == 0 || bytes->iov_len > INT32_MAX ||
      jev_room(ring) < JEV_PER_RESULT + PER_SEND ||
      !direct->ops->send(reactor->poller, slot->fd, bytes->iov_base, (uint32_t)bytes->iov_len, direct->sends,
                         lazy)) {
    return false;
  }
  direct->prepared[direct->sends++] = (struct jev_prepared){.slot = number,
                                                            .generation = slot->generation,
                                                            .bytes = bytes->iov_base,
                                                            .length = (uint32_t)bytes->iov_len,
                                                            .lazy = lazy};
  ring->reserved += PER_SEND;
  slot->flags |= SLOT_SENDING;
  slot->prepared = 1;
  return true;
}

static bool goes_on(int32_t result) {
  return result >= 0 || result == -EAGAIN || result == -EINTR || result == -ENOTSOCK;
}

static void sent(struct jev_ring *ring, const struct jev_prepared *prepared, int32_t result) {
  struct jev_reactor *reactor = ring->state;
  struct jev_slot *slot = &reactor->slots[prepared->slot];
  if (slot->generation != prepared->generation) {
    return;
  }
  slot->flags &= (uint16_t)~SLOT_SENDING;
  slot->prepared = 0;
  if (result == ALL_SENT || result == (int32_t)prepared->length) {
    if (!prepared->lazy) {
      jev_complete(ring, JEV_SENT, prepared->slot, 0)->value = prepared->length;
    }
  } else if (goes_on(result) && slot->detaching != 0) {
    return;
  } else if (goes_on(result)) {
    uint32_t done = result > 0 ? (uint32_t)result : 0;
    struct iovec rest = {.iov_base = prepared->bytes + done, .iov_len = prepared->length - done};
    jev_send_rest(ring, prepared->slot, &rest, done, prepared->lazy);
  } else {
    jev_complete(ring, JEV_SENT, prepared->slot, result);
  }
  jev_shut_if_asked(ring, prepared->slot);
}

void jev_direct_sent(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  struct jev_direct *direct = reactor->direct;
  uint32_t count = direct->sends;
  if (count == 0) {
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    direct->results[i] = ALL_SENT;
  }
  direct->ops->sent(reactor->poller, count, direct->results);
  direct->sends = 0;
  ring->reserved = 0;
  for (uint32_t i = 0; i < count; i++) {
    sent(ring, &direct->prepared[i], direct->results[i]);
  }
}

/* ---- connecting, and the rest of sends ---- */

int32_t jev_direct_connect(struct jev_reactor *reactor, uint32_t number, int64_t address) {
  const struct jev_slot *slot = &reactor->slots[number];
  if (reactor->direct == NULL || reactor->direct->ops->connect == NULL) {
    return -EOPNOTSUPP;
  }
  _Alignas(8) uint8_t converted[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  const struct jev_address *given = (const struct jev_address *)(intptr_t)address; /* NOLINT */
  int32_t error = jev_address_to_system(given, converted, &length);
  if (error != 0) {
    return error;
  }
  return reactor->direct->ops->connect(reactor->poller, slot->fd, jev_token(slot, number), converted, length);
}

bool jev_direct_transmits(struct jev_reactor *reactor, uint32_t number) {
  const struct jev_slot *slot = &reactor->slots[number];
  return reactor->direct != NULL && reactor->direct->ops->transmit != NULL &&
         (slot->flags & SLOT_PLAIN) == 0 &&
         reactor->direct->ops->tied(reactor->poller, slot->fd, jev_token(slot, number));
}

int32_t jev_direct_transmit(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  if ((slot->flags & SLOT_CONNECTING) != 0 || !jev_direct_transmits(reactor, number)) {
    return -EOPNOTSUPP;
  }
  const struct jev_out *out = slot->out;
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  struct jev_transfer transfer = {.op = out->op,
                                  .vectors = out->vectors + out->first,
                                  .count = out->count,
                                  .file = out->file,
                                  .position = out->position,
                                  .remaining = out->remaining};
  int32_t error = 0;
  if (out->address != 0) {
    error = jev_address_to_system(&out->to, address, &transfer.to_length);
    transfer.to = address;
  }
  if (error == 0) {
    error = reactor->direct->ops->transmit(reactor->poller, slot->fd, jev_token(slot, number), &transfer);
  }
  slot->prepared = error == 0;
  return error;
}
