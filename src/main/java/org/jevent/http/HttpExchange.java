package org.jevent.http;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.h1.BodyReader;
import org.jevent.http.h1.FieldRules;
import org.jevent.http.h1.HeaderTable;
import org.jevent.http.h1.RequestReader;
import org.jevent.http.h1.TargetForm;
import org.jevent.internal.engine.Arguments;

/**
 * A request and its answer; libevent's {@code struct evhttp_request} of a server.
 *
 * <p>A handler may answer at once or in any later callback. The exchange is over when its answer
 * has ended, or the connection has: then each method throws IllegalStateException, and the object
 * may serve a later request. All methods belong to the thread of the loop; other threads come by
 * {@code EventBase.execute}.
 *
 * <p>An answer is given whole by {@code respond}, or in parts by {@link #start}, {@code write} and
 * {@link #end()}. When a handler throws before it has begun the answer, the client gets status 500;
 * later the connection is cut. The exception goes to the base's handler.
 */
public final class HttpExchange {
  private final HttpHeaders fields = new HttpHeaders();
  private final ResponseWriter answer = new ResponseWriter();
  private ServerConnection connection;
  private RequestReader request;
  private HttpHeaders headers;
  private HttpHeaders trailers;
  private final BodyReading reading = new BodyReading();
  private HttpHandler onWritable;
  private HttpCloseHandler onClose;
  private Forwarding forwarding;
  private boolean closesAfter;
  private long length = ResponseWriter.UNKNOWN;
  private long headNanos;
  private long answerNanos;

  HttpExchange() {}

  // ---- what the connection does with it ----

  void begin(final ServerConnection its, final RequestReader head, final long now) {
    assert connection == null : this;
    connection = its;
    request = head;
    headNanos = now;
    answerNanos = 0;
    answer.reset();
    reading.begin(head.body().isComplete());
  }

  /** Passes it on from now on, and hears of its end. */
  void forwardedBy(final Forwarding by) {
    forwarding = by;
  }

  boolean isForwardedBy(final Forwarding by) {
    return forwarding == by;
  }

  /** Drops what was set for the answer, which is another one now. */
  HttpExchange withoutFields() {
    fields.clear();
    length = ResponseWriter.UNKNOWN;
    return this;
  }

  /** Whether it may be passed on: nothing was answered, and it was not passed on before. */
  boolean mayBeForwarded() {
    return connection != null
        && answer.state() == ResponseWriter.State.NONE
        && forwarding == null
        && (!reading.isAsked() || announcedLength() == 0);
  }

  /** Nothing may be called any more. */
  void over() {
    final Forwarding ended = forwarding;
    forwarding = null;
    connection = null;
    request = null;
    headers = null;
    trailers = null;
    onWritable = null;
    onClose = null;
    closesAfter = false;
    length = ResponseWriter.UNKNOWN;
    fields.clear();
    reading.end();
    if (ended != null) {
      ended.exchangeIsOver();
    }
  }

  ResponseWriter answer() {
    return answer;
  }

  BodyReading reading() {
    return reading;
  }

  /** The rest of the request's body is not wanted any more, and the connection ends behind it. */
  void dropBody() {
    closesAfter = true;
    reading.drop();
    connection.bodyIsResumed();
  }

  HttpHandler writableHandler() {
    return onWritable;
  }

  HttpCloseHandler closeHandler() {
    return onClose;
  }

  boolean closesAfter() {
    return closesAfter;
  }

  HttpHeaders fields() {
    return fields;
  }

  long headNanos() {
    return headNanos;
  }

  long answerNanos() {
    return answerNanos;
  }

  private ServerConnection open() {
    if (connection == null) {
      throw new IllegalStateException("the exchange is over");
    }
    return connection;
  }

  private RequestReader head() {
    open();
    return request;
  }

  // ---- the request ----

  /** Such as GET; compared in the case it was sent in. {@code evhttp_request_get_command}. */
  public String method() {
    return head().method();
  }

  /**
   * What an absolute target says, else {@link HttpConnection#scheme}. The client writes the target:
   * what has to be true is asked of the connection.
   */
  public String scheme() {
    final String said = head().scheme();
    return said == null ? open().scheme() : said;
  }

  /** The host and the port that are asked for, or null; {@code evhttp_request_get_host}. */
  public String authority() {
    return head().authority();
  }

  /** The decoded path without {@code .} and {@code ..}; {@code %2F} stays as it is. */
  public String path() {
    return head().form() == TargetForm.AUTHORITY ? null : head().path();
  }

  /** The path as it was sent, null for CONNECT. */
  public String rawPath() {
    return head().rawPath();
  }

  /** What follows the question mark, as it was sent, or null. */
  public String query() {
    return head().query();
  }

  /** The target as it was sent; {@code evhttp_request_get_uri}. */
  public String target() {
    return head().target();
  }

  /** {@code HTTP/1.0} or {@code HTTP/1.1}. */
  public String version() {
    return head().minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
  }

  /** The value of the request's first field of that name, or null. */
  public String header(final String name) {
    final HeaderTable table = head().headers();
    final int index = table.find(Objects.requireNonNull(name, "name"));
    return index < 0 ? null : table.value(index);
  }

  /** The request's fields; they may be kept. {@code evhttp_request_get_input_headers}. */
  public HttpHeaders headers() {
    if (headers == null) {
      headers = HttpHeaders.of(head().headers());
    }
    return headers;
  }

  /** The fields behind a chunked body, which was read whole; empty before. */
  public HttpHeaders trailers() {
    final BodyReader body = head().body();
    if (trailers == null && body.isComplete()) {
      trailers = HttpHeaders.of(body.trailers());
    }
    return trailers == null ? new HttpHeaders() : trailers;
  }

  /** The announced length of the request's body, 0 without one, -1 in chunks. */
  public long announcedLength() {
    return head().body().framing() == BodyReader.Framing.NONE ? 0 : head().body().announced();
  }

  /** The client's address, or null; {@code evhttp_connection_get_addr}. */
  public SocketAddress peer() {
    return open().peer();
  }

  public HttpConnection connection() {
    return open();
  }

  // ---- the request's body ----

  /**
   * Limits the body of this request in place of {@link HttpServerLimits#body}, before it is read.
   */
  public HttpExchange maxBody(final long count) {
    Arguments.atLeast("count", count, 0);
    head().body().limit(count);
    return this;
  }

  /**
   * Reads the body in parts, from now on. A client that waits for status 100 gets it.
   *
   * @param part gets each part
   * @param end is called once, behind the last part
   * @throws IllegalStateException if the body is read already
   */
  public void readBody(final HttpBodyHandler part, final HttpHandler end) {
    Objects.requireNonNull(part, "part");
    Objects.requireNonNull(end, "end");
    ask(part, end);
  }

  /**
   * Reads the body whole; {@link #body} has it then.
   *
   * @param end is called when all has come
   * @throws IllegalStateException if the body is read already
   */
  public void readBody(final HttpHandler end) {
    Objects.requireNonNull(end, "end");
    ask(null, end);
  }

  private void ask(final HttpBodyHandler part, final HttpHandler end) {
    open();
    reading.ask(part, end);
    connection.bodyIsWanted();
  }

  /** The body that {@link #readBody(HttpHandler)} has read; it may be taken out. */
  public EventBuffer body() {
    return reading.bytes(open().stream().base());
  }

  /**
   * No more of the body is read until {@link #resumeBody}, and the handler of its end is not
   * called: the client has to wait.
   */
  public void pauseBody() {
    open();
    reading.pause(true);
  }

  public void resumeBody() {
    open();
    if (reading.isPaused()) {
      reading.pause(false);
      connection.bodyIsResumed();
    }
  }

  // ---- the answer ----

  /**
   * Adds a field to the answer. {@code Content-Length} announces the length of a body in parts.
   *
   * @throws IllegalArgumentException if it cannot be sent, or is the library's to write: {@code
   *     Connection} ({@link #closeAfter} says it), {@code Keep-Alive}, {@code Transfer-Encoding},
   *     {@code Upgrade}, {@code TE}
   * @throws IllegalStateException if the answer's head is written
   */
  public HttpExchange header(final String name, final String value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    unstarted();
    FieldRules.checkName(name);
    FieldRules.checkValue(name, value);
    if (name.equalsIgnoreCase("content-length")) {
      length = FieldRules.length(value);
    } else {
      FieldRules.checkUnframed(name);
      fields.add(name, value);
    }
    return this;
  }

  /** Announces the length of a body that is written in parts. */
  public HttpExchange length(final long count) {
    unstarted();
    Arguments.atLeast("count", count, 0);
    length = count;
    return this;
  }

  /** The connection ends behind this answer. */
  public HttpExchange closeAfter() {
    open();
    closesAfter = true;
    return this;
  }

  private void unstarted() {
    open();
    if (answer.state() != ResponseWriter.State.NONE) {
      throw new IllegalStateException("the answer has begun with status " + answer.status());
    }
  }

  /**
   * Answers with the page of an error; {@code evhttp_send_error}.
   *
   * @param reason what is wrong with the request, for {@link HttpErrorPage}
   */
  public void error(final int status, final String reason) {
    Objects.requireNonNull(reason, "reason");
    mayStart(status);
    connection.server().answerError(this, status, reason);
  }

  /** Answers without a body; {@code evhttp_send_reply}. */
  public void respond(final int status) {
    respond(status, new byte[0]);
  }

  /** Answers with a text in UTF-8, as {@code text/plain} unless a content type is set. */
  public void respond(final int status, final String text) {
    Objects.requireNonNull(text, "text");
    mayStart(status);
    if (ServedAnswer.isAscii(text)) {
      started(status, text.length(), text.isEmpty() ? null : "text/plain; charset=utf-8");
      connection.answer().wholeText(text);
    } else {
      final byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      started(status, encoded.length, "text/plain; charset=utf-8");
      connection.answer().wholeBytes(encoded);
    }
  }

  /** Answers with these bytes. */
  public void respond(final int status, final byte[] body) {
    Objects.requireNonNull(body, "body");
    mayStart(status);
    started(status, body.length, null);
    connection.answer().wholeBytes(body);
  }

  /** Answers with all bytes of a buffer, which is empty then. */
  public void respond(final int status, final EventBuffer body) {
    Objects.requireNonNull(body, "body");
    mayStart(status);
    started(status, body.length(), null);
    connection.answer().wholeBuffer(body);
  }

  /** Answers with a file, which the system sends where it can; the caller keeps the segment. */
  public void respond(final int status, final FileSegment file) {
    Objects.requireNonNull(file, "file");
    respond(status, file, 0, file.length());
  }

  /**
   * Answers with a part of a file.
   *
   * @param offset from the beginning of the segment
   */
  public void respond(
      final int status, final FileSegment file, final long offset, final long count) {
    Arguments.range("offset", offset, count, Objects.requireNonNull(file, "file").length());
    mayStart(status);
    started(status, count, null);
    connection.answer().wholeFile(file, offset, count);
  }

  private void mayStart(final int status) {
    unstarted();
    Arguments.within("status", status, 200, 999);
  }

  private void started(final int status, final long count, final String type) {
    if (count > 0 && !ResponseWriter.hasBody(status)) {
      throw new IllegalArgumentException("an answer with status " + status + " has no body");
    }
    if (length != ResponseWriter.UNKNOWN && length != count && status != 304 && !isHead()) {
      throw new IllegalArgumentException(
          "a body of " + count + " bytes, but " + length + " are announced");
    }
    final long announced = length != ResponseWriter.UNKNOWN ? length : count;
    answerNanos = connection.now();
    connection.answer().head(status, announced, type);
  }

  boolean isHead() {
    return request.methodIs("HEAD");
  }

  /**
   * Begins an answer whose body follows in parts; {@code evhttp_send_reply_start}. Without an
   * announced length it is sent in chunks, and to clients of HTTP/1.0 until the connection ends.
   *
   * @param status 200 or more
   */
  public HttpExchange start(final int status) {
    return start(status, null);
  }

  /**
   * @param type as of {@link ServedAnswer#head}
   */
  HttpExchange start(final int status, final String type) {
    mayStart(status);
    answerNanos = connection.now();
    connection.answer().head(status, ResponseWriter.hasBody(status) ? length : 0, type);
    connection.answer().started();
    return this;
  }

  /**
   * Sends an interim answer, such as 103; clients of HTTP/1.0 get none.
   *
   * @param status 102 to 199
   * @param fields of the interim answer, or null
   * @throws IllegalArgumentException if one of them is the library's to write, as with {@link
   *     #header}, or {@code Content-Length}
   */
  public void inform(final int status, final HttpHeaders fields) {
    unstarted();
    Arguments.within("status", status, 102, 199);
    if (request.minorVersion() > 0) {
      connection.answer().inform(status, fields);
    }
  }

  /**
   * Appends to the body; {@code evhttp_send_reply_chunk}.
   *
   * @throws IllegalStateException if there is more than was announced; the connection is cut then
   */
  public void write(final String text) {
    Objects.requireNonNull(text, "text");
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  public void write(final byte[] part) {
    Objects.requireNonNull(part, "part");
    open().answer().write(part);
  }

  /** Moves all bytes of a buffer to the body. */
  public void write(final EventBuffer part) {
    Objects.requireNonNull(part, "part");
    open().answer().write(part);
  }

  /** Appends a part of a file; the caller keeps the segment. */
  public void write(final FileSegment file, final long offset, final long count) {
    Arguments.range("offset", offset, count, Objects.requireNonNull(file, "file").length());
    open().answer().write(file, offset, count);
  }

  /** Whether less than 256 KiB wait to be sent: else the program should wait as well. */
  public boolean isWritable() {
    return open().answer().isWritable();
  }

  /**
   * Calls a handler whenever less than 64 KiB wait to be sent, beginning soon, until the answer has
   * ended. A handler that writes nothing is called again when something else was sent.
   */
  public void onWritable(final HttpHandler handler) {
    open();
    onWritable = handler;
    connection.writableIsWatched(handler != null);
  }

  /**
   * Ends a body in parts; {@code evhttp_send_reply_end}.
   *
   * @throws IllegalStateException if it is shorter than announced; the connection is cut then
   */
  public void end() {
    end(null);
  }

  /**
   * The same with fields behind it, which only chunked bodies have.
   *
   * @param last the fields, or null
   * @throws IllegalArgumentException if one of them belongs into the head, such as {@code
   *     Content-Type}; the body goes on
   */
  public void end(final HttpHeaders last) {
    open().answer().end(last);
  }

  /** Cuts the connection, without another byte: the client sees that the answer is not whole. */
  public void reset() {
    open().failures().cutByProgram();
  }

  /**
   * Calls a handler, once, if the connection ends before the answer has, or the server answers in
   * place of the program: a limit of time is over, or a handler has thrown.
   */
  public void onClose(final HttpCloseHandler handler) {
    open();
    onClose = handler;
  }

  /**
   * Ends HTTP on this connection and gives its stream to the program, with no callbacks, and with
   * what the client has sent behind the request still in its input. CONNECT is answered with 200;
   * an {@code Upgrade} with 101, but none of HTTP/1.0. The request's body must have been read.
   *
   * @param protocol the name of what follows, null for CONNECT
   * @throws IllegalStateException if the request is neither CONNECT nor an upgrade, or its body was
   *     not read, or the answer has begun
   */
  public BufferEvent takeOver(final String protocol) {
    unstarted();
    return connection.takeOver(protocol, null);
  }

  /**
   * The same, but the server goes on counting it among its connections, and ends it when it is
   * drained or closed.
   *
   * @param as what the stream becomes; {@link HttpServer#ended} says that it is over
   */
  public BufferEvent takeOver(final String protocol, final HttpUpgraded as) {
    Objects.requireNonNull(as, "as");
    unstarted();
    return connection.takeOver(protocol, as);
  }

  /**
   * Refuses a request that has to ask for another protocol, with status 426.
   *
   * @param protocol which it has to ask for
   * @param reason for {@link HttpErrorPage}
   */
  public void requireUpgrade(final String protocol, final String reason) {
    FieldRules.checkValue("upgrade", Objects.requireNonNull(protocol, "protocol"));
    Objects.requireNonNull(reason, "reason");
    unstarted();
    fields.add("Upgrade", protocol);
    fields.add("Connection", "upgrade");
    error(426, reason);
  }

  /** The server that has accepted its connection. */
  public HttpServer server() {
    return open().server();
  }

  @Override
  public String toString() {
    return connection == null
        ? "an exchange that is over"
        : request.method() + " " + request.target() + " from " + connection.peer();
  }
}
