/*
 * The well-known chain benchmark of event loops, for an event loop in C:
 *
 *   NAME [-n pairs] [-a active] [-w writes] [-r rounds] [-k pipe|tcp|unix] [-c] [-t]
 *
 * Of n pairs of connected descriptors (pipes, TCP over loopback, or Unix domain sockets) `active` get a byte
 * at the start of a round. Each event reads one byte and, as long as there are writes left, writes one to
 * the next pair. A round ends when as many bytes were read as written. Printed: microseconds per round,
 * nanoseconds per event.
 *
 * With -c it is a cascade: each round watches all pairs again, each for one event, and one byte goes from
 * the first pair to the last. Watching is part of the round. With -t a second thread sleeps meanwhile.
 */
#ifndef JEVENT_BENCH_CHAIN_H
#define JEVENT_BENCH_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

struct chain_loop {
  const char *name;
  void (*open)(int pairs);
  void (*watch)(int fd, int pair, bool once); /* for reading: until the end, or until it was ready once */
  void (*run)(void); /* calls chain_ready() for each that is ready, until chain_is_over() */
};

/* Says what failed, and errno, and ends the process. */
_Noreturn void chain_give_up(const char *what);
void chain_ready(int pair);
bool chain_is_over(void);
void chain_run(int argc, char **argv, const struct chain_loop *loop);

#endif
