/*
 * Submissions: what Java asks of a ring's slots. Also the life of the reactor, which goes with its slots.
 */
#ifndef JEV_SUBMIT_H
#define JEV_SUBMIT_H

#include "core/slots.h"

int32_t jev_reactor_open(struct jev_ring *ring, const struct jev_poller_ops *ops, int32_t flags);
void jev_reactor_close(struct jev_ring *ring);
/* Performs what was submitted, as far as there is room for its completions. */
void jev_take_submissions(struct jev_ring *ring);

#endif
