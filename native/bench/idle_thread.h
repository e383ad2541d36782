/*
 * A thread that sleeps for ever. Every JVM has some, and with a second thread the kernel counts references to
 * open files by atomic operations: a program without one is no fair floor.
 */
#ifndef JEVENT_BENCH_IDLE_THREAD_H
#define JEVENT_BENCH_IDLE_THREAD_H

#include <stdbool.h>

/* False: it could not be started, and errno says why. */
bool idle_thread_start(void);

#endif
