package org.jevent.tls;

/**
 * Counts what a peer sends without use. Records without data have their uses, such as new keys:
 * those that answer this end's are not counted, and nor is one in each second.
 */
final class FloodGuard {
  private static final long SECOND = 1_000_000_000L;

  private final TlsLimits limits;
  private int expected;
  private long countedAt;
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

  /** Counts a record of the handshake; false: it is one too many. */
  boolean admitsOfHandshake(final int consumed) {
    records++;
    bytes += consumed;
    return records <= limits.handshakeRecords() && bytes <= limits.handshakeBytes();
  }

  /** This end has asked for new keys, and the peer will answer. */
  void expectAnswer() {
    expected++;
  }

  /** Data has passed, in one direction or the other. */
  void dataPassed() {
    empty = 0;
  }

  /** Counts a record without data; false: it is one too many. */
  boolean admitsEmpty(final long now) {
    if (expected > 0) {
      expected--;
      return true;
    }
    final long seconds = empty == 0 ? 0 : (now - countedAt) / SECOND;
    if (seconds > 0 || empty == 0) {
      countedAt = empty == 0 ? now : countedAt + seconds * SECOND;
      empty = (int) Math.max(0, empty - seconds);
    }
    empty++;
    return empty <= limits.emptyRecords();
  }
}
