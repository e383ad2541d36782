package org.jevent.internal.engine;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/**
 * Socket options, in the order of the shim's {@code JEV_OPT_*}, the first being 1, each with the
 * JDK's option of channels where there is one. Flags take 0 and 1.
 */
public enum EngineOption {
  /** The pending error's number; reading clears it. */
  ERROR,
  NONBLOCKING,
  CLOSE_ON_EXEC,
  REUSE_ADDRESS(StandardSocketOptions.SO_REUSEADDR),
  REUSE_PORT(StandardSocketOptions.SO_REUSEPORT),
  NO_DELAY(StandardSocketOptions.TCP_NODELAY),
  KEEP_ALIVE(StandardSocketOptions.SO_KEEPALIVE),
  /** Seconds. */
  KEEP_IDLE(ExtendedSocketOptions.TCP_KEEPIDLE),
  /** Seconds. */
  KEEP_INTERVAL(ExtendedSocketOptions.TCP_KEEPINTERVAL),
  KEEP_COUNT(ExtendedSocketOptions.TCP_KEEPCOUNT),
  /** Bytes. */
  SEND_BUFFER(StandardSocketOptions.SO_SNDBUF),
  /** Bytes. */
  RECEIVE_BUFFER(StandardSocketOptions.SO_RCVBUF),
  /** Seconds; -1 is off. */
  LINGER(StandardSocketOptions.SO_LINGER),
  IPV6_ONLY,
  BROADCAST(StandardSocketOptions.SO_BROADCAST),
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

  @SuppressWarnings("ImmutableEnumChecker") // the options of the JDK are immutable
  private final SocketOption<?> ofChannels;

  EngineOption() {
    this(null);
  }

  EngineOption(final SocketOption<?> ofChannels) {
    this.ofChannels = ofChannels;
  }

  /** The JDK's option, or null. */
  public SocketOption<?> ofChannels() {
    return ofChannels;
  }

  /** The shim's number. */
  @SuppressWarnings("EnumOrdinal") // the order is the contract
  public int code() {
    return ordinal() + 1;
  }
}
