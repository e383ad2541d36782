/*
 * Connections of all kinds on one ring, whose every byte and completion is checked while calls fail around
 * them.
 */
#ifndef JEV_TEST_STREAMS_H
#define JEV_TEST_STREAMS_H

#include <stdint.h>

/* Faults of these kinds in `rate` of a thousand calls. Ends the program when something is not as the contract
 * says. */
void run_streams(uint64_t seed, uint32_t rate, uint32_t kinds);

#endif
