/**
 * Streams with a buffer for each direction: {@link org.jevent.bufferevent.BufferEvent}, libevent's
 * {@code bufferevent}, on a socket, between two ends in memory, or filtering another one.
 *
 * <p>A program adds to the output and takes from the input; reading, writing, time-outs, watermarks
 * and rate limits are the library's work. Socket streams use the engine's operations on streams,
 * not readiness. A completion brings the received bytes. Bytes added in an iteration of the loop
 * leave at its end, in one send for each stream.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.bufferevent;
