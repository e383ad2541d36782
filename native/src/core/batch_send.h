/*
 * The sends that a backend has submitted as one batch.
 */
#ifndef JEV_BATCH_SEND_H
#define JEV_BATCH_SEND_H

#include "core/slots.h"

/* There are sends that have not been completed: the iteration must not end before the wait. */
bool jev_batch_is_open(const struct jev_reactor *reactor);
/* After the wait: completes the sends of the batch, or goes on with what has not left. */
void jev_complete_batch(struct jev_ring *ring);

#endif
