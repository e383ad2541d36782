/**
 * Queues of bytes: {@link org.jevent.buffer.EventBuffer}, libevent's {@code evbuffer}.
 *
 * <p>A buffer holds references to memory, files and other buffers' bytes; what is moved between
 * buffers is not copied. A {@link org.jevent.bufferevent.BufferEvent} has one for each direction.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.buffer;
