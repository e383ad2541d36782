/* See batch.h. */
#include "core/batch.h"

_Static_assert(JEV_MIN_BATCH < JEV_MAX_BATCH, "a batch has a range");
_Static_assert(JEV_MIN_RECEIVE < JEV_BULK && JEV_BULK < JEV_BATCH_BYTES, "sizes of receives ascend");
_Static_assert((int)JEV_BULK == (int)JEV_RECEIVE_PIECE, "what fills a piece is bulk");
_Static_assert((int)JEV_BATCH_BYTES <= (int)JEV_LIMIT_MASK, "a slot's limit fits its field");

/* How many receives find a buffer, if each brings as many bytes as the average. */
static uint32_t receives_that_fit(const struct jev_slab *slab, uint32_t average) {
  uint32_t large = average < slab->size ? slab->size : average;
  uint32_t room = average < JEV_MIN_RECEIVE ? JEV_MIN_RECEIVE : average < JEV_BULK ? JEV_BULK : large;
  return room <= slab->size ? slab->free_count * (slab->size / room)
                            : slab->free_count / ((room - 1) / slab->size + 1);
}

uint32_t jev_batch_slots(const struct jev_ring *ring) {
  const struct jev_reactor *reactor = ring->reactor;
  uint32_t average = reactor->average;
  uint32_t max = jev_room(ring) / JEV_PER_READY;
  if (average == 0) {
    return max;
  }
  max = jev_min(max, receives_that_fit(&ring->slab, average) + 1);
  if ((reactor->ops->kind.features & JEV_FEATURE_O1) == 0) {
    return max;
  }
  uint32_t batch = JEV_BATCH_BYTES / average;
  return jev_min(max, batch < JEV_MIN_BATCH ? JEV_MIN_BATCH : jev_min(batch, JEV_MAX_BATCH));
}

void jev_batch_note_received(struct jev_reactor *reactor) {
  uint32_t count = reactor->received_count;
  jev_assert_implies(count == 0, reactor->received_bytes == 0);
  reactor->average = count == 0 ? 0 : reactor->received_bytes / count;
}
