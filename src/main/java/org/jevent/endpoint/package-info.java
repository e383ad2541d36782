/**
 * Endpoints that are no streams: listeners, which accept connections, and datagram events. They
 * stand on a base and on the sockets that it makes.
 *
 * <p>Null is refused with a {@link NullPointerException}, unless a parameter's description gives it
 * a meaning.
 */
package org.jevent.endpoint;
