/**
 * Streams with a buffer for each direction: {@link org.jevent.bufferevent.BufferEvent}, libevent's
 * {@code bufferevent}, on a socket, between two ends in memory, or filtering another one.
 *
 * <p>A program adds to the output and takes from the input; reading, writing, time-outs, watermarks
 * and rate limits are the library's work. Socket streams use the engine's operations on streams,
 * not readiness: what arrives is a completion with the bytes in it, and what was added in an
 * iteration of the loop leaves at its end, in one send for each stream.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.bufferevent;
