/* See datagrams.h. */
#include "core/datagrams.h"

#include <errno.h>

#include "core/nonsocket.h"
#include "core/operations.h"

static const struct jev_address *address_of(const struct jev_submission *in) {
  return (const struct jev_address *)(intptr_t)in->c; /* NOLINT */
}

static bool is_plain(const struct jev_submission *in) {
  return in->op == JEV_OP_SEND_TO && in->flags == 0 && in->b >= 0 && in->c >= 0 && (in->a > 0 || in->b == 0);
}

/* Nothing of the slot is under way that would come before them. */
static bool sends_now(const struct jev_reactor *reactor, uint32_t number) {
  if (number >= reactor->slot_count) {
    return false;
  }
  const struct jev_slot *slot = &reactor->slots[number];
  return jev_slot_has(slot, SLOT_ATTACHED) && slot->detaching == 0 && slot->polled == 0 &&
         slot->prepared == 0 && !jev_slot_has(slot, SLOT_SENDING) && !jev_slot_has(slot, SLOT_CONNECTING);
}

uint32_t jev_send_datagrams(struct jev_ring *ring, const struct jev_submission *first, uint32_t count) {
  if (JEV_DATAGRAMS_TOGETHER == 1 || !is_plain(first) || !sends_now(ring->reactor, first->slot)) {
    return 0;
  }
  struct jev_datagram datagrams[JEV_DATAGRAMS_TOGETHER];
  const uint32_t room = jev_room(ring) / JEV_PER_SUBMISSION;
  uint32_t found = 0;
  while (found < JEV_DATAGRAMS_TOGETHER && found < count && found < room && is_plain(&first[found]) &&
         first[found].slot == first->slot) {
    const struct jev_submission *in = &first[found];
    datagrams[found++] = (struct jev_datagram){.bytes = (void *)(intptr_t)in->a, /* NOLINT */
                                               .length = (size_t)in->b,
                                               .to = in->c == 0 ? NULL : address_of(in)};
  }
  if (found < 2) {
    return 0;
  }
  struct jev_slot *slot = jev_slot_of(ring->reactor, first->slot);
  jev_make_ready(ring, slot);
  ring->header->syscalls++;
  const int32_t sent = jev_send_together(slot->fd, datagrams, found);
  jev_assert(sent <= (int32_t)found && sent != 0);
  const int32_t error = jev_errno_of(sent);
  if (error == EAGAIN || error == EINTR || error == ENOSYS) {
    return 0;
  }
  if (sent < 0) { /* of the first one: asking again would not bring an error that was pending */
    jev_complete(ring, JEV_SENT, first->slot, sent)->value = 0;
    return 1;
  }
  for (uint32_t i = 0; i < (uint32_t)sent; i++) {
    jev_complete(ring, JEV_SENT, first->slot, 0)->value = first[i].b;
  }
  return (uint32_t)sent;
}
