/*
 * The interface between signals.c, which counts signals, and signal_posix.c and signal_windows.c, which
 * receive them from the system.
 */
#ifndef JEV_SIGNALS_H
#define JEV_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

enum { JEV_SIGNALS = 128 };

/* ---- signals.c ---- */
/* Counts a signal for every ring that watches it, and wakes those rings. Any thread, and signal handlers.
 * False: no ring watches it. */
bool jev_signal_count(int32_t signal);

/* ---- signal_*.c ---- */
/* Routes a signal to this library, and restores the previous handling. Under the lock. */
int32_t jev_signal_install(int32_t signal);
void jev_signal_restore(int32_t signal);
void jev_signals_lock(void);
void jev_signals_unlock(void);
/* Lets others run. */
void jev_thread_yield(void);

#endif
