package org.jevent.net;

/**
 * Options of a {@link NetSocket}. Flags take 0 and 1; of what others take, a system may refuse more
 * than is said here. Linux rounds and doubles the sizes of buffers.
 *
 * <p>An option that the system, the method or that kind of socket has not got is answered with
 * {@link UnsupportedOperationException}. On {@code nio} these are {@link #DEFER_ACCEPT}, {@link
 * #PATH_MTU_DISCOVERY}, {@link #IPV6_ONLY} but to allow IPv4 too, {@link #AVAILABLE} but for TCP,
 * {@link #BROADCAST} but for datagrams, {@link #KEEP_ALIVE} and {@link #LINGER} but for streams, of
 * a listener all but {@link #REUSE_ADDRESS}, {@link #REUSE_PORT}, {@link #RECEIVE_BUFFER}, {@link
 * #KEEP_IDLE}, {@link #KEEP_INTERVAL} and {@link #KEEP_COUNT}, and those of addresses for Unix
 * domain sockets.
 */
// The order is that of JEV_OPT_* in jevent.h.
public enum NetOption {
  /** {@code SO_REUSEADDR}; {@code evutil_make_listen_socket_reuseable}. */
  REUSE_ADDRESS(0, 1),
  /** {@code SO_REUSEPORT}; {@code evutil_make_listen_socket_reuseable_port}. */
  REUSE_PORT(0, 1),
  /** {@code TCP_NODELAY}. */
  NO_DELAY(0, 1),
  /** {@code SO_KEEPALIVE}; {@code evutil_set_tcp_keepalive}. */
  KEEP_ALIVE(0, 1),
  /** Seconds of silence before the first probe, from 1 on. */
  KEEP_IDLE(1, Integer.MAX_VALUE),
  /** Seconds between probes, from 1 on. */
  KEEP_INTERVAL(1, Integer.MAX_VALUE),
  /** Probes before the connection is given up, from 1 on. */
  KEEP_COUNT(1, Integer.MAX_VALUE),
  /** Bytes of the kernel's send buffer, from 0 on; it takes what it finds sensible. */
  SEND_BUFFER(0, Integer.MAX_VALUE),
  /** Bytes of the kernel's receive buffer, from 0 on; it takes what it finds sensible. */
  RECEIVE_BUFFER(0, Integer.MAX_VALUE),
  /** Seconds that closing lingers, up to 65,535; -1 is off, 0 resets the connection. */
  LINGER(-1, 65_535),
  /** IPv6 only; {@code evutil_make_listen_socket_ipv6only}. */
  IPV6_ONLY(0, 1),
  BROADCAST(0, 1),
  /** Seconds that accepting waits for data; {@code evutil_make_tcp_listen_socket_deferred}. */
  DEFER_ACCEPT(0, Integer.MAX_VALUE),
  /** Bytes that can be read now; cannot be set. */
  AVAILABLE(0, -1),
  /**
   * Whether the system learns how long packets may be on their way, and never lets routers cut them
   * up. Switched off, what routers claim is ignored, as a server of datagrams wants it: anybody
   * could claim it. {@code IP_MTU_DISCOVER} and {@code IPV6_MTU_DISCOVER} of Linux, which no other
   * system has.
   */
  PATH_MTU_DISCOVERY(0, 1);

  private final int min;
  private final int max;

  NetOption(final int min, final int max) {
    this.min = min;
    this.max = max;
  }

  /** The lowest value that it can be set to. */
  public int min() {
    return min;
  }

  /** The highest value that it can be set to; below {@link #min} if it cannot be set. */
  public int max() {
    return max;
  }
}
