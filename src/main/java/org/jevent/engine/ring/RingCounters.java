package org.jevent.engine.ring;

/**
 * What a ring has cost.
 *
 * @param crossings calls from Java into the shim to exchange submissions and completions
 * @param enters the same, counted by the shim
 * @param waits calls of the kernel's waiting function
 * @param syscalls all system calls made while exchanging
 * @param rebuilds how often a stale registration forced the poller to start afresh
 */
public record RingCounters(long crossings, long enters, long waits, long syscalls, long rebuilds) {}
