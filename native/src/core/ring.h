/*
 * A ring inside the shim: the shared block with its two queues and its slab, and the reactor that serves it.
 */
#ifndef JEV_RING_H
#define JEV_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atomics.h"
#include "core/jev_assert.h"
#include "core/slab.h"
#include "jevent.h"

struct jev_reactor;

struct jev_ring {
  struct jev_reactor *reactor;
  uint8_t *block;
  int64_t block_size;
  struct jev_header *header;
  struct jev_submission *submissions;
  struct jev_completion *completions;
  uint32_t reserved; /* completions that sends under way may need */
  uint32_t left;     /* submissions that the last jev_enter left over */
  struct jev_slab slab;
#if JEV_ASSERTS
  jev_atomic entered; /* by a thread */
#endif
  jev_atomic_pointer port; /* signals: a jev_port, or NULL when none was ever watched; set by any thread */
};

/* Room for that many more completions. */
static inline uint32_t jev_room(const struct jev_ring *ring) {
  return ring->header->completions_capacity - ring->header->completed - ring->reserved;
}

/* Appends a completion; the caller has made sure that there is room. */
struct jev_completion *jev_complete(struct jev_ring *ring, uint16_t op, uint32_t slot, int32_t result);

#endif
