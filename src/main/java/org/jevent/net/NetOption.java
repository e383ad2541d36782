package org.jevent.net;

import org.jevent.engine.EngineOption;

/**
 * Options of a {@link NetSocket}. Flags take 0 and 1. Values are the system's own, which Linux
 * rounds and doubles for the buffers.
 *
 * <p>An option that the system, the method or that kind of socket has not got is answered with
 * {@link UnsupportedOperationException}. On {@code nio} these are {@link #DEFER_ACCEPT}, {@link
 * #IPV6_ONLY} but to allow IPv4 too, {@link #AVAILABLE} but for TCP, {@link #BROADCAST} but for
 * datagrams, {@link #KEEP_ALIVE} and {@link #LINGER} but for streams, of a listener all but {@link
 * #REUSE_ADDRESS}, {@link #REUSE_PORT}, {@link #RECEIVE_BUFFER}, {@link #KEEP_IDLE}, {@link
 * #KEEP_INTERVAL} and {@link #KEEP_COUNT}, and those of addresses for Unix domain sockets.
 */
public enum NetOption {
  /** {@code SO_REUSEADDR}; {@code evutil_make_listen_socket_reuseable}. */
  REUSE_ADDRESS(EngineOption.REUSE_ADDRESS),
  /** {@code SO_REUSEPORT}; {@code evutil_make_listen_socket_reuseable_port}. */
  REUSE_PORT(EngineOption.REUSE_PORT),
  /** {@code TCP_NODELAY}. */
  NO_DELAY(EngineOption.NO_DELAY),
  /** {@code SO_KEEPALIVE}; {@code evutil_set_tcp_keepalive}. */
  KEEP_ALIVE(EngineOption.KEEP_ALIVE),
  /** Seconds of silence before the first probe. */
  KEEP_IDLE(EngineOption.KEEP_IDLE),
  /** Seconds between probes. */
  KEEP_INTERVAL(EngineOption.KEEP_INTERVAL),
  /** Probes before the connection is given up. */
  KEEP_COUNT(EngineOption.KEEP_COUNT),
  /** Bytes of the kernel's send buffer, not negative. */
  SEND_BUFFER(EngineOption.SEND_BUFFER),
  /** Bytes of the kernel's receive buffer, not negative. */
  RECEIVE_BUFFER(EngineOption.RECEIVE_BUFFER),
  /**
   * Seconds that closing lingers; -1 is off, 0 resets the connection. On {@code nio} more than
   * 65,535 are 65,535.
   */
  LINGER(EngineOption.LINGER),
  /** IPv6 only; {@code evutil_make_listen_socket_ipv6only}. */
  IPV6_ONLY(EngineOption.IPV6_ONLY),
  BROADCAST(EngineOption.BROADCAST),
  /** Seconds that accepting waits for data; {@code evutil_make_tcp_listen_socket_deferred}. */
  DEFER_ACCEPT(EngineOption.DEFER_ACCEPT),
  /** Bytes that can be read now; cannot be set. */
  AVAILABLE(EngineOption.AVAILABLE);

  private final EngineOption option;

  NetOption(final EngineOption option) {
    this.option = option;
  }

  EngineOption engine() {
    return option;
  }

  /** Refuses what has another meaning on each system. */
  void requireValid(final int value) {
    if (value < 0 && (this == SEND_BUFFER || this == RECEIVE_BUFFER)) {
      throw new IllegalArgumentException(this + " of " + value + " bytes: a size is not negative");
    }
  }
}
