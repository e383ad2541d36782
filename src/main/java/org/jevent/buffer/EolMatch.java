package org.jevent.buffer;

/**
 * Where a line ends.
 *
 * @param position of the ending's first byte
 * @param length of the ending
 */
public record EolMatch(long position, int length) {}
