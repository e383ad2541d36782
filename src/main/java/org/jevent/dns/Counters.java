package org.jevent.dns;

/** The figures of {@link DnsStats}, in the loop's thread. */
final class Counters {
  long lookUps;
  long cacheHits;
  long joined;
  long queries;
  long tcpQueries;
  long replies;
  long mismatches;
  long malformed;
  long timeouts;
  int openSockets;
}
