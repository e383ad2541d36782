/*
 * Receiving, accepting and connecting for one slot, and what its readiness means for them.
 */
#ifndef JEV_STREAM_H
#define JEV_STREAM_H

#include "core/operations.h"
#include "core/slots.h"

/* The slot is connected, or is not going to be. */
void jev_connected(struct jev_ring *ring, uint32_t number, int32_t result);
/* Accepting has failed: its last completion. */
void jev_end_accepting(struct jev_ring *ring, uint32_t number, int32_t error);
/* The slot's descriptor is ready for `mask`. */
void jev_stream_ready(struct jev_ring *ring, uint32_t number, uint32_t mask);
/* The slot's descriptor cannot be watched: what waits for it ends with this error. */
void jev_stream_refused(struct jev_ring *ring, uint32_t number, int32_t error);

#endif
