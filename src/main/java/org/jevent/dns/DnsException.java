package org.jevent.dns;

import java.net.UnknownHostException;
import java.util.Objects;

/** Why a look-up has no answer. The message says what was asked, and of whom. */
public final class DnsException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  /** The kinds of failures. */
  public enum Kind {
    /** There is no such name. */
    NXDOMAIN,
    /** The name has no records of the type. */
    NODATA,
    /** The servers could not find out. */
    SERVFAIL,
    /** The servers do not want to say. */
    REFUSED,
    /** The servers did not understand the query. */
    FORMERR,
    /** The servers have no such kind of query. */
    NOTIMP,
    /** No server has answered in time. */
    TIMEOUT,
    /** The answer is too long for a datagram, and TCP has failed. */
    TRUNCATED,
    /** What came is no message. */
    MALFORMED,
    /** Names refer to each other without an end. */
    LOOP,
    /** {@link DnsRequest#cancel(boolean)} has ended it. */
    CANCELLED,
    /** The resolver was closed. */
    SHUTDOWN,
    /** There is no server to ask, or none can be reached. */
    NO_SERVERS,
    /** Too many look-ups wait already. */
    QUEUE_FULL,
    /** The name cannot be one. */
    BAD_NAME
  }

  private final Kind kind;

  /**
   * @param message what was asked of whom, and what the answer was
   */
  public DnsException(final Kind kind, final String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
