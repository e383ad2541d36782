/**
 * The domain name system on the loop: {@link org.jevent.dns.DnsResolver} asks name servers, {@link
 * org.jevent.dns.DnsServer} is one. Messages are in {@link org.jevent.dns.message}. The counterpart
 * of libevent's {@code evdns}.
 *
 * <p>Arguments are checked as in {@link org.jevent}.
 */
package org.jevent.dns;
