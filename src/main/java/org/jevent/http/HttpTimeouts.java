package org.jevent.http;

import java.time.Duration;
import org.jevent.internal.stream.Timeouts;

/**
 * How long each phase of a call may take. It does not change: what sets one returns another one. A
 * null {@link Duration} is no limit.
 *
 * <p>Any thread.
 */
public final class HttpTimeouts {
  /** No limit, in nanoseconds. */
  static final long NONE = -1;

  private enum Limit {
    QUEUED(30_000),
    CONNECT(10_000),
    TLS(10_000),
    CONTINUE(1_000),
    REQUEST(30_000),
    HEAD(60_000),
    BODY(30_000),
    TOTAL(0);

    private final long millis;

    Limit(final long millis) {
      this.millis = millis;
    }
  }

  /**
   * 30 s queued, 10 s to connect, 10 s for TLS, 1 s for the answer 100, 30 s without a byte of the
   * request taken, 60 s for the head, 30 s without a byte of the body, the whole call without
   * limit.
   */
  public static final HttpTimeouts DEFAULT = new HttpTimeouts(defaults());

  private final long[] nanos;

  private HttpTimeouts(final long[] nanos) {
    this.nanos = nanos;
  }

  private static long[] defaults() {
    final long[] made = new long[Limit.values().length];
    for (final Limit limit : Limit.values()) {
      made[limit.ordinal()] = limit.millis == 0 ? NONE : limit.millis * 1_000_000;
    }
    return made;
  }

  private HttpTimeouts with(final Limit limit, final Duration time) {
    final long[] copy = nanos.clone();
    copy[limit.ordinal()] = Timeouts.nanos(limit.name(), time);
    return new HttpTimeouts(copy);
  }

  /** How long a call may wait for a connection, while it has none that is being made. */
  public HttpTimeouts withQueued(final Duration time) {
    return with(Limit.QUEUED, time);
  }

  /** How long the look-up, the connect, and the answer of a proxy to CONNECT may take together. */
  public HttpTimeouts withConnect(final Duration time) {
    return with(Limit.CONNECT, time);
  }

  /** How long the handshake of TLS may take; without a limit here that of the context counts. */
  public HttpTimeouts withTls(final Duration time) {
    return with(Limit.TLS, time);
  }

  /** How long the body waits for the answer 100; see {@link HttpRequest#expectContinue}. */
  public HttpTimeouts withContinue(final Duration time) {
    return with(Limit.CONTINUE, time);
  }

  /** How long the peer may take no byte of the request. */
  public HttpTimeouts withRequest(final Duration time) {
    return with(Limit.REQUEST, time);
  }

  /** How long the head of the response may take after the request. */
  public HttpTimeouts withHead(final Duration time) {
    return with(Limit.HEAD, time);
  }

  /** How long no byte of the response's body may come. */
  public HttpTimeouts withBody(final Duration time) {
    return with(Limit.BODY, time);
  }

  /** How long the call may take in all, with redirects and retries. */
  public HttpTimeouts withTotal(final Duration time) {
    return with(Limit.TOTAL, time);
  }

  long queued() {
    return nanos[Limit.QUEUED.ordinal()];
  }

  long connect() {
    return nanos[Limit.CONNECT.ordinal()];
  }

  long tls() {
    return nanos[Limit.TLS.ordinal()];
  }

  long toContinue() {
    return nanos[Limit.CONTINUE.ordinal()];
  }

  long request() {
    return nanos[Limit.REQUEST.ordinal()];
  }

  long head() {
    return nanos[Limit.HEAD.ordinal()];
  }

  long body() {
    return nanos[Limit.BODY.ordinal()];
  }

  long total() {
    return nanos[Limit.TOTAL.ordinal()];
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder("time-outs:");
    for (final Limit limit : Limit.values()) {
      final long value = nanos[limit.ordinal()];
      text.append(' ').append(limit.name().toLowerCase(java.util.Locale.ROOT)).append(' ');
      text.append(value == NONE ? "none" : Duration.ofNanos(value).toString());
    }
    return text.toString();
  }
}
