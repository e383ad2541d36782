package org.jevent.internal.engine;

/**
 * What an engine has cost so far. A figure is 0 where an engine has nothing of that kind or cannot
 * count it, as {@code nio} cannot count its system calls.
 *
 * @param crossings calls from Java into the shim to exchange submissions and completions
 * @param enters calls of {@link Engine#enter}, further rounds of one call included
 * @param waits calls of the kernel's waiting function, or of a selector
 * @param syscalls all system calls made while exchanging
 * @param posted operations handed to a system that carries them out itself: io_uring, completion
 *     ports
 * @param packets what such a system has reported of them
 * @param rebuilds how often a stale registration forced the poller or selector to be recreated
 */
public record EngineCounters(
    long crossings,
    long enters,
    long waits,
    long syscalls,
    long posted,
    long packets,
    long rebuilds) {}
