package org.jevent.dns;

/** What a resolver has done until now. */
public final class DnsStats {
  private final long lookUps;
  private final long cacheHits;
  private final long joined;
  private final long queries;
  private final long tcpQueries;
  private final long replies;
  private final long mismatches;
  private final long malformed;
  private final long timeouts;
  private final int openSockets;

  DnsStats(final Counters counters) {
    lookUps = counters.lookUps;
    cacheHits = counters.cacheHits;
    joined = counters.joined;
    queries = counters.queries;
    tcpQueries = counters.tcpQueries;
    replies = counters.replies;
    mismatches = counters.mismatches;
    malformed = counters.malformed;
    timeouts = counters.timeouts;
    openSockets = counters.openSockets;
  }

  /** Questions of the program, each type of an address look-up as one. */
  public long lookUps() {
    return lookUps;
  }

  /** Those that the cache has answered. */
  public long cacheHits() {
    return cacheHits;
  }

  /** Those that only had to wait for an equal one. */
  public long joined() {
    return joined;
  }

  /** Messages to servers, by UDP and TCP. */
  public long queries() {
    return queries;
  }

  /** Those of them by TCP. */
  public long tcpQueries() {
    return tcpQueries;
  }

  /** Messages that were the reply to a query. */
  public long replies() {
    return replies;
  }

  /** Messages that were not: of another name, type, case or id. */
  public long mismatches() {
    return mismatches;
  }

  /** Bytes that were no message. */
  public long malformed() {
    return malformed;
  }

  /** Attempts that were not answered in time. */
  public long timeouts() {
    return timeouts;
  }

  /** Sockets for datagrams that are open now. */
  public int openSockets() {
    return openSockets;
  }
}
