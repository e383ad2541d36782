package org.jevent.http;

import java.io.IOException;
import java.util.Objects;
import org.jevent.error.Errno;

/**
 * Why an exchange or a call has failed; the message says what was tried, on what, and what was
 * answered. libevent's {@code enum evhttp_request_error}.
 */
public final class HttpException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The kinds of failures. */
  public enum Kind {
    /** A limit of time is over. */
    TIMEOUT,
    /** The host's name has no address. */
    DNS,
    /** No address of the host could be connected with. */
    CONNECT,
    /** The handshake of TLS has failed, or its stream. */
    TLS,
    /** The peer has sent what is no message. */
    MALFORMED,
    /** The message is larger than the limits allow. */
    TOO_LARGE,
    /** The peer has ended the connection before the message was complete. */
    CUT,
    /** The connection has failed. */
    CONNECTION,
    /** A proxy has refused. */
    PROXY,
    /** Redirects are too many, or lead where a call may not go. */
    REDIRECT,
    /** Too many calls wait already. */
    QUEUE_FULL,
    /** The body's coding cannot be undone. */
    CODING,
    /** The program has ended it. */
    CANCELLED,
    /** The client or the server was closed. */
    CLOSED
  }

  /** How far the exchange or the call had come. */
  public enum Phase {
    /** It waits for a connection. */
    QUEUED,
    /** The name is looked up, and the connection made. */
    CONNECT,
    /** The handshake of TLS. */
    TLS,
    /** The request is sent, or received by a server. */
    REQUEST,
    /** The head of the response is waited for. */
    HEAD,
    /** The body of the response. */
    BODY
  }

  private final Kind kind;
  private final Phase phase;
  private final Errno errno;
  private final int proxyStatus;
  private final transient HttpHeaders proxyHeaders;

  /** The response that leads where the call does not go, or null. */
  private transient HttpResponse redirect;

  /**
   * @param errno what the system has answered, {@link Errno#NONE} if it is not the reason
   * @param message what was tried on what, and what was answered
   */
  public HttpException(
      final Kind kind, final Phase phase, final Errno errno, final String message) {
    this(kind, phase, errno, message, null);
  }

  public HttpException(
      final Kind kind,
      final Phase phase,
      final Errno errno,
      final String message,
      final Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.phase = Objects.requireNonNull(phase, "phase");
    this.errno = Objects.requireNonNull(errno, "errno");
    proxyStatus = 0;
    proxyHeaders = null;
  }

  /** A proxy has refused. */
  HttpException(
      final Kind kind,
      final Phase phase,
      final Errno errno,
      final String message,
      final int proxyStatus,
      final HttpHeaders proxyHeaders) {
    super(message);
    this.kind = kind;
    this.phase = phase;
    this.errno = errno;
    this.proxyStatus = proxyStatus;
    this.proxyHeaders = proxyHeaders;
  }

  /** The same with the response that leads where the call does not go. */
  HttpException from(final HttpResponse response) {
    redirect = response;
    return this;
  }

  /**
   * The response whose redirect was not followed, without a body; null where that is not the
   * reason. It is not kept by serialization.
   */
  public HttpResponse redirect() {
    return redirect;
  }

  public Kind kind() {
    return kind;
  }

  public Phase phase() {
    return phase;
  }

  /** What the system has answered, {@link Errno#NONE} if that is not the reason. */
  public Errno errno() {
    return errno;
  }

  /** The status with which a proxy has refused a tunnel, such as 407; else 0. */
  public int proxyStatus() {
    return proxyStatus;
  }

  /**
   * The fields of a proxy's refusal, such as {@code proxy-authenticate}; none if there is no such
   * answer. They are not kept by serialization.
   */
  public HttpHeaders proxyHeaders() {
    return proxyHeaders == null ? new HttpHeaders() : proxyHeaders;
  }
}
