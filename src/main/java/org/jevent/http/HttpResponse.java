package org.jevent.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * A response. Its head may be kept; its body belongs to the callback that gets it.
 *
 * <p>Threads: the loop's.
 */
public final class HttpResponse {
  private final HttpUri uri;
  private final int status;
  private final String reason;
  private final int minorVersion;
  private final HttpHeaders headers;
  private final EventBuffer body;
  private HttpHeaders trailers;
  private boolean complete = true;

  HttpResponse(
      final HttpUri uri,
      final int status,
      final String reason,
      final int minorVersion,
      final HttpHeaders headers,
      final EventBuffer body) {
    this.uri = uri;
    this.status = status;
    this.reason = reason;
    this.minorVersion = minorVersion;
    this.headers = headers;
    this.body = body;
  }

  /** What has answered: another URI than that of the request after redirects. */
  public HttpUri uri() {
    return uri;
  }

  /** 100 to 999; {@code evhttp_request_get_response_code}. */
  public int status() {
    return status;
  }

  /** The words behind the status, which may be empty. */
  public String reason() {
    return reason;
  }

  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public int minorVersion() {
    return minorVersion;
  }

  /**
   * The fields of the head. Where a coding was undone, {@code content-encoding} and {@code
   * content-length} are not among them.
   */
  public HttpHeaders headers() {
    return headers;
  }

  /** The fields behind a body in chunks; empty when there are none, or they have not come. */
  public HttpHeaders trailers() {
    if (trailers == null) {
      trailers = new HttpHeaders();
    }
    return trailers;
  }

  void trailers(final HttpHeaders received) {
    trailers = received;
  }

  /**
   * False if bytes may be missing: the body had no announced end, and TLS has ended without {@code
   * close_notify}.
   */
  public boolean isComplete() {
    return complete;
  }

  void incomplete() {
    complete = false;
  }

  /**
   * The whole body. It is closed when the callback has returned; bytes may be moved out of it.
   *
   * @throws IllegalStateException if the body was delivered in parts
   */
  public EventBuffer body() {
    if (body == null) {
      throw new IllegalStateException("the body was delivered in parts, by onBody");
    }
    return body;
  }

  boolean hasBody() {
    return body != null;
  }

  /** A copy of the whole body, as text in UTF-8. */
  public String text() {
    return text(StandardCharsets.UTF_8);
  }

  /** A copy of the whole body, as text. */
  public String text(final Charset charset) {
    Objects.requireNonNull(charset, "charset");
    return new String(body().toByteArray(), charset);
  }

  /** Version, status and reason. */
  @Override
  public String toString() {
    return "HTTP/1." + minorVersion + " " + status + (reason.isEmpty() ? "" : " " + reason);
  }
}
