/* What must be so of a ring whatever is submitted to it. */
#ifndef JEV_FUZZ_MODEL_H
#define JEV_FUZZ_MODEL_H

#include <stdbool.h>

#include "input.h"
#include "jevent.h"

struct ring {
  int64_t handle;
  struct jev_header *header;
  struct jev_submission *submissions;
  struct jev_completion *completions;
  uint8_t *slab;
};

/* The slots that inputs use, besides numbers that are none. */
enum { MODEL_SLOTS = 12 };
uint32_t model_slot(uint32_t index);

/* Drops the state of the previous ring. */
void model_begin(struct ring *ring);
/* Around each jev_enter. */
void model_before(const struct ring *ring);
void model_after(const struct ring *ring, int32_t result);
/* Something is attached, and its DETACHED has not been reported. */
bool model_attached(uint32_t index);

#endif
