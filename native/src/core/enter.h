/*
 * Entering a ring: one iteration from submissions to completions.
 */
#ifndef JEV_ENTER_H
#define JEV_ENTER_H

#include "core/ring.h"

int32_t jev_reactor_enter(struct jev_ring *ring, int64_t timeout);

#endif
