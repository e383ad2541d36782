/*
 * Recreating the poller: when it reports a registration that no slot has, and when a ring's thread changes.
 */
#ifndef JEV_RECREATE_H
#define JEV_RECREATE_H

#include "core/slots.h"

/* Replaces the poller's kernel object and registers all slots again, before the next wait. An error, such as
 * the lack of a descriptor, leaves the old one in place: it will report the orphan again. */
int32_t jev_recreate_poller(struct jev_ring *ring);

#endif
