/*
 * A pipe to itself: the wake-up where the interface has none of its own.
 */
#ifndef JEV_WAKE_PIPE_H
#define JEV_WAKE_PIPE_H

#include <stdint.h>

struct jev_wake_pipe {
  int32_t reader; /* to be watched for reading */
  int32_t writer;
};

/* Both ends non-blocking and closed by exec. 0, or a negated errno. */
int32_t jev_wake_pipe_open(struct jev_wake_pipe *out);
/* Any thread, and signal handlers. */
int32_t jev_wake_pipe_write(const struct jev_wake_pipe *into);
/* Takes every wake-up until now. Returns how many reads that took. */
uint32_t jev_wake_pipe_drain(const struct jev_wake_pipe *from);
void jev_wake_pipe_close(struct jev_wake_pipe *closed);

#endif
