package org.jevent.tls;

import javax.net.ssl.SSLEngine;

/** What one connection is to be. */
final class TlsSettings {
  private final TlsContext context;
  private final SSLEngine engine;
  private final Tls.State state;
  private String host;
  private int port = -1;
  private long handshakeNanos;
  private boolean allowsDirtyShutdown;

  TlsSettings(final TlsContext context, final SSLEngine engine, final Tls.State state) {
    this.context = context;
    this.engine = engine;
    this.state = state;
    handshakeNanos =
        context == null ? TlsContext.DEFAULT_HANDSHAKE_NANOS : context.handshakeNanos();
  }

  /** Null: there is an engine. */
  TlsContext context() {
    return context;
  }

  /** Null: the context makes one. */
  SSLEngine engine() {
    return engine;
  }

  Tls.State state() {
    return state;
  }

  boolean isOpen() {
    return state == Tls.State.OPEN;
  }

  boolean isClient() {
    return state == Tls.State.CONNECTING;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  void peer(final String name, final int number) {
    host = name;
    port = number;
  }

  long handshakeNanos() {
    return handshakeNanos;
  }

  void handshakeNanos(final long nanos) {
    handshakeNanos = nanos;
  }

  boolean allowsDirtyShutdown() {
    return allowsDirtyShutdown;
  }

  void allowsDirtyShutdown(final boolean allowed) {
    allowsDirtyShutdown = allowed;
  }
}
