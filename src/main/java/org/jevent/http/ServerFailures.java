package org.jevent.http;

import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.h1.Refusal;
import org.jevent.net.NetOption;

/**
 * What becomes of a connection of a server whose request, handler or client fails: an answer in
 * place of the program's, or an end that the client sees.
 */
final class ServerFailures {
  private final ServerConnection connection;
  private final HttpServer server;

  /** What was served as it failed, or null. */
  private final HttpExchange its;

  ServerFailures(final ServerConnection connection) {
    this.connection = connection;
    server = connection.server();
    its = connection.exchange();
  }

  private boolean isServed() {
    return its != null && connection.serves(its);
  }

  // ---- what the client does ----

  /** Its head is none. */
  void refuse(final Refusal why) {
    refuse(why.status(), why.reason(), null);
  }

  void refuseBody(final Refusal why) {
    giveUp(Problems.body(its, why), why.status(), why.reason());
  }

  /** There is no answer to half a request; those before it leave. */
  void bodyIsCut() {
    final HttpException problem = Problems.cutBody(its, connection.peer());
    report(problem);
    if (!isServed()) {
      return;
    }
    if (its.answer().state() == ResponseWriter.State.NONE) {
      connection.over(problem);
      connection.end();
    } else {
      lose(problem);
    }
  }

  void headIsLate() {
    final String reason = "the head is not complete in time";
    refuse(408, reason, null, Problems.timeOut(connection, reason));
  }

  void bodyIsSlow() {
    final String reason = "the body is too slow";
    giveUp(Problems.timeOut(its, reason), 408, reason);
  }

  /** The client takes too little of what is written. */
  void answerHasStalled() {
    cut(its == null ? null : Problems.slowReader(its, connection.peer()));
  }

  // ---- what the program does ----

  /** What was called for an exchange has thrown; perhaps another one is served now. */
  void thrown(final HttpExchange by, final Throwable thrown) {
    server.report(connection, thrown);
    if (connection.serves(by)) {
      giveUp(Problems.thrown(by, thrown), 500, "the handler has failed");
    }
  }

  void handlerIsLate() {
    final String reason = "the handler has not begun its answer in time";
    giveUp(Problems.timeOut(its, reason), 503, reason);
  }

  /** A part of the answer could not be written behind the program's callback. */
  void partIsLost(final Throwable thrown) {
    server.report(connection, thrown);
    cut(its == null ? null : Problems.thrown(its, thrown));
  }

  void cutByProgram() {
    cut(Problems.reset(its));
  }

  /** The connection ends behind what was written; the answer is not whole. */
  void cutBehindOutput(final String why) {
    final HttpException problem = Problems.cutAnswer(its, why);
    its.answer().cut();
    connection.out().flushJoined();
    connection.over(problem);
    connection.end();
  }

  // ---- how it ends ----

  /** Answers with the page of an error and ends the connection. */
  void refuse(final int status, final String reason, final HttpHeaders fields) {
    refuse(status, reason, fields, Problems.refused(status, reason));
  }

  private void refuse(
      final int status,
      final String reason,
      final HttpHeaders fields,
      final HttpException problem) {
    try {
      if (!writePage(status, reason, fields)) {
        return;
      }
    } catch (final Throwable thrown) { // there may be no memory for it
      lose(problem);
      throw thrown;
    }
    if (isServed()) {
      connection.over(problem);
    } else {
      server.refused(connection, status, problem);
    }
    connection.end();
  }

  /** Whether the page is written, and not the connection closed by the program's method for it. */
  private boolean writePage(final int status, final String reason, final HttpHeaders fields) {
    final HttpHeaders made = fields == null ? new HttpHeaders() : fields;
    try (EventBuffer page = new EventBuffer(connection.stream().base())) {
      server.errorPage(connection, status, reason, made, page);
      if (connection.state() == ServerState.CLOSED) {
        return false;
      }
      final boolean served = isServed();
      final ResponseWriter writer = served ? its.answer() : new ResponseWriter();
      writer.head(
          server.scratch(),
          status,
          made,
          server.date(),
          page.length(),
          false,
          served && its.isHead(),
          ResponseWriter.Persistence.CLOSED);
      connection.out().headAndBuffer(writer, page);
      return true;
    }
  }

  /**
   * Reports what has ended the exchange, and answers in place of the program if it has not begun.
   */
  private void giveUp(final HttpException problem, final int status, final String reason) {
    report(problem);
    if (!isServed()) {
      return;
    }
    if (its.answer().state() == ResponseWriter.State.NONE) {
      refuse(status, reason, null, problem);
    } else {
      cut(problem);
    }
  }

  /** Reports to the program what has ended its exchange. */
  private void report(final HttpException problem) {
    final HttpCloseHandler handler = its.closeHandler();
    if (handler != null) {
      its.onClose(null);
      try {
        handler.closed(its, problem);
      } catch (final Throwable thrown) {
        server.report(connection, thrown);
      }
    }
  }

  /** The connection is lost, or must be: without another byte. */
  void lose(final HttpException problem) {
    if (isServed()) {
      report(problem);
      if (isServed()) {
        its.answer().cut();
        connection.over(problem);
      }
    }
    connection.closeNow();
  }

  /** The same, so that the client sees an error and not an end. */
  private void cut(final HttpException problem) {
    final BufferEvent stream = connection.stream();
    if (stream.handle() != null && stream.handle().isOpen()) {
      try {
        stream.handle().set(NetOption.LINGER, 0);
      } catch (final RuntimeException refused) {
        assert refused != null; // a kind of socket that has no reset closes as well
      }
    }
    lose(problem);
  }
}
