/*
 * A pipe that ends the wait of a poller which has nothing better.
 */
#ifndef JEV_WAKE_H
#define JEV_WAKE_H

#include "core/atomics.h"

struct jev_wake {
  int32_t ends[2]; /* to be watched for reading, to be written to */
  jev_atomic pending;
};

int32_t jev_wake_open(struct jev_wake *wake);
void jev_wake_close(struct jev_wake *wake);
/* Any thread, and signal handlers. One byte until it is drained, however often. */
int32_t jev_wake_up(struct jev_wake *wake);
/* The wait has ended. */
void jev_wake_drain(struct jev_wake *wake);

#endif
