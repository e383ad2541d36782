/*
 * What WSAPoll and select have in common on Windows.
 */
#ifndef JEV_ARRAY_WINDOWS_H
#define JEV_ARRAY_WINDOWS_H

#include "pollers/array.h"

/* What to ask for, and what was reported, as the contract has it. */
short jev_array_events(uint32_t mask);
uint32_t jev_array_mask(int events);

/* A closed socket fails the whole call: marks the entries of such sockets, as poll would. Returns how many
 * there are, or an error when there is none. */
int32_t jev_array_find_closed(struct jev_poller *poller);

/* The result of a call that began at `start` and found nothing: -EINTR when it returned early, which the
 * ticks of the system's clock cause. */
int32_t jev_array_nothing(int64_t start, int64_t timeout);

#endif
