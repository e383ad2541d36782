package org.jevent.dns;

/**
 * What a resolver has done so far.
 *
 * @param lookUps questions of the program, each type of an address look-up as one
 * @param cacheHits those that the cache has answered
 * @param joined those that had to wait for an equal one only
 * @param queries messages to servers, by UDP and TCP
 * @param tcpQueries those of them by TCP
 * @param replies messages that were the reply to a query
 * @param mismatches messages that were not: of another name, type, case or id
 * @param malformed bytes that were no message
 * @param timeouts attempts that were not answered in time
 * @param openSockets sockets for datagrams that are open now
 */
public record DnsStats(
    long lookUps,
    long cacheHits,
    long joined,
    long queries,
    long tcpQueries,
    long replies,
    long mismatches,
    long malformed,
    long timeouts,
    int openSockets) {}
