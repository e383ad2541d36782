/**
 * Queues of bytes: {@link org.jevent.buffer.EventBuffer}, libevent's {@code evbuffer}.
 *
 * <p>A buffer holds references to memory, files and other buffers' bytes; what is moved between
 * buffers is not copied. A {@link org.jevent.bufferevent.BufferEvent} has one for each direction.
 *
 * <p>Where null is not said to mean something, it is refused with a {@link NullPointerException},
 * at once and with nothing changed; so are numbers out of range, with an {@link
 * IllegalArgumentException} (or {@link IndexOutOfBoundsException} for a place in a buffer).
 */
package org.jevent.buffer;
