package org.jevent.http;

import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.h1.KnownName;
import org.jevent.http.h1.ResponseReader;
import org.jevent.internal.stream.StreamAccess;

/** The responses of one connection while they come: heads, interim ones too, and bodies. */
final class Download {
  private static final int MAX_INTERIM = 8;
  private static final int CONTINUE = 100;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final ClientContext context;
  private final ClientConnection connection;
  private final BufferEvent stream;
  private final Upload upload;

  /** Null while there is no request. */
  private ResponseReader reader;

  private int interims;
  private boolean keeps;

  /** How long the peer keeps it when it is idle; 0: it does not say; -1: it is of no use. */
  private long keepNanos;

  Download(
      final ClientContext context,
      final ClientConnection connection,
      final BufferEvent stream,
      final Upload upload) {
    this.context = context;
    this.connection = connection;
    this.stream = stream;
    this.upload = upload;
  }

  /** A request goes out. */
  void begin(final String method) {
    assert reader == null : connection;
    interims = 0;
    reader = context.takeReader();
    reader.expect(method);
  }

  /** Whether a byte of a response has come. */
  boolean hasBegun() {
    return interims > 0 || (reader != null && reader.hasBegun());
  }

  int status() {
    return reader.status();
  }

  long keepNanos() {
    return keepNanos;
  }

  /** Whether both ends leave the connection open behind this response. */
  boolean keepsAlive() {
    return keeps && keepNanos >= 0;
  }

  /** The response is over: an idle connection has no reader. */
  void release() {
    if (reader != null) {
      context.giveReader(reader);
      reader = null;
    }
  }

  // ---- heads ----

  private boolean isWaiting(final ClientCall current) {
    return connection.call() == current
        && (connection.state() == ConnectionState.SENDING
            || connection.state() == ConnectionState.WAITING);
  }

  /** Takes what has come of heads, and of the body behind. */
  void readHead() {
    final ClientCall current = connection.call();
    final EventBuffer input = stream.input();
    while (isWaiting(current)) {
      switch (reader.read(input)) {
        case INCOMPLETE -> {
          return;
        }
        case REFUSED ->
            connection.fail(
                reader.refusal().tooLarge() ? Kind.TOO_LARGE : Kind.MALFORMED,
                "the head of the response: " + reader.refusal().reason(),
                null);
        case COMPLETE -> headCame(current);
      }
    }
  }

  private void headCame(final ClientCall current) {
    final int status = reader.status();
    if (reader.isInterim()) {
      interimCame(current, status);
    } else if (status == SWITCHING_PROTOCOLS && current.request.upgrade() == null) {
      connection.fail(Kind.MALFORMED, "a response 101 that was not asked for", null);
    } else {
      keeps = upload.end() && reader.keepsAlive();
      keepNanos = keepAlive();
      connection.reads();
      final boolean takeOver = current.isTakeOver(status);
      current.head(reader);
      if (takeOver) {
        connection.endTakeOver(current);
      } else if (connection.call() == current) {
        readBody();
      }
    }
  }

  private void interimCame(final ClientCall current, final int status) {
    if (++interims > MAX_INTERIM) {
      connection.fail(Kind.MALFORMED, "more than " + MAX_INTERIM + " interim responses", null);
      return;
    }
    current.interim(status, HttpHeaders.of(reader.headers()));
    if (connection.call() == current && status == CONTINUE) {
      upload.released();
    }
  }

  private long keepAlive() {
    final int index = reader.headers().find(KnownName.KEEP_ALIVE);
    return index < 0 ? 0 : Failures.keepAliveNanos(reader.headers().value(index));
  }

  // ---- bodies ----

  /** Moves what has come of the body. */
  void readBody() {
    final ClientCall current = connection.call();
    final BodyFlow flow = current.flow();
    final BodyFlow.Step step = flow.move(stream.input());
    StreamAccess.heldBeside(stream, flow.held());
    switch (step) {
      case YIELD -> readLater();
      case COMPLETE -> ended(current, true);
      case WAIT -> {
        if (current.isPaused()) {
          connection.holds();
        } else if (connection.hasEnded()) {
          streamEnded(current);
        } else {
          connection.reads();
        }
      }
      case OVER -> {}
    }
  }

  /** The read callback runs in the next turn of the loop. */
  void readLater() {
    stream.trigger(
        Event.READ, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
  }

  /** The stream has ended, and all that came was taken. */
  private void streamEnded(final ClientCall current) {
    final boolean truncated = connection.isTruncated();
    if ((truncated && !current.flow().endsWithStream()) || !current.flow().endOfStream()) {
      connection.fail(Kind.CUT, "the body of the response was cut", null);
    } else if (current.flow().move(stream.input()) == BodyFlow.Step.COMPLETE) {
      ended(current, !truncated);
    }
  }

  private void ended(final ClientCall current, final boolean complete) {
    final HttpHeaders trailers = HttpHeaders.of(current.flow().trailers());
    StreamAccess.heldBeside(stream, 0); // it is the program's
    connection.exchangeEnded();
    current.responded(trailers, complete);
  }
}
