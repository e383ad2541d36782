package org.jevent.internal.engine.ring;

/**
 * What a ring has cost.
 *
 * @param crossings calls from Java into the shim to exchange submissions and completions
 * @param enters the same, counted by the shim
 * @param waits calls of the kernel's waiting function
 * @param syscalls all system calls made while exchanging
 * @param posted operations handed to a system that carries them out itself: io_uring, completion
 *     ports
 * @param packets what such a system has reported of them
 * @param rebuilds how often a stale registration forced the poller to be recreated
 */
public record RingCounters(
    long crossings,
    long enters,
    long waits,
    long syscalls,
    long posted,
    long packets,
    long rebuilds) {}
