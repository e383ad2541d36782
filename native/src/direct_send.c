/*
 * Sends and connects that the system carries out itself: sends that leave at once, with all others of the
 * batch, and the rest of those that do not.
 */
#include <errno.h>

#include "direct.h"

enum { PER_SEND = 2, ALL_SENT = INT32_MAX };

/* ---- sending ---- */

bool jev_send_batched(struct jev_ring *ring, uint32_t number, const struct iovec *bytes, bool quiet) {
  struct jev_reactor *reactor = ring->state;
  struct jev_backend *backend = reactor->backend;
  struct jev_slot *slot = &reactor->slots[number];
  if (backend == NULL || backend->ops->send == NULL || backend->sends == JEV_MAX_SENDS ||
      (slot->flags & SLOT_NOT_SOCKET) != 0 || bytes->iov_len == 0 || bytes->iov_len > INT32_MAX ||
      jev_room(ring) < JEV_PER_RESULT + PER_SEND ||
      !backend->ops->send(reactor->poller, slot->fd, bytes->iov_base, (uint32_t)bytes->iov_len,
                          backend->sends, quiet)) {
    return false;
  }
  backend->prepared[backend->sends++] = (struct jev_prepared){.slot = number,
                                                              .generation = slot->generation,
                                                              .bytes = bytes->iov_base,
                                                              .length = (uint32_t)bytes->iov_len,
                                                              .quiet = quiet};
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
    if (!prepared->quiet) {
      jev_complete(ring, JEV_SENT, prepared->slot, 0)->value = prepared->length;
    }
  } else if (goes_on(result) && slot->detaching != 0) {
    return;
  } else if (goes_on(result)) {
    uint32_t done = result > 0 ? (uint32_t)result : 0;
    struct iovec rest = {.iov_base = prepared->bytes + done, .iov_len = prepared->length - done};
    jev_send_rest(ring, prepared->slot, &rest, done, prepared->quiet);
  } else {
    jev_complete(ring, JEV_SENT, prepared->slot, result);
  }
  jev_shut_if_asked(ring, prepared->slot);
}

void jev_complete_batch(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->state;
  struct jev_backend *backend = reactor->backend;
  uint32_t count = backend->sends;
  if (count == 0) {
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    backend->results[i] = ALL_SENT;
  }
  backend->ops->sent(reactor->poller, count, backend->results);
  backend->sends = 0;
  ring->reserved = 0;
  for (uint32_t i = 0; i < count; i++) {
    sent(ring, &backend->prepared[i], backend->results[i]);
  }
}

/* ---- connecting, and the rest of sends ---- */

int32_t jev_backend_connect(struct jev_reactor *reactor, uint32_t number, int64_t address) {
  const struct jev_slot *slot = &reactor->slots[number];
  if (reactor->backend == NULL || reactor->backend->ops->connect == NULL) {
    return -EOPNOTSUPP;
  }
  _Alignas(8) uint8_t converted[JEV_SYSTEM_ADDRESS_SIZE];
  uint32_t length;
  const struct jev_address *given = (const struct jev_address *)(intptr_t)address; /* NOLINT */
  int32_t error = jev_address_to_system(given, converted, &length);
  if (error != 0) {
    return error;
  }
  return reactor->backend->ops->connect(reactor->poller, slot->fd, jev_token(slot, number), converted,
                                        length);
}

bool jev_transmits(struct jev_reactor *reactor, uint32_t number) {
  const struct jev_slot *slot = &reactor->slots[number];
  return reactor->backend != NULL && reactor->backend->ops->transmit != NULL &&
         (slot->flags & SLOT_NOT_SOCKET) == 0 &&
         reactor->backend->ops->associated(reactor->poller, slot->fd, jev_token(slot, number));
}

int32_t jev_transmit(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = &reactor->slots[number];
  if ((slot->flags & SLOT_CONNECTING) != 0 || !jev_transmits(reactor, number)) {
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
    error = reactor->backend->ops->transmit(reactor->poller, slot->fd, jev_token(slot, number), &transfer);
  }
  slot->prepared = error == 0;
  return error;
}
