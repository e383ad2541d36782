/*
 * What counting signals, in signals.c, and the system's way of telling of them, in signal_posix.c and
 * signal_windows.c, know of each other.
 */
#ifndef JEV_SIGNALS_H
#define JEV_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

enum { JEV_SIGNALS = 128 };

/* ---- signals.c ---- */
/* A signal has come: counts it for every ring that watches it, and wakes those rings. Any thread, and signal
 * handlers. False: nobody watches it. */
bool jev_signal_count(int32_t signal);

/* ---- signal_*.c ---- */
/* Has the system tell of a signal from now on; and as before again. Under the lock. */
int32_t jev_signal_install(int32_t signal);
void jev_signal_restore(int32_t signal);
void jev_signals_lock(void);
void jev_signals_unlock(void);
/* Lets others run. */
void jev_thread_yield(void);

#endif
