package org.jevent.tls;

/** Counts what a peer sends without use. */
final class FloodGuard {
  private final TlsLimits limits;
  private long bytes;
  private int records;
  private int empty;

  /**
   * @param continues there were records before this one began
   */
  FloodGuard(final TlsLimits limits, final boolean continues) {
    this.limits = limits;
    records = continues ? 1 : 0;
  }

  /** A record was seen already. */
  boolean hasRecords() {
    return records > 0;
  }

  /** Counts a record; false: it is one too many. */
  boolean admits(final int consumed, final int produced, final boolean shakingHands) {
    if (shakingHands) {
      records++;
      bytes += consumed;
      return records <= limits.handshakeRecords() && bytes <= limits.handshakeBytes();
    }
    empty = produced > 0 ? 0 : empty + 1;
    return empty <= limits.emptyRecords();
  }
}
