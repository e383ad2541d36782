package org.jevent.http;

import org.jevent.http.h1.RequestReader;

/**
 * What a connection needs while it serves a request: the reader of it, and the writer of its
 * answer. The server lends it when a first byte comes, so that a connection at rest has none.
 */
final class ServedRequest {
  final RequestReader reader;
  final ServedBody body;
  final ServedAnswer answer;
  final AnswerOutput out;

  ServedRequest(final HttpServer server, final RequestReader reader) {
    this.reader = reader;
    out = new AnswerOutput(server);
    body = new ServedBody(server);
    answer = new ServedAnswer(server, reader, body, out);
  }

  /** It is that of a connection from now on. */
  void lend(final ServerConnection to) {
    out.lend(to);
    body.lend(to);
    answer.lend(to);
  }

  /** The connection is over, or at rest. What runs on its behalf still knows it. */
  void giveBack() {
    out.giveBack();
    body.giveBack();
    answer.giveBack();
    reader.reset();
    reader.release();
  }
}
