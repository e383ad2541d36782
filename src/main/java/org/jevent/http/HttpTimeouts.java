package org.jevent.http;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
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

  private final Map<Limit, Long> nanos;

  private HttpTimeouts(final Map<Limit, Long> nanos) {
    this.nanos = nanos;
  }

  private static Map<Limit, Long> defaults() {
    final Map<Limit, Long> made = new EnumMap<>(Limit.class);
    for (final Limit limit : Limit.values()) {
      made.put(limit, limit.millis == 0 ? NONE : limit.millis * 1_000_000L);
    }
    return made;
  }

  private HttpTimeouts with(final Limit limit, final Duration time) {
    final Map<Limit, Long> copy = new EnumMap<>(nanos);
    copy.put(limit, Timeouts.nanos(limit.name(), time));
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
    return nanos.get(Limit.QUEUED);
  }

  long connect() {
    return nanos.get(Limit.CONNECT);
  }

  long tls() {
    return nanos.get(Limit.TLS);
  }

  long toContinue() {
    return nanos.get(Limit.CONTINUE);
  }

  long request() {
    return nanos.get(Limit.REQUEST);
  }

  long head() {
    return nanos.get(Limit.HEAD);
  }

  long body() {
    return nanos.get(Limit.BODY);
  }

  long total() {
    return nanos.get(Limit.TOTAL);
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder("time-outs:");
    for (final Limit limit : Limit.values()) {
      final long value = nanos.get(limit);
      text.append(' ').append(limit.name().toLowerCase(java.util.Locale.ROOT)).append(' ');
      text.append(value == NONE ? "none" : Duration.ofNanos(value).toString());
    }
    return text.toString();
  }
}
