/*
 * Signal ports: where a handler counts a signal for each ring that watches it, and wakes that ring. Also the
 * system's side of signals, which posix/signal.c and windows/signal.c implement.
 *
 * Counting touches only lock-free atomics and the poller's wake-up, so that a handler may do it. Ports are
 * never freed, so that a handler still finds valid memory while its ring is destroyed. `busy` keeps the ring
 * alive until such a handler has left. The previous handler is restored when the last watcher leaves.
 */
#ifndef JEV_SIGNAL_PORTS_H
#define JEV_SIGNAL_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/atomics.h"

enum { JEV_SIGNALS = 128 };

struct jev_poller;

struct jev_port {
  struct jev_port *next;                      /* set once, before the port is published */
  bool taken;                                 /* under the lock */
  int32_t (*wake)(struct jev_poller *poller); /* set before `poller` is */
  jev_atomic_pointer poller;                  /* a jev_poller, or NULL */
  jev_atomic busy;
  jev_atomic pending;
  jev_atomic watched[JEV_SIGNALS];
  jev_atomic counts[JEV_SIGNALS];
};

extern jev_atomic_pointer jev_signal_ports; /* the first jev_port of a list */

/* Counts a signal for every ring that watches it, and wakes those rings. Any thread, and signal handlers.
 * False: no ring watches it. */
bool jev_signal_count(int32_t signal);

/* ---- {posix,windows}/signal.c ---- */
/* Routes a signal to this library, and restores the previous handling. Under the lock. */
int32_t jev_signal_install(int32_t signal);
void jev_signal_restore(int32_t signal);
void jev_signals_lock(void);
void jev_signals_unlock(void);
/* Lets other threads run. */
void jev_thread_yield(void);

#endif
