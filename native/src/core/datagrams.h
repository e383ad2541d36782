/*
 * Datagrams of one slot that are submitted in a row leave in one system call, where there is such a call.
 */
#ifndef JEV_DATAGRAMS_H
#define JEV_DATAGRAMS_H

#include "core/slots.h"

/* Sends and completes the first submissions, as far as they are plain datagrams of one slot that leave at
 * once. Returns how many; 0: the first is carried out as any other. */
uint32_t jev_send_datagrams(struct jev_ring *ring, const struct jev_submission *first, uint32_t count);

#endif
