package org.jevent.http;

import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.http.h1.FieldRules;

/** One exchange that is passed on: its body is that of a call, whose response is its answer. */
final class Forwarding implements HttpBodySource, HttpResponseHandler {
  private static final long MAX_WAITING = 256 * 1024;

  /** How far the answer is. */
  private enum Stage {
    WAITING,
    ANSWERING,
    /** The exchange is over, and may serve another request. */
    OVER;

    boolean leadsTo(final Stage next) {
      return this == WAITING ? next != WAITING : this == ANSWERING && next == OVER;
    }
  }

  private final HttpExchange exchange;
  private final HttpForwardHandler handler;
  private final long length;

  /** What has come and is not sent; null without a body. */
  private final EventBuffer waiting;

  private Stage stage = Stage.WAITING;
  private HttpHeaders trailers;
  private HttpCall call;

  /** All of the request's body has come. */
  private boolean ended;

  /** The client is held back. */
  private boolean paused;

  /** The call takes no more of the body. */
  private boolean released;

  Forwarding(final HttpExchange exchange, final HttpForwardHandler handler) {
    this.exchange = exchange;
    this.handler = handler;
    length = exchange.announcedLength();
    waiting = length == 0 ? null : new EventBuffer(exchange.connection().stream().base());
  }

  private void to(final Stage next) {
    assert stage.leadsTo(next) : stage + " to " + next;
    stage = next;
  }

  private boolean isOpen() {
    return stage != Stage.OVER;
  }

  /** Sends the request with the fields and the body of the exchange. */
  HttpCall start(final HttpRequest request) {
    boolean sent = false;
    try {
      copyFields(request);
      if (length != 0) {
        request.body(this);
      }
      call = request.send(this);
      sent = true;
    } finally {
      if (!sent && waiting != null) {
        waiting.close();
        request.withoutBody();
      }
    }
    exchange.forwardedBy(this);
    if (length != 0) {
      exchange.readBody((self, bytes) -> came(bytes), self -> end());
    }
    return call;
  }

  private void copyFields(final HttpRequest request) {
    final HttpHeaders copied = exchange.headers().endToEnd();
    final HttpHeaders taken = new HttpHeaders();
    copied.forEach(
        (name, value) -> {
          if (request.takes(name)) {
            taken.add(name, value);
          }
        });
    taken.forEach(request::header);
  }

  /** The client has left, or another has answered: the object may serve another request. */
  void exchangeIsOver() {
    if (isOpen()) {
      to(Stage.OVER);
      call.cancel();
    }
  }

  // ---- the body of the request ----

  private void came(final EventBuffer bytes) {
    if (released) {
      bytes.drain(bytes.length());
      return;
    }
    waiting.add(bytes);
    if (waiting.length() > MAX_WAITING && !paused) {
      paused = true;
      exchange.pauseBody();
    }
    call.resumeUpload();
  }

  private void end() {
    ended = true;
    trailers = exchange.trailers();
    call.resumeUpload();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean pull(final HttpCall self, final EventBuffer into) {
    into.add(waiting);
    goOn();
    return !ended;
  }

  private void goOn() {
    if (paused && isOpen()) {
      paused = false;
      exchange.resumeBody();
    }
  }

  @Override
  public HttpHeaders trailers() {
    return trailers == null || trailers.isEmpty() ? null : trailers;
  }

  /** What still comes of the body is dropped. */
  @Override
  public void released() {
    released = true;
    waiting.close();
    goOn();
  }

  // ---- the response ----

  @Override
  public void onInterim(final HttpCall self, final int status, final HttpHeaders headers) {
    if (status > 101 && isOpen()) {
      final HttpHeaders fields = headers.endToEnd();
      fields.remove("content-length"); // of the response that follows
      exchange.inform(status, fields);
    }
  }

  @Override
  public void onHead(final HttpCall self, final HttpResponse response) {
    final HttpHeaders fields = response.headers().endToEnd();
    final String announced = fields.first("content-length");
    fields.remove("content-length");
    final long count =
        announced != null && ResponseWriter.hasBody(response.status())
            ? FieldRules.length(announced)
            : ResponseWriter.UNKNOWN;
    handler.onHead(response, fields);
    if (!isOpen() || self.isDone()) {
      return; // by the handler
    }
    if (isAnsweredByOthers()) {
      to(Stage.OVER);
      self.cancel();
      return;
    }
    fields.forEach(exchange::header);
    if (count != ResponseWriter.UNKNOWN) {
      exchange.length(count);
    }
    if (length != 0 && !ended) {
      dropRest();
    }
    to(Stage.ANSWERING);
    exchange.start(response.status(), ServedAnswer.NO_TYPE);
  }

  /** The response has come before the end of the request, which is sent no further. */
  private void dropRest() {
    paused = false;
    if (!released) {
      released = true;
      waiting.drain(waiting.length());
    }
    exchange.dropBody();
  }

  @Override
  public void onBody(final HttpCall self, final EventBuffer bytes) {
    exchange.write(bytes);
    if (!exchange.isWritable()) {
      self.pauseBody();
      exchange.onWritable(
          again -> {
            if (again.isWritable()) { // it is also called when little has left
              again.onWritable(null);
              self.resumeBody();
            }
          });
    }
  }

  @Override
  public void onEnd(final HttpCall self, final HttpResponse response, final HttpException problem) {
    if (!isOpen()) {
      return;
    }
    final HttpException why = problem != null || response.isComplete() ? problem : cut(self);
    try {
      if (why != null) {
        handler.onProblem(why);
      }
    } finally {
      if (isOpen()) { // the handler has not answered
        final boolean others = isAnsweredByOthers();
        to(Stage.OVER);
        if (!others) {
          answerEnds(response, why);
        }
      }
    }
  }

  /** The handler has begun another answer in place of the response. */
  private boolean isAnsweredByOthers() {
    return stage == Stage.WAITING && exchange.answer().state() != ResponseWriter.State.NONE;
  }

  private static HttpException cut(final HttpCall call) {
    return new HttpException(
        HttpException.Kind.CUT,
        HttpException.Phase.BODY,
        Errno.NONE,
        call + ": the response was cut");
  }

  private void answerEnds(final HttpResponse response, final HttpException problem) {
    try {
      end(response, problem);
    } catch (final Throwable thrown) { // there may be no memory for it
      if (exchange.isForwardedBy(this)) {
        exchange.reset();
      }
      throw thrown;
    }
  }

  private void end(final HttpResponse response, final HttpException problem) {
    if (problem == null) {
      exchange.end(response.trailers().isEmpty() ? null : response.trailers());
    } else if (exchange.answer().state() != ResponseWriter.State.NONE) {
      exchange.reset(); // the client is to see that something is missing
    } else if (problem.kind() == HttpException.Kind.TIMEOUT) {
      exchange.withoutFields().error(504, "the next server has not answered in time");
    } else {
      exchange.withoutFields().error(502, "the next server has given no answer");
    }
  }
}
