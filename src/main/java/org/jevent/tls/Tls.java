package org.jevent.tls;

import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLSession;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Timeouts;
import org.jevent.net.NetSocket;

/**
 * TLS for buffer events; libevent's {@code bufferevent_openssl_*}. {@link #socket} makes one on a
 * socket, {@link #filter} one over any other buffer event. Both are used like any other one, and
 * {@link #of} gives what only TLS has.
 *
 * <p>CONNECTED comes once, when the handshake is over. A handshake that fails is an ERROR. Later
 * failures are READING|ERROR, and so is an end without the peer's {@code close_notify}: bytes may
 * be missing then. {@link #error} says why. {@code close_notify} is READING|EOF.
 *
 * <p>{@code close}, {@code closeAfterFlush} and {@code shutdownOutput} send {@code close_notify}.
 * The last one leaves the connection as it is; with TLS 1.3 and the JDK's engines this end then
 * goes on reading until the peer's. With TLS 1.2 or another provider the peer ends as well. When
 * the last two cannot send all output, there is no {@code close_notify}: the peer sees that bytes
 * are missing.
 *
 * <p>Threads and other errors: as of {@link BufferEvent}.
 */
public final class Tls {
  /** What a connection begins with; libevent's {@code enum bufferevent_ssl_state}. */
  public enum State {
    /** The engine has shaken hands already. */
    OPEN,

    /** It is the client's end. */
    CONNECTING,

    /** It is the server's end. */
    ACCEPTING
  }

  private final TlsTransport transport;

  private Tls(final TlsTransport transport) {
    this.transport = transport;
  }

  // ---- making one ----

  /** On a socket that {@link SocketBufferEvent#connect} will make: a client's end. */
  public static SocketBufferEvent socket(
      final EventBase base, final TlsContext context, final int options) {
    Objects.requireNonNull(base, "base");
    return onSocket(base, null, requireClient(context), options);
  }

  /**
   * On a socket; {@code bufferevent_openssl_socket_new}.
   *
   * @param state {@link State#CONNECTING} or {@link State#ACCEPTING}, as the context is
   * @param options a union of {@link BufferEvent#CLOSE_ON_FREE} and its relatives
   */
  public static SocketBufferEvent socket(
      final EventBase base,
      final NetSocket socket,
      final TlsContext context,
      final State state,
      final int options) {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(socket, "socket");
    return onSocket(base, socket, settings(context, state), options);
  }

  /**
   * On a socket, with an engine of the program's.
   *
   * @param engine with {@link State#OPEN} one whose handshake is over, else one that has not begun
   */
  public static SocketBufferEvent socket(
      final EventBase base,
      final NetSocket socket,
      final SSLEngine engine,
      final State state,
      final int options) {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(socket, "socket");
    return onSocket(base, socket, settings(engine, state), options);
  }

  /**
   * Over another buffer event, whose callbacks it takes over; {@code
   * bufferevent_openssl_filter_new}. Closing it without {@link BufferEvent#CLOSE_ON_FREE} leaves
   * that one, with the bytes that were not decrypted in its input.
   *
   * @param state {@link State#CONNECTING} or {@link State#ACCEPTING}, as the context is
   */
  public static BufferEvent filter(
      final BufferEvent underlying,
      final TlsContext context,
      final State state,
      final int options) {
    Objects.requireNonNull(underlying, "underlying");
    return over(underlying, settings(context, state), options);
  }

  /** Over another buffer event, with an engine of the program's. */
  public static BufferEvent filter(
      final BufferEvent underlying, final SSLEngine engine, final State state, final int options) {
    Objects.requireNonNull(underlying, "underlying");
    return over(underlying, settings(engine, state), options);
  }

  private static TlsSettings requireClient(final TlsContext context) {
    return settings(context, State.CONNECTING);
  }

  private static TlsSettings settings(final TlsContext context, final State state) {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(state, "state");
    if (state == State.OPEN) {
      throw new IllegalArgumentException("state OPEN needs an engine whose handshake is over");
    }
    if (context.isClient() != (state == State.CONNECTING)) {
      throw new IllegalArgumentException(
          "state "
              + state
              + " with the context of a "
              + (context.isClient() ? "client" : "server"));
    }
    return new TlsSettings(context, null, state);
  }

  private static TlsSettings settings(final SSLEngine engine, final State state) {
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(state, "state");
    if (state == State.OPEN) {
      requireShaken(engine);
    } else if (engine.getUseClientMode() != (state == State.CONNECTING)) {
      throw new IllegalArgumentException(
          "state "
              + state
              + " with an engine in the mode of a "
              + (engine.getUseClientMode() ? "client" : "server"));
    }
    return new TlsSettings(null, engine, state);
  }

  private static void requireShaken(final SSLEngine engine) {
    final HandshakeStatus status = engine.getHandshakeStatus();
    if (!EngineDriver.isIdle(status) || engine.getSession().getCipherSuite().endsWith("_NULL")) {
      throw new IllegalArgumentException(
          "state OPEN with an engine whose handshake is not over: its status is " + status);
    }
  }

  private static SocketBufferEvent onSocket(
      final EventBase base, final NetSocket socket, final TlsSettings settings, final int options) {
    final SocketBufferEvent lower =
        socket == null
            ? BufferEvent.socket(base, options)
            : BufferEvent.socket(base, socket, options);
    return (SocketBufferEvent) start(lower, true, settings, options);
  }

  private static BufferEvent over(
      final BufferEvent underlying, final TlsSettings settings, final int options) {
    Arguments.bits(
        "options",
        options,
        BufferEvent.CLOSE_ON_FREE
            | BufferEvent.THREADSAFE
            | BufferEvent.DEFER_CALLBACKS
            | BufferEvent.UNLOCK_CALLBACKS,
        "CLOSE_ON_FREE|THREADSAFE|DEFER_CALLBACKS|UNLOCK_CALLBACKS (0xf)");
    final StreamCore below = StreamAccess.of(BufferEvent.class).core(underlying);
    below.enter("TLS");
    try {
      if (below.upper() != null) {
        throw new IllegalStateException(
            "TLS: " + underlying + " has a filter already; TLS goes on top of that");
      }
      return start(underlying, false, settings, options);
    } finally {
      below.exit();
    }
  }

  private static BufferEvent start(
      final BufferEvent lower,
      final boolean hidesLower,
      final TlsSettings settings,
      final int options) {
    final StreamAccess access = StreamAccess.of(BufferEvent.class);
    final StreamCore below = access.core(lower);
    final StreamCore core = new StreamCore(below.base(), options, below.lock());
    final TlsTransport transport = new TlsTransport(core, lower, below, hidesLower, settings);
    final BufferEvent made = (BufferEvent) access.start(core, transport);
    transport.open();
    return made;
  }

  // ---- what only TLS has ----

  /** What only TLS has; null: the buffer event does not speak TLS. */
  public static Tls of(final BufferEvent event) {
    Objects.requireNonNull(event, "event");
    return StreamAccess.of(BufferEvent.class).core(event).transport() instanceof TlsTransport found
        ? new Tls(found)
        : null;
  }

  /** The engine; null before the handshake; {@code bufferevent_openssl_get_ssl}. */
  public SSLEngine engine() {
    return transport.engine();
  }

  /** The session, with the peer's certificates; null before the handshake is over. */
  public SSLSession session() {
    return transport.isOpen() ? transport.engine().getSession() : null;
  }

  /** What it began with, or {@link State#OPEN} once the handshake is over. */
  public State state() {
    return transport.isOpen() ? State.OPEN : transport.settings().state();
  }

  /** What ALPN has chosen; "" when nothing was. */
  public String applicationProtocol() {
    final SSLEngine engine = transport.engine();
    final String chosen = engine == null ? null : engine.getApplicationProtocol();
    return chosen == null ? "" : chosen;
  }

  /**
   * The host that the client has asked for: at the client's end what it connected to, at the
   * server's what SNI said, where the context chooses by it; null: none, or it is not known.
   */
  public String serverName() {
    return transport.requestedName();
  }

  /** Why the connection has failed, or null. */
  public TlsError error() {
    return transport.error();
  }

  /**
   * The host to compare with the certificate and to ask for, where it is another one than that of
   * {@code connect}. To be called before the handshake.
   *
   * @param port 1..65535, or -1: it is not known. Sessions are resumed with the same host and port
   */
  public void peer(final String host, final int port) {
    Objects.requireNonNull(host, "host");
    transport.settings().peer(host, port == -1 ? -1 : Arguments.within("port", port, 1, 65_535));
  }

  /**
   * How long the handshake may take, from the connection on; TIMEOUT comes then. To be called
   * before the handshake begins.
   *
   * @param limit more than zero
   */
  public void handshakeTimeout(final Duration limit) {
    transport
        .settings()
        .handshakeNanos(Timeouts.nanos("limit", Objects.requireNonNull(limit, "limit")));
  }

  /**
   * Whether an end without {@code close_notify} is EOF rather than an ERROR; {@code
   * bufferevent_openssl_set_allow_dirty_shutdown}. Bytes may be missing then without notice.
   */
  public void allowDirtyShutdown(final boolean allowed) {
    transport.settings().allowsDirtyShutdown(allowed);
  }

  /** {@code bufferevent_openssl_get_allow_dirty_shutdown}. */
  public boolean allowsDirtyShutdown() {
    return transport.settings().allowsDirtyShutdown();
  }

  /**
   * TLS 1.2: negotiates again. TLS 1.3: replaces the keys of both directions. {@code
   * bufferevent_ssl_renegotiate}.
   *
   * @throws IllegalStateException if the handshake is not over, or a direction has ended
   * @throws UnsupportedOperationException if the provider does not offer it
   */
  public void renegotiate() {
    transport.core().enter("renegotiate");
    try {
      transport.negotiate();
    } finally {
      transport.core().exit();
    }
  }

  /** State, protocol and cipher suite. No secrets. */
  @Override
  public String toString() {
    final SSLSession session = session();
    return session == null
        ? "TLS, " + state()
        : session.getProtocol() + ", " + session.getCipherSuite() + ", OPEN";
  }
}
