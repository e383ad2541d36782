/** WebSocket (RFC 6455): servers and clients on HTTP; libevent's {@code evws}. */
package org.jevent.websocket;
