/*
 * Signals of rings: watching and reporting.
 */
#ifndef JEV_SIGNALS_H
#define JEV_SIGNALS_H

#include "core/ring.h"

int32_t jev_signals_watch(struct jev_ring *ring, int32_t signal, bool on);
/* Turns what the handlers have counted into completions. */
void jev_signals_report(struct jev_ring *ring);
void jev_signals_close(struct jev_ring *ring);

#endif
