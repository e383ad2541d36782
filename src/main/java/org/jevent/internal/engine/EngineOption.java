package org.jevent.internal.engine;

/**
 * Socket options, in the order of the shim's {@code JEV_OPT_*}, the first being 1. Flags take 0 and
 * 1.
 */
public enum EngineOption {
  /** The pending error's number; reading clears it. */
  ERROR,
  NONBLOCKING,
  CLOSE_ON_EXEC,
  REUSE_ADDRESS,
  REUSE_PORT,
  NO_DELAY,
  KEEP_ALIVE,
  /** Seconds. */
  KEEP_IDLE,
  /** Seconds. */
  KEEP_INTERVAL,
  KEEP_COUNT,
  /** Bytes. */
  SEND_BUFFER,
  /** Bytes. */
  RECEIVE_BUFFER,
  /** Seconds; -1 is off. */
  LINGER,
  IPV6_ONLY,
  BROADCAST,
  /** Seconds. */
  DEFER_ACCEPT,
  /** Bytes that can be read now. */
  AVAILABLE,
  /** 1 when the socket listens. */
  LISTENING,
  /** The bits of {@link Engine#READ} and {@link Engine#WRITE} that would not have to wait. */
  READY,
  /** 1 when it is a terminal. */
  TERMINAL;

  /** The shim's number. */
  @SuppressWarnings("EnumOrdinal") // the order is the contract
  public int code() {
    return ordinal() + 1;
  }
}
