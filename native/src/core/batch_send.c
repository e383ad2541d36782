/* See batch_send.h. */
#include "core/batch_send.h"

#include <errno.h>

#include "core/send.h"

enum { ALL_SENT = INT32_MAX };

static bool goes_on(int32_t result) {
  return result >= 0 || result == -EAGAIN || result == -EINTR || result == -ENOTSOCK;
}

static void complete(struct jev_ring *ring, const struct jev_batched_send *send, int32_t result) {
  struct jev_slot *slot = jev_slot_of(ring->reactor, send->slot);
  if (slot->generation != send->generation) {
    return;
  }
  jev_assert(slot->prepared != 0);
  jev_assert(jev_slot_has(slot, SLOT_SENDING) || slot->detaching != 0);
  jev_assert(result == ALL_SENT || result <= (int32_t)send->length);
  jev_slot_clear(slot, SLOT_SENDING);
  slot->prepared = 0;
  if (result == ALL_SENT || result == (int32_t)send->length) {
    if (!send->quiet) {
      jev_complete(ring, JEV_SENT, send->slot, 0)->value = send->length;
    }
  } else if (goes_on(result) && slot->detaching != 0) {
    return;
  } else if (goes_on(result) && send->cancelled) {
    jev_complete(ring, JEV_SENT, send->slot, -ECANCELED)->value = result > 0 ? result : 0;
  } else if (goes_on(result)) {
    uint32_t done = result > 0 ? (uint32_t)result : 0;
    jev_assert(done < send->length);
    struct iovec rest = {.iov_base = send->bytes + done, .iov_len = send->length - done};
    jev_send_rest(ring, send->slot, &rest, done, send->quiet);
  } else {
    jev_complete(ring, JEV_SENT, send->slot, result);
  }
  jev_shut_if_asked(ring, send->slot);
}

bool jev_batch_is_open(const struct jev_reactor *reactor) {
  return reactor->batch != NULL && reactor->batch->count > 0;
}

void jev_complete_batch(struct jev_ring *ring) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_send_batch *batch = reactor->batch;
  if (!jev_batch_is_open(reactor)) {
    return;
  }
  uint32_t count = batch->count;
  jev_assert(count <= JEV_MAX_SENDS && ring->reserved == count * JEV_PER_SEND);
  for (uint32_t i = 0; i < count; i++) {
    batch->results[i] = ALL_SENT;
  }
  reactor->completion->sent(reactor->poller, count, batch->results);
  batch->count = 0;
  ring->reserved = 0;
  for (uint32_t i = 0; i < count; i++) {
    complete(ring, &batch->sends[i], batch->results[i]);
  }
  jev_assert(batch->count == 0 && ring->reserved == 0); /* completing a send prepares no other one */
}
