/**
 * Messages of the domain name system and what they consist of (RFC 1035, 6891): read from bytes and
 * written to bytes, without any input or output. {@link org.jevent.dns.message.DnsMessage} is the
 * beginning.
 *
 * <p>What is read costs no more than its size: names are bounded, pointers go backwards, and the
 * counts of a header are not believed. All objects are immutable.
 */
package org.jevent.dns.message;
