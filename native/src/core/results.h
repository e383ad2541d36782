/*
 * The results of operations that a completion backend has performed: receives, accepts, connects, sends.
 */
#ifndef JEV_RESULTS_H
#define JEV_RESULTS_H

#include "core/slots.h"

/* After the wait: completes what the backend has results of, as far as there is room. */
void jev_reap(struct jev_ring *ring);

#endif
