/* See ring.h. */
#include "core/ring.h"

#include "core/jev_assert.h"

struct jev_completion *jev_complete(struct jev_ring *ring, uint16_t op, uint32_t slot, int32_t result) {
  jev_assert(jev_room(ring) > 0);
  jev_assert(ring->header->completed + ring->reserved < ring->header->completions_capacity);
  struct jev_completion *next = &ring->completions[ring->header->completed++];
  next->op = op;
  next->flags = 0;
  next->slot = slot;
  next->result = result;
  next->aux = 0;
  next->value = 0;
  return next;
}
