/*
 * The batching rules: how much one jev_enter receives, and from how many slots.
 *
 * A batch ends at 64 slots or about 128 KiB. What has arrived is then still in the processor's cache when
 * Java reads and answers it. Microseconds of a processor a line, medians, on the machine of
 * docs/measurements/2026-11-28.md (connections x lines x bytes):
 *
 *   cell            all that is ready   batch   bare epoll
 *   64x1x16384                   10.7     7.2          6.2
 *   1000x1x64                    4.39    4.09         3.41
 *
 * With 10,000 connections the ratio to bare epoll went from 0.74 to 1.16, and p99.9 from 133 to 62 ms. A
 * smaller batch costs small lines more (16 slots instead of 64 at 64x1x64: 3.80 instead of 3.67).
 *
 * poll and select look at every descriptor in each wait: they report as many as there are buffers for.
 */
#ifndef JEV_BATCH_H
#define JEV_BATCH_H

#include "core/slots.h"

enum {
  JEV_BATCH_BYTES = 128 * 1024, /* about that much is received in one jev_enter */
  JEV_MIN_BATCH = 4,            /* slots */
  JEV_MAX_BATCH = 64,
  JEV_MIN_RECEIVE = 512, /* less room counts as none */
  JEV_BULK = 2048        /* a slot whose receives are as large gets a buffer for itself */
};

/* How many slots the next wait may report. There has to be room for them, and they are no more than a batch
 * by what the last waits received. Pollers go on with the others in the next wait. */
uint32_t jev_batch_slots(const struct jev_ring *ring);
/* The reported slots have received: the average decides on the next wait. */
void jev_batch_note_received(struct jev_reactor *reactor);

#endif
