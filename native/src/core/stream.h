/*
 * Receiving, accepting and connecting for one slot, and what its readiness means for them.
 */
#ifndef JEV_STREAM_H
#define JEV_STREAM_H

#include "core/slots.h"

/* Each returns 0 or a negated errno that refuses the submission. */
int32_t jev_op_receive(struct jev_ring *ring, const struct jev_submission *in);
int32_t jev_op_accept(struct jev_ring *ring, const struct jev_submission *in);
int32_t jev_op_connect(struct jev_ring *ring, const struct jev_submission *in);
int32_t jev_op_shutdown(struct jev_ring *ring, const struct jev_submission *in);
/* The slot is connected, or is not going to be. */
void jev_connected(struct jev_ring *ring, uint32_t number, int32_t result);
/* Accepting has failed: its last completion. */
void jev_end_accepting(struct jev_ring *ring, uint32_t number, int32_t error);
/* The slot's descriptor is ready for `mask`. */
void jev_stream_ready(struct jev_ring *ring, uint32_t number, uint32_t mask);
/* The slot's descriptor cannot be watched: what waits for it ends with this error. */
void jev_stream_refused(struct jev_ring *ring, uint32_t number, int32_t error);

#endif
