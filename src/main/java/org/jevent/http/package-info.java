/** HTTP/1.1: servers and clients on the loop; libevent's {@code evhttp}. */
package org.jevent.http;
