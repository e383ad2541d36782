package org.jevent.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.http.h1.FieldRules;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.stream.Timeouts;

/**
 * A request that is put together, and sent once; {@code evhttp_request} of libevent's clients. What
 * it is given is checked at once, before a byte leaves.
 *
 * <p>Threads: as of {@link HttpClient}.
 *
 * <p>Errors: wrong arguments are {@link IllegalArgumentException}s, anything after {@code send} an
 * {@link IllegalStateException}.
 */
public final class HttpRequest {
  private static final Set<String> WRITTEN_HERE =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final Duration MAX_DELAY = Duration.ofHours(1);

  private final ClientContext context;
  private final HttpClientConnection only;
  private final String method;
  private final HttpUri uri;

  /** What CONNECT asks a proxy for, or null. */
  private final String tunnelTarget;

  /** What the request line says in place of the URI's path and query, or null. */
  private String target;

  private final HttpHeaders headers = new HttpHeaders();
  private RequestBody body = RequestBody.NONE;
  private HttpTimeouts timeouts;
  private int redirects;
  private int connectRetries;
  private long retryNanos;
  private long maxBody = -1;
  private String upgrade;
  private boolean hasBody;
  private boolean retryable;
  private boolean decompresses;
  private boolean expectsContinue;
  private boolean sent;

  /**
   * @param only the connection that it goes to, or null: one of the client's
   * @param tunnelTarget what CONNECT asks for, or null: it is another method
   */
  HttpRequest(
      final ClientContext context,
      final HttpClientConnection only,
      final String method,
      final HttpUri uri,
      final String tunnelTarget) {
    this.context = context;
    this.only = only;
    this.method = method;
    this.uri = uri;
    this.tunnelTarget = tunnelTarget;
    timeouts = context.timeouts;
    redirects = context.redirects;
    FieldRules.checkToken("the method", method);
    requireTarget(uri);
    if (tunnelTarget == null && method.equals("CONNECT")) {
      throw new IllegalArgumentException("CONNECT has no URI: HttpClient.tunnel makes one");
    }
  }

  /**
   * @throws IllegalArgumentException if no request can be sent there
   */
  static void requireTarget(final HttpUri uri) {
    if (!"http".equals(uri.scheme()) && !"https".equals(uri.scheme())) {
      throw new IllegalArgumentException(
          "the scheme of " + Origin.text(uri) + " is other than http and https");
    }
    if (uri.unixPath() == null) {
      if (uri.host() == null || uri.host().isEmpty()) {
        throw new IllegalArgumentException("there is no host in " + Origin.text(uri));
      }
      Arguments.within("the port of " + Origin.text(uri), uri.portOrDefault(), 1, 65_535);
    }
    FieldRules.checkTarget(uri.target());
  }

  private void requireUnsent() {
    if (sent) {
      throw new IllegalStateException("the request " + this + " was sent already");
    }
  }

  /**
   * Sends a target as it is in place of the URI's path and query, such as that of another message.
   * It may have letters that no URI has; servers take more than the standard allows. Redirects
   * start from the URI.
   *
   * @param raw begins with a slash, or is the asterisk of OPTIONS
   * @throws IllegalArgumentException if it cannot be sent, or this is CONNECT
   */
  public HttpRequest target(final String raw) {
    requireUnsent();
    Objects.requireNonNull(raw, "raw");
    FieldRules.checkTarget(raw);
    final boolean known = raw.startsWith("/") || (raw.equals("*") && method.equals("OPTIONS"));
    if (tunnelTarget != null || !known || raw.indexOf('#') >= 0) {
      throw new IllegalArgumentException("no target for " + method + ": " + raw);
    }
    target = raw;
    return this;
  }

  /**
   * Appends a field. A {@code host} of the program's is sent in place of that of the URI, to that
   * origin only.
   *
   * @throws IllegalArgumentException if it cannot be sent, or the library writes it
   */
  public HttpRequest header(final String name, final String value) {
    requireUnsent();
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    if (WRITTEN_HERE.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the field " + name + " is written by the library");
    }
    if (name.equalsIgnoreCase("host")) {
      headers.set(name, value);
    } else {
      headers.add(name, value);
    }
    return this;
  }

  // ---- the body ----

  private HttpRequest with(final RequestBody made) {
    requireUnsent();
    if (hasBody) {
      throw new IllegalStateException("the request " + this + " has a body already");
    }
    hasBody = true;
    body = made;
    return this;
  }

  /** A body that may be sent several times; the array must not change before the call is over. */
  public HttpRequest body(final byte[] bytes) {
    return with(RequestBody.of(Objects.requireNonNull(bytes, "bytes")));
  }

  /** All that the buffer has, which is moved; it may be sent several times. */
  public HttpRequest body(final EventBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes");
    requireUnsent();
    final EventBuffer moved = new EventBuffer(context.base);
    try {
      with(RequestBody.of(moved));
    } catch (final IllegalStateException e) {
      moved.close();
      throw e;
    }
    moved.add(bytes);
    return this;
  }

  /**
   * A file, which may be sent several times; it stays the caller's, open until the call is over.
   */
  public HttpRequest body(final FileSegment segment) {
    return with(RequestBody.of(Objects.requireNonNull(segment, "segment")));
  }

  /** Bytes that come while the request is sent, in chunks if their number is not known. */
  public HttpRequest body(final HttpBodySource source) {
    return with(RequestBody.of(Objects.requireNonNull(source, "source")));
  }

  // ---- how it is sent ----

  /** Other limits of time than the client's. */
  public HttpRequest timeouts(final HttpTimeouts times) {
    requireUnsent();
    timeouts = Objects.requireNonNull(times, "times");
    return this;
  }

  /**
   * How many redirects are followed, in place of the client's number; one more is an error.
   *
   * @param most 0: none, and the redirect is the response
   */
  public HttpRequest followRedirects(final int most) {
    requireUnsent();
    redirects = Arguments.atLeast("most", most, 0);
    return this;
  }

  /**
   * It may be sent once more if a connection that was used before has ended without a byte of
   * response, although the method is none that may be repeated.
   */
  public HttpRequest retryable() {
    requireUnsent();
    retryable = true;
    return this;
  }

  /**
   * A connect that has failed is tried again; {@code evhttp_connection_set_retries}.
   *
   * @param times 0 or more
   * @param first the delay before the first retry, more than zero; each one is twice as long as the
   *     one before, an hour at most
   */
  public HttpRequest connectRetries(final int times, final Duration first) {
    requireUnsent();
    connectRetries = Arguments.atLeast("times", times, 0);
    retryNanos =
        Math.min(
            MAX_DELAY.toNanos(), Timeouts.nanos("first", Objects.requireNonNull(first, "first")));
    return this;
  }

  /** Asks for a body in the codings gzip and deflate, and undoes them. */
  public HttpRequest decompress() {
    requireUnsent();
    decompresses = true;
    return this;
  }

  /**
   * The maximum of bytes of the response's body, after its coding is undone.
   *
   * @param bytes 0 or more
   */
  public HttpRequest maxBody(final long bytes) {
    requireUnsent();
    maxBody = Arguments.atLeast("bytes", bytes, 0);
    return this;
  }

  /**
   * The body waits until the peer has answered 100, or a second. After a final answer it is not
   * sent, and the connection is closed.
   */
  public HttpRequest expectContinue() {
    requireUnsent();
    expectsContinue = true;
    return this;
  }

  /**
   * Asks for another protocol. A response 101 is accepted then, and {@link HttpCall#takeOver} gives
   * the stream.
   *
   * @param protocol such as {@code websocket}
   */
  public HttpRequest upgrade(final String protocol) {
    requireUnsent();
    FieldRules.checkValue("upgrade", Objects.requireNonNull(protocol, "protocol"));
    FieldRules.checkToken("the protocol", protocol.replace("/", ""));
    upgrade = protocol;
    return this;
  }

  // ---- sending ----

  /**
   * Sends it. The response is delivered whole, bounded by {@link #maxBody} or the client's limit.
   */
  public HttpCall send(final HttpResponseCallback callback) {
    Objects.requireNonNull(callback, "callback");
    return start(new WholeResponse(callback), true);
  }

  /** Sends it. The response is delivered in parts. */
  public HttpCall send(final HttpResponseHandler handler) {
    return start(Objects.requireNonNull(handler, "handler"), false);
  }

  /** The same without a look at what is passed on. */
  public HttpCall forward(final HttpExchange exchange) {
    return forward(exchange, new HttpForwardHandler() {});
  }

  /**
   * Passes an exchange on: sends this request with its fields and its body, and answers it with the
   * response, interim responses and trailers included. Bodies pass both ways as fast as the slower
   * end takes them.
   *
   * <p>Fields of one connection stay behind, see {@link HttpHeaders#endToEnd}, and so do {@code
   * host}, {@code expect} and what this request has already. Without a response the answer is the
   * server's page of 502, or 504 after a limit of time; a response that is cut cuts the answer. A
   * client that leaves cancels the call, and so does an answer of the program's. A program that
   * cancels the call has to answer. When the response comes before the end of the request's body,
   * the rest of that is dropped, and the client's connection ends behind the answer.
   *
   * @param exchange whose body was not read, and whose answer has not begun. {@link
   *     HttpExchange#maxBody} holds
   * @throws IllegalStateException if this request has a body, or was sent, or the exchange was
   *     passed on before
   */
  public HttpCall forward(final HttpExchange exchange, final HttpForwardHandler handler) {
    Objects.requireNonNull(exchange, "exchange");
    Objects.requireNonNull(handler, "handler");
    requireUnsent();
    if (hasBody || !exchange.mayBeForwarded()) {
      throw new IllegalStateException(
          "forward "
              + this
              + ": a body is given or read already, the answer has begun, or it was passed on");
    }
    return new Forwarding(exchange, handler).start(this);
  }

  /** It was not sent: the body that it was given is gone. */
  void withoutBody() {
    hasBody = false;
    body = RequestBody.NONE;
  }

  /** Whether a field of another message may be one of this. */
  boolean takes(final String name) {
    return !WRITTEN_HERE.contains(name) && !name.equals("host") && !headers.contains(name);
  }

  private HttpCall start(final HttpResponseHandler handler, final boolean whole) {
    requireUnsent();
    context.requireOpen("send " + this);
    final ClientCall call = new ClientCall(context, this, handler, whole);
    call.start(); // what it throws leaves the request unsent
    sent = true;
    return call.face;
  }

  /** The body was collected; the handler gets only its end. */
  private record WholeResponse(HttpResponseCallback callback) implements HttpResponseHandler {
    @Override
    public void onBody(final HttpCall call, final EventBuffer bytes) {
      throw new AssertionError("a whole body is collected");
    }

    @Override
    public void onEnd(
        final HttpCall call, final HttpResponse response, final HttpException problem) {
      callback.ended(response, problem);
    }
  }

  // ---- what the call reads ----

  public String method() {
    return method;
  }

  public HttpUri uri() {
    return uri;
  }

  HttpHeaders headers() {
    return headers;
  }

  String tunnelTarget() {
    return tunnelTarget;
  }

  /** What is sent in place of the URI's path and query, or null. */
  String target() {
    return target;
  }

  HttpClientConnection only() {
    return only;
  }

  RequestBody body() {
    return body;
  }

  boolean hasBody() {
    return hasBody;
  }

  /** Its limits of time, at first those of the client. */
  public HttpTimeouts timeouts() {
    return timeouts;
  }

  int redirects() {
    return redirects;
  }

  boolean isRetryable() {
    return retryable;
  }

  int connectRetries() {
    return connectRetries;
  }

  /** The delay before a retry, numbered from 0. */
  long retryNanos(final int number) {
    final long most = MAX_DELAY.toNanos();
    return number >= Long.numberOfLeadingZeros(retryNanos) - 1
        ? most
        : Math.min(most, retryNanos << number);
  }

  boolean decompresses() {
    return decompresses;
  }

  /** -1: there is none. */
  long maxBody() {
    return maxBody;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  /** The protocol that is asked for, or null. */
  String upgrade() {
    return upgrade;
  }

  /** Method and URI, without a user. */
  @Override
  public String toString() {
    return method + " " + Origin.text(uri);
  }
}
