/**
 * Sockets and addresses. A {@link org.jevent.net.NetSocket} is of the kind that its base works with
 * best, so that one program runs on every method; {@link org.jevent.net.Addresses} reads and writes
 * addresses. The counterpart of libevent's {@code evutil}.
 *
 * <p>Where null is not said to mean something, it is refused with a {@link NullPointerException},
 * at once and with nothing changed; so are numbers out of range, with an {@link
 * IllegalArgumentException} (or {@link IndexOutOfBoundsException} for a place in a buffer).
 */
package org.jevent.net;
