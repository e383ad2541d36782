/*
 * Data that a backend has received before the slot wanted it: copied out of the backend's buffers, and
 * delivered as soon as it is wanted.
 *
 * The contract stays the same as with pollers. A slot receives once in a jev_enter, at most its limit, and
 * nothing after it was stopped.
 */
#ifndef JEV_HOLD_H
#define JEV_HOLD_H

#include "core/slots.h"

/* The system is asked for no more until what is held has been delivered. */
void jev_hold_bytes(struct jev_ring *ring, uint32_t number, const uint8_t *bytes, uint32_t count);
/* The end of the stream, or an error. */
void jev_hold_end(struct jev_ring *ring, uint32_t number, int32_t result);
void jev_hold_connection(struct jev_ring *ring, uint32_t number, int32_t fd);
/* Completes an accepted connection. False: there is no room for the address. peer: NULL to ask for it. */
bool jev_complete_accepted(struct jev_ring *ring, uint32_t number, int32_t fd,
                           const struct jev_address *peer);
/* Delivers what is held for slots that want it now. */
void jev_deliver_held(struct jev_ring *ring);

#endif
