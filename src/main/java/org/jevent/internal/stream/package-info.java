/**
 * Streams, however their bytes move: {@link org.jevent.internal.stream.StreamCore} knows what is
 * wanted and which callbacks are due, a {@link org.jevent.internal.stream.Transport} moves the
 * bytes. Buffer events are the public objects of streams.
 */
package org.jevent.internal.stream;
