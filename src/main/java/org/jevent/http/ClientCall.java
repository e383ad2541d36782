package org.jevent.http;

import java.util.Set;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.HttpException.Phase;
import org.jevent.http.h1.ResponseReader;
import org.jevent.internal.stream.Deadlines;

/** One call: a request with its redirects and retries, up to the one end that it has. */
final class ClientCall extends Deadlines.Entry implements BodyFlow.Sink {
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  /** So much of the body of a redirect is read to keep its connection. */
  private static final long MAX_DROPPED = 64 * 1024;

  final HttpRequest request;
  final HttpCall face;
  private final ClientContext context;
  private final HttpResponseHandler handler;
  private final boolean whole;
  private final Hop hop;
  private CallState state = CallState.NEW;
  private int connectTries;
  private boolean repeated;
  private boolean paused;
  private boolean dropsBody;
  private int proxyStatus;
  private HttpHeaders proxyHeaders;

  /** When the whole call has to be over, or {@link Deadlines#NONE}. */
  private long end = Deadlines.NONE;

  private Destination queue;
  private ClientConnection opening;
  private ClientConnection connection;
  private HttpResponse response;
  private BodyFlow flow;

  /** Where the response redirects to, or null. */
  private HttpUri next;

  ClientCall(
      final ClientContext context,
      final HttpRequest request,
      final HttpResponseHandler handler,
      final boolean whole) {
    this.context = context;
    this.request = request;
    this.handler = handler;
    this.whole = whole;
    hop = new Hop(request, context.sensitive);
    face = new HttpCall(this);
  }

  private void become(final CallState following) {
    assert state.leadsTo(following) : state + " to " + following + ": " + this;
    state = following;
  }

  // ---- its way to a connection ----

  /**
   * Begins.
   *
   * @throws IllegalArgumentException if the proxy that was chosen is none
   */
  void start() {
    final Destination to = destination();
    final long total = request.timeouts().total();
    if (total != HttpTimeouts.NONE) {
      end = saturated(total);
      context.deadlines.set(this, end);
    }
    to.submit(this);
  }

  private long saturated(final long nanos) {
    final long at = context.deadlines.now() + nanos;
    return at < 0 ? Deadlines.NONE : at;
  }

  private Destination destination() {
    final HttpUri uri = hop.uri();
    if (request.only() != null && uri.isSameOrigin(request.uri())) {
      hop.proxy(null);
      return request.only().destination();
    }
    final HttpUri proxy = context.proxyFor(uri);
    hop.proxy(proxy);
    final boolean tunnel = request.upgrade() != null;
    return context.pool.to(Origin.of(uri, proxy, tunnel));
  }

  /** The request goes out once more, or a following one, from a callback. */
  private void submit() {
    try {
      destination().submit(this);
    } catch (final RuntimeException e) { // of the program's choice of proxies
      failed(Kind.PROXY, Phase.QUEUED, "no proxy could be chosen: " + e.getMessage(), e);
    }
  }

  /** It waits there, or, with null, does not wait any more. */
  void queued(final Destination at) {
    queue = at;
    if (at == null) {
      become(CallState.NEW);
      setDeadline(HttpTimeouts.NONE);
    } else {
      become(CallState.WAITING);
      setDeadline(request.timeouts().queued());
    }
  }

  boolean waitsAt(final Destination at) {
    return queue == at && state == CallState.WAITING;
  }

  /** A connection is being made for it, or not any more. */
  void opening(final ClientConnection made) {
    opening = made;
    setDeadline(made == null ? request.timeouts().queued() : HttpTimeouts.NONE);
  }

  ClientConnection opening() {
    return opening;
  }

  /** It takes no connection that was used before. */
  boolean isFresh() {
    return repeated;
  }

  void begins(final ClientConnection on) {
    become(CallState.RUNNING);
    connection = on;
    setDeadline(HttpTimeouts.NONE); // that of waiting is over
  }

  // ---- time ----

  /** The phase ends then, or the whole call if that is earlier. */
  private void setDeadline(final long nanos) {
    final long at = nanos == HttpTimeouts.NONE ? Deadlines.NONE : saturated(nanos);
    context.deadlines.set(this, Math.min(at, end));
  }

  @Override
  protected void passed(final long now) {
    if (now >= end) {
      timedOut();
    } else if (state == CallState.DELAYED) {
      context.pool.delayedNoMore(this);
      become(CallState.NEW);
      setDeadline(HttpTimeouts.NONE);
      submit();
    } else if (state == CallState.WAITING) {
      failed(Kind.TIMEOUT, Phase.QUEUED, "no connection was free in time", null);
    }
  }

  private void timedOut() {
    final Phase phase = phase();
    abandonConnection();
    failed(Kind.TIMEOUT, phase, "the whole call has taken too long", null);
  }

  /** What is sent. */
  Hop hop() {
    return hop;
  }

  // ---- what comes ----

  void interim(final int status, final HttpHeaders headers) {
    guarded(() -> handler.onInterim(face, status, headers));
  }

  /** Whether the response gives the stream to the program, if it wants it. */
  boolean isTakeOver(final int status) {
    return status == 101 || (hop.method().equals("CONNECT") && status / 100 == 2);
  }

  /** The head of the response has come. */
  void head(final ResponseReader reader) {
    final HttpHeaders headers = HttpHeaders.of(reader.headers());
    next = null;
    if (hop.follows(reader.status(), headers.first("location"))) {
      response =
          new HttpResponse(
              hop.uri(), reader.status(), reader.reason(), reader.minorVersion(), headers, null);
      next = redirect(headers.first("location"));
      if (next == null) {
        return;
      }
    }
    dropsBody = next != null;
    final boolean inflates = !dropsBody && request.decompresses() && !hop.method().equals("HEAD");
    final Inflation inflation = inflates ? Inflation.of(headers) : null;
    final EventBuffer collected = whole && !dropsBody ? new EventBuffer(context.base) : null;
    response =
        new HttpResponse(
            hop.uri(), reader.status(), reader.reason(), reader.minorVersion(), headers, collected);
    flow = new BodyFlow(context, reader.body(), this, collected, inflation, limit());
    if (!dropsBody) {
      guarded(() -> handler.onHead(face, response));
    }
  }

  private long limit() {
    if (dropsBody) {
      return MAX_DROPPED;
    }
    if (request.maxBody() >= 0) {
      return request.maxBody();
    }
    return whole ? context.limits.body() : Long.MAX_VALUE;
  }

  BodyFlow flow() {
    return flow;
  }

  @Override
  public boolean isPaused() {
    return paused && !dropsBody;
  }

  @Override
  public boolean isOver() {
    return state == CallState.OVER || connection == null;
  }

  @Override
  public void bytes(final EventBuffer bytes) {
    if (!dropsBody) {
      guarded(() -> handler.onBody(face, bytes));
    }
  }

  @Override
  public void refused(final Kind kind, final String why, final Exception cause) {
    if (next != null && kind == Kind.TOO_LARGE) {
      final ClientConnection used = connection;
      connection = null;
      used.abandon(); // the rest of the body costs more than another connection
      follow();
    } else {
      connection.fail(kind, why, cause);
    }
  }

  /** The response is complete. */
  void responded(final HttpHeaders trailers, final boolean complete) {
    if (state == CallState.OVER) {
      return; // it was cancelled while its connection was given on
    }
    response.trailers(trailers);
    if (!complete) {
      response.incomplete();
    }
    if (next != null) {
      connection = null;
      follow();
    } else {
      finish(response, null);
    }
  }

  // ---- redirects ----

  /** Where it leads; null: nowhere, and the call has failed. */
  private HttpUri redirect(final String location) {
    if (hop.redirects() == request.redirects()) {
      connection.fail(Kind.REDIRECT, "more than " + hop.redirects() + " redirects", null);
      return null;
    }
    try {
      return Redirects.target(hop.uri(), location, "websocket".equals(request.upgrade()));
    } catch (final IllegalArgumentException e) {
      connection.fail(Kind.REDIRECT, "a redirect cannot be followed: " + e.getMessage(), e);
      return null;
    }
  }

  private void follow() {
    hop.redirect(response.status(), next);
    repeated = false;
    connectTries = 0;
    clearResponse();
    become(CallState.NEW);
    submit();
  }

  private void clearResponse() {
    next = null;
    response = null;
    dropsBody = false;
    if (flow != null) {
      flow.close();
      flow = null;
    }
  }

  // ---- failures ----

  /**
   * The connection has failed, and is closed.
   *
   * @param silent it was used before, and no byte of a response has come
   * @param untouched nothing of the request has been handed to the system
   */
  void broken(final HttpException problem, final boolean silent, final boolean untouched) {
    final boolean opened = connection == null;
    connection = null;
    if (state == CallState.OVER) {
      return;
    }
    if (opened) {
      openFailed(problem);
    } else if (silent
        && !repeated
        && (untouched || request.isRetryable() || IDEMPOTENT.contains(hop.method()))
        && hop.canSendAgain()) {
      repeated = true;
      become(CallState.NEW);
      submit();
    } else {
      finish(null, problem);
    }
  }

  private void openFailed(final HttpException problem) {
    final boolean tryAgain =
        problem.phase() == Phase.CONNECT
            && problem.kind() != Kind.PROXY
            && problem.kind() != Kind.CLOSED
            && connectTries < request.connectRetries();
    if (!tryAgain) {
      finish(null, problem);
      return;
    }
    become(CallState.DELAYED);
    context.pool.delayed(this);
    setDeadline(request.retryNanos(connectTries++));
  }

  void refusedByProxy(final int status, final HttpHeaders headers) {
    proxyStatus = status;
    proxyHeaders = headers;
  }

  /** It ends without a response. */
  void failed(final Kind kind, final Phase phase, final String why, final Throwable cause) {
    finish(null, problem(kind, phase, Errno.NONE, why, cause));
  }

  void closed(final String why) {
    failed(Kind.CLOSED, phase(), why, null);
  }

  HttpException problem(
      final Kind kind,
      final Phase phase,
      final Errno errno,
      final String why,
      final Throwable cause) {
    final String message = hop + ": " + why;
    if (kind == Kind.PROXY && proxyStatus != 0) {
      return new HttpException(kind, phase, errno, message, proxyStatus, proxyHeaders);
    }
    final HttpException made = new HttpException(kind, phase, errno, message, cause);
    return kind == Kind.REDIRECT ? made.from(response) : made;
  }

  // ---- the end ----

  private void finish(final HttpResponse result, final HttpException problem) {
    if (state == CallState.OVER) {
      return;
    }
    leave();
    become(CallState.OVER);
    context.deadlines.remove(this);
    try {
      handler.onEnd(face, result, problem);
    } catch (final RuntimeException e) {
      context.report(face, e);
    } finally {
      release();
    }
  }

  /** It is in no queue any more. */
  private void leave() {
    if (queue != null) {
      queue.forget(this);
    }
    if (state == CallState.DELAYED) {
      context.pool.delayedNoMore(this);
    }
  }

  private void release() {
    if (response != null && response.hasBody()) {
      response.body().close();
    }
    hop.body().released();
    if (flow != null) {
      flow.close();
    }
    if (connection != null && !connection.isClosed() && connection.call() == this) {
      connection.abandon();
    }
    connection = null;
  }

  void cancel() {
    if (state == CallState.OVER) {
      return;
    }
    context.services.requireLoopThread("a call of an HTTP client");
    leave();
    become(CallState.OVER);
    context.deadlines.remove(this);
    abandonConnection();
    release();
  }

  /** Its connection is of no use, unless it is another call's already. */
  private void abandonConnection() {
    final ClientConnection used = connection;
    connection = null;
    if (used != null && used.call() == this) {
      used.abandon();
    }
  }

  /** Runs a method of the handler; what it throws ends the call. */
  private void guarded(final Runnable callback) {
    try {
      callback.run();
    } catch (final RuntimeException e) {
      context.report(face, e);
      if (connection != null) {
        connection.fail(Kind.CANCELLED, "the handler has thrown " + e, e);
      }
    }
  }

  // ---- for its face ----

  boolean isDone() {
    return state == CallState.OVER;
  }

  Phase phase() {
    if (connection != null) {
      return connection.state().phase();
    }
    return opening == null ? Phase.QUEUED : opening.state().phase();
  }

  void pause(final boolean on) {
    if (paused != on && state != CallState.OVER) {
      context.services.requireLoopThread("a call of an HTTP client");
      paused = on;
      if (connection != null) {
        connection.pauseChanged();
      }
    }
  }

  boolean wantsPause() {
    return paused;
  }

  ClientConnection connection() {
    return connection;
  }

  int proxyStatus() {
    return proxyStatus;
  }

  @Override
  public String toString() {
    return hop + ", " + state;
  }
}
