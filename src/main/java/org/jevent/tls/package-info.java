/**
 * TLS: {@link org.jevent.tls.Tls} makes buffer events whose bytes are encrypted, libevent's {@code
 * bufferevent_openssl}, on a socket or over any other buffer event.
 *
 * <p>A {@link org.jevent.tls.TlsContext} has certificates and settings, and serves any number of
 * connections and bases. The protocol is that of a {@link javax.net.ssl.SSLEngine}: the JDK's, or
 * another provider's.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.tls;
