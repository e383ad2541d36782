/**
 * Streams with a buffer for each direction: {@link org.jevent.bufferevent.BufferEvent}, libevent's
 * {@code bufferevent}, on a socket, between two ends in memory, or filtering another one.
 *
 * <p>A program adds to the output and takes from the input; reading, writing, time-outs, watermarks
 * and rate limits are the library's work. Socket streams use the engine's operations on streams,
 * not readiness: what arrives is a completion with the bytes in it, and what was added in an
 * iteration of the loop leaves at its end, in one send for each stream.
 *
 * <p>Where null is not said to mean something, it is refused with a {@link NullPointerException},
 * at once and with nothing changed; so are numbers out of range, with an {@link
 * IllegalArgumentException} (or {@link IndexOutOfBoundsException} for a place in a buffer).
 */
package org.jevent.bufferevent;
