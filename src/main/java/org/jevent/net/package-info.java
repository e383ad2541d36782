/**
 * Sockets, their options, addresses and the looking up of names: the ground that engines and
 * programs share. A {@link org.jevent.net.NetSocket} is of the kind that its base works with best,
 * so that one program runs on every method; {@link org.jevent.net.Sockets} makes it. {@link
 * org.jevent.net.Addresses} reads and writes addresses. The counterpart of libevent's {@code
 * evutil}.
 *
 * <p>Arguments are checked as in {@code org.jevent}.
 */
package org.jevent.net;
