/**
 * Endpoints that are no streams: {@link org.jevent.endpoint.ConnectionListener} accepts
 * connections, {@link org.jevent.endpoint.DatagramEvent} receives and sends datagrams. They stand
 * on a base and on the sockets that it makes.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.endpoint;
