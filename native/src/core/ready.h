/*
 * Readiness: which slot gets what a poller or a backend has reported.
 */
#ifndef JEV_READY_H
#define JEV_READY_H

#include "core/slots.h"

/* A descriptor is ready. */
void jev_report(struct jev_ring *ring, const struct jev_ready *ready);
/* A descriptor cannot be watched, as turned out after `set`. */
void jev_unwatched(struct jev_ring *ring, uint32_t number, int32_t error);
/* The kernel refused what the poller has submitted. Unlike jev_unwatched, the operation itself need not meet
 * the error. */
void jev_watch_refused(struct jev_ring *ring, uint32_t number, int32_t error);

#endif
