package org.jevent.net;

import org.jevent.engine.EngineOption;

/** Options of a {@link NetSocket}. Flags take 0 and 1. */
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
  /** Bytes of the kernel's send buffer. */
  SEND_BUFFER(EngineOption.SEND_BUFFER),
  /** Bytes of the kernel's receive buffer. */
  RECEIVE_BUFFER(EngineOption.RECEIVE_BUFFER),
  /** Seconds that closing lingers; -1 is off, 0 resets the connection. */
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
}
