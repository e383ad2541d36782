package org.jevent.http;

import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.http.h1.RequestReader;

/**
 * The answer to the request that a connection serves: what its exchange writes, whole or in parts.
 */
final class ServedAnswer {
  /** The answer has the fields that it has. */
  static final String NO_TYPE = "";

  private static final long HIGH_OUTPUT = 256 * 1024;

  private final HttpServer server;
  private final RequestReader reader;
  private final AnswerOutput out;
  private final ServedBody body;
  private ServerConnection connection;
  private HttpExchange exchange;

  /** The connection ends behind it. */
  private boolean isLast;

  ServedAnswer(
      final HttpServer server,
      final RequestReader reader,
      final ServedBody body,
      final AnswerOutput out) {
    this.server = server;
    this.reader = reader;
    this.body = body;
    this.out = out;
  }

  /** It answers for a connection from now on. */
  void lend(final ServerConnection to) {
    connection = to;
  }

  void giveBack() {
    connection = null;
    exchange = null;
  }

  /** That of the next request. */
  void begin(final HttpExchange next) {
    exchange = next;
    isLast = false;
  }

  boolean isLast() {
    return isLast;
  }

  /**
   * Writes the head of an answer into the array.
   *
   * @param type what a body is unless a field says it; null for the server's default, or {@link
   *     #NO_TYPE}
   */
  void head(final int status, final long length, final String type) {
    final HttpHeaders fields = exchange.fields();
    if (type != null || (length != 0 && ResponseWriter.hasBody(status))) {
      final String kind = type == null ? server.defaultContentType() : type;
      if (kind != null && !kind.isEmpty() && !fields.contains("content-type")) {
        fields.add("content-type", kind);
      }
    }
    final boolean chunks = reader.minorVersion() > 0;
    isLast =
        exchange.closesAfter()
            || !reader.keepsAlive()
            || server.isDraining()
            || isLastRequest()
            || !(exchange.reading().isAsked() || body.mayBeSkipped())
            || (length == ResponseWriter.UNKNOWN && !chunks && ResponseWriter.hasBody(status));
    exchange
        .answer()
        .head(
            server.scratch(),
            status,
            fields,
            server.date(),
            length,
            chunks,
            exchange.isHead(),
            persistence());
  }

  private boolean isLastRequest() {
    final int most = server.limits().requests();
    return most > 0 && connection.requests() >= most;
  }

  private ResponseWriter.Persistence persistence() {
    if (isLast) {
      return ResponseWriter.Persistence.CLOSED;
    }
    return reader.minorVersion() > 0
        ? ResponseWriter.Persistence.KEPT
        : ResponseWriter.Persistence.KEPT_BY_WORD;
  }

  /** Whether {@link #wholeText} takes it. */
  static boolean isAscii(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  void wholeText(final String text) {
    out.headAndText(exchange.answer(), text);
    connection.answered();
  }

  void wholeBytes(final byte[] body) {
    out.headAndBytes(exchange.answer(), body);
    connection.answered();
  }

  void wholeBuffer(final EventBuffer body) {
    out.headAndBuffer(exchange.answer(), body);
    connection.answered();
  }

  void wholeFile(final FileSegment file, final long offset, final long count) {
    out.headAndFile(exchange.answer(), file, offset, count);
    connection.answered();
  }

  void inform(final int status, final HttpHeaders fields) {
    ResponseWriter.inform(server.scratch(), status, fields);
    out.flush(server.scratch());
  }

  void write(final byte[] part) {
    writes(() -> out.write(exchange.answer(), part));
  }

  void write(final EventBuffer part) {
    writes(() -> out.write(exchange.answer(), part));
  }

  void write(final FileSegment file, final long offset, final long count) {
    writes(() -> out.write(exchange.answer(), file, offset, count));
  }

  /** Writes a part of the body; more than was announced cuts the connection. */
  private void writes(final Runnable write) {
    requireStarted();
    final ServerConnection to = connection;
    try {
      write.run();
    } catch (final IllegalStateException tooMuch) {
      to.failures().cutBehindOutput(tooMuch.getMessage());
      throw tooMuch;
    }
    to.times().watchAnswer();
  }

  private void requireStarted() {
    if (exchange.answer().state() == ResponseWriter.State.NONE) {
      throw new IllegalStateException("the answer has not begun");
    }
  }

  /** The head of an answer in parts leaves. */
  void started() {
    out.flush(server.scratch());
    connection.times().watchAnswer();
  }

  void end(final HttpHeaders trailers) {
    requireStarted();
    final ResponseWriter answer = exchange.answer();
    final long missing = answer.remaining();
    out.end(answer, trailers);
    if (answer.state() == ResponseWriter.State.CUT) {
      final String text = "the answer has ended " + missing + " bytes before its announced length";
      connection.failures().cutBehindOutput(text);
      throw new IllegalStateException(text);
    }
    connection.answered();
  }

  boolean isWritable() {
    return out.waiting() < HIGH_OUTPUT;
  }
}
