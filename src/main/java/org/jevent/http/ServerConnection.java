package org.jevent.http;

import java.net.SocketAddress;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.HttpException.Phase;
import org.jevent.http.h1.BodyReader;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.KnownName;
import org.jevent.http.h1.Refusal;
import org.jevent.http.h1.RequestReader;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.stream.Deadlines;
import org.jevent.net.NetOption;

/**
 * A connection of a server: its requests, one after the other, and their answers in the same order.
 * Bytes behind a request stay in the stream's input until its answer has ended.
 */
final class ServerConnection extends Deadlines.Entry implements HttpConnection {
  /** What it does. */
  enum State {
    /** No byte of a request has come since the last one. */
    IDLE,
    /** A head has begun. */
    HEAD,
    /** An exchange is there. */
    EXCHANGE,
    /** The answer has ended; the rest of the request is dropped. */
    SKIPPING,
    /** What is written leaves; nothing is read any more. */
    ENDING,
    /** The program has the stream. */
    TAKEN,
    CLOSED;

    boolean leadsTo(final State next) {
      return switch (this) {
        case IDLE -> next == HEAD || next == EXCHANGE || next == ENDING || next == CLOSED;
        case HEAD -> next == EXCHANGE || next == ENDING || next == CLOSED;
        case EXCHANGE -> next != HEAD && next != EXCHANGE;
        case SKIPPING -> next == IDLE || next == ENDING || next == CLOSED;
        case ENDING -> next == CLOSED;
        default -> false;
      };
    }
  }

  /** What arrives and is not read yet, at most; more waits at the client. */
  static final int MAX_INPUT = 64 * 1024;

  private static final long LOW_OUTPUT = 64 * 1024;

  /** A connection that ends drops this many bytes at most. */
  private static final long MAX_DROPPED = 1 << 20;

  /** How many checks an answer gets in the time that it may stand still. */
  private static final int LOOKS = 4;

  private final HttpServer server;
  private final BufferEvent stream;
  private final SocketAddress peer;
  private final AnswerOutput out;
  private final ServedBody body;
  private final ServedAnswer answer;
  private final OutputWatch watch;
  private State state = State.IDLE;
  private RequestReader reader;
  private HttpExchange exchange;
  private long requests;
  private boolean serving;
  private boolean peerEnded;

  /** Reading has stopped as the input is full. */
  private boolean holdsInput;

  /** The time of the handler began there: at the head, or with the last bytes of the body. */
  private long handledFrom;

  /** What was dropped while it ends. */
  private long dropped;

  ServerConnection(final HttpServer server, final BufferEvent stream, final SocketAddress peer) {
    this.server = server;
    this.stream = stream;
    this.peer = peer;
    out = new AnswerOutput(server, stream.output());
    body = new ServedBody(this, server, stream.input());
    answer = new ServedAnswer(this, server, out, body);
    watch = new OutputWatch(out, stream.output());
  }

  /** Begins; what is in the input already is served. */
  void open() {
    server.deadlines().set(this, now() + nanos(limits().headTime()));
    stream.setWatermarks(Event.READ, 0, MAX_INPUT);
    if (stream.maxSingleRead() == BufferEvent.DEFAULT_MAX_SINGLE) {
      stream.maxSingleRead(MAX_INPUT);
    }
    stream.setCallbacks(self -> serve(), null, (self, what) -> happened(what));
    stream.enable(Event.READ | Event.WRITE);
    if (!stream.input().isEmpty()) {
      later();
    }
  }

  private void to(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  State state() {
    return state;
  }

  long now() {
    return server.deadlines().now();
  }

  private HttpServerLimits limits() {
    return server.limits();
  }

  static long nanos(final Duration time) {
    return Math.min(Durations.nanos("time", time), Deadlines.NONE / 4);
  }

  private long after(final long now, final Duration time) {
    return time.isZero() ? Deadlines.NONE : now + nanos(time);
  }

  // ---- what handlers see ----

  @Override
  public SocketAddress peer() {
    return peer;
  }

  @Override
  public BufferEvent stream() {
    return stream;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long requests() {
    return requests;
  }

  HttpServer server() {
    return server;
  }

  // ---- reading ----

  /** Runs {@link #serve} soon, behind the present callback. */
  private void later() {
    stream.trigger(
        Event.READ, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
  }

  /** Reads and serves what has come, until something is missing. */
  void serve() {
    if (serving) {
      return;
    }
    serving = true;
    try {
      int heads = 0;
      boolean goesOn = true;
      while (goesOn) {
        switch (state) {
          case IDLE, HEAD -> {
            if (heads == limits().turns() && !stream.input().isEmpty()) {
              server.serveInNextTurn(this);
              return;
            }
            heads++;
            goesOn = readHead();
          }
          case EXCHANGE -> goesOn = readBody();
          case SKIPPING -> goesOn = skipBody();
          case ENDING -> {
            drop();
            return;
          }
          default -> {
            return;
          }
        }
      }
    } finally {
      serving = false;
      holdFullInput();
    }
  }

  /** A full input waits for the program; else its read callback would run in each turn. */
  private void holdFullInput() {
    if (stream.isClosed() || state == State.TAKEN) {
      return;
    }
    final boolean full = stream.input().length() >= MAX_INPUT;
    if (full != holdsInput) {
      holdsInput = full;
      if (full) {
        stream.disable(Event.READ);
      } else {
        stream.enable(Event.READ);
      }
    }
  }

  /** Whether there was a whole head. */
  private boolean readHead() {
    final EventBuffer input = stream.input();
    if (input.isEmpty() && !peerEnded) {
      return false;
    }
    if (reader == null) {
      reader = server.takeReader();
    }
    switch (reader.read(input)) {
      case COMPLETE -> {
        begin();
        return true;
      }
      case REFUSED -> refuse(reader.refusal());
      default -> {
        if (peerEnded) {
          end();
        } else if (state == State.IDLE && reader.hasBegun()) {
          to(State.HEAD);
          if (requests > 0) {
            server.deadlines().set(this, now() + nanos(limits().headTime()));
          }
        }
      }
    }
    return false;
  }

  private void begin() {
    requests++;
    final long now = now();
    body.begin(reader.body(), reader.expectsContinue(), now);
    exchange = server.takeExchange();
    exchange.begin(this, reader, now);
    answer.begin(exchange, reader);
    to(State.EXCHANGE);
    handledFrom = now;
    server.deadlines().set(this, after(now, limits().handling()));
    server.dispatch().serve(this, exchange);
  }

  /** Runs what the program has given; what it throws ends the exchange. */
  void invoke(final HttpHandler handler) {
    final HttpExchange its = exchange;
    try {
      handler.handle(its);
    } catch (final Throwable thrown) {
      failed(its, thrown);
    }
  }

  void failed(final HttpExchange its, final Throwable thrown) {
    server.report(this, thrown);
    if (exchange != its || state != State.EXCHANGE) {
      return;
    }
    final boolean begun = its.answer().state() != ResponseWriter.State.NONE;
    final HttpException problem =
        new HttpException(
            Kind.CANCELLED,
            begun ? Phase.BODY : Phase.REQUEST,
            Errno.NONE,
            "the handler of " + its + " has thrown",
            thrown);
    giveUp(problem, 500, "the handler has failed");
  }

  /** Whether the state has changed. */
  private boolean readBody() {
    final HttpExchange its = exchange;
    switch (body.read(its)) {
      case REFUSED -> refuseBody(reader.body().refusal());
      case CUT -> bodyIsCut();
      case STALLED -> refuseSlowBody();
      case LEFT -> {
        return true;
      }
      default -> {}
    }
    return false;
  }

  /** Whether this exchange is served. */
  boolean serves(final HttpExchange its) {
    return state == State.EXCHANGE && exchange == its;
  }

  boolean hasPeerEnded() {
    return peerEnded;
  }

  /** The handler has its time anew. */
  void bodyIsWhole() {
    handledFrom = now();
    server.deadlines().set(this, after(handledFrom, limits().handling()));
  }

  /** The program has asked for the body. */
  void bodyIsWanted() {
    final long now = now();
    body.isWanted(out, now);
    watchBody(now);
    if (!serving) {
      later();
    }
  }

  void bodyIsResumed() {
    final long now = now();
    body.isResumed(now);
    watchBody(now);
    if (!serving) {
      later();
    }
  }

  /** Whether all of the request was dropped. */
  private boolean skipBody() {
    final BodyReader.Result result = body.skip();
    if (result == BodyReader.Result.COMPLETE) {
      nextRequest();
      return true;
    }
    if (result == BodyReader.Result.REFUSED || peerEnded) {
      end();
    }
    return false;
  }

  private void drop() {
    dropped += stream.input().length();
    stream.input().drain(stream.input().length());
    if (dropped > MAX_DROPPED) {
      close();
    }
  }

  // ---- answering ----

  ServedAnswer answer() {
    return answer;
  }

  void writableIsWatched(final boolean watched) {
    if (watched) {
      stream.setWatermarks(Event.WRITE, LOW_OUTPUT, 0);
      stream.setCallbacks(self -> serve(), self -> written(), (self, what) -> happened(what));
      stream.trigger(
          Event.WRITE, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
    } else {
      stream.setCallbacks(self -> serve(), null, (self, what) -> happened(what));
    }
  }

  private void written() {
    if (state == State.EXCHANGE && exchange.writableHandler() != null) {
      invoke(exchange.writableHandler());
    }
  }

  /** The answer has ended. */
  void answered() {
    assert state == State.EXCHANGE : state;
    final boolean whole = body.isComplete();
    if (exchange.writableHandler() != null) {
      writableIsWatched(false);
    }
    over(null);
    if (answer.isLast()) {
      end();
    } else if (whole) {
      nextRequest();
    } else {
      to(State.SKIPPING);
      server.deadlines().set(this, now() + nanos(limits().bodySilence()));
      if (!serving) {
        later();
      }
    }
  }

  /** The exchange is over, for the program as well. */
  private void over(final HttpException problem) {
    final HttpExchange its = exchange;
    exchange = null;
    server.exchangeIsOver(this, its, reader, problem);
  }

  private void nextRequest() {
    if (server.isDraining()) {
      end();
      return;
    }
    to(State.IDLE);
    final boolean more = !stream.input().isEmpty();
    if (more || peerEnded) {
      reader.reset();
    } else {
      server.giveReader(reader);
      reader = null;
    }
    watch.stop();
    final boolean waits = stream.output().length() > LOW_OUTPUT;
    server
        .deadlines()
        .set(
            this,
            now() + (waits ? nanos(limits().answerSilence()) / LOOKS : nanos(limits().idle())));
    if (!serving && (more || peerEnded)) {
      later();
    }
  }

  // ---- refusing and ending ----

  private void refuse(final Refusal why) {
    refuse(why.status(), why.reason(), null);
  }

  /** Answers with the page of an error and ends the connection. */
  void refuse(final int status, final String reason, final HttpHeaders fields) {
    refuse(
        status,
        reason,
        fields,
        new HttpException(Kind.MALFORMED, Phase.REQUEST, Errno.NONE, status + ": " + reason));
  }

  private void refuse(
      final int status,
      final String reason,
      final HttpHeaders fields,
      final HttpException problem) {
    final HttpHeaders made = fields == null ? new HttpHeaders() : fields;
    try (EventBuffer page = new EventBuffer(stream.base())) {
      server.errorPage(this, status, reason, made, page);
      final boolean exchanges = state == State.EXCHANGE;
      final ResponseWriter writer = exchanges ? exchange.answer() : new ResponseWriter();
      final boolean head = exchanges && exchange.isHead();
      writer.head(
          server.scratch(),
          status,
          made,
          server.date(),
          page.length(),
          false,
          head,
          ResponseWriter.Persistence.CLOSED);
      out.headAndBuffer(writer, page);
    }
    if (state == State.EXCHANGE) {
      over(problem);
    } else {
      server.refused(this, status, problem);
    }
    end();
  }

  private void refuseBody(final Refusal why) {
    final HttpException problem =
        new HttpException(
            why.status() == 413 ? Kind.TOO_LARGE : Kind.MALFORMED,
            Phase.REQUEST,
            Errno.NONE,
            "the body of " + exchange + ": " + why.reason());
    giveUp(problem, why.status(), why.reason());
  }

  /**
   * Reports what has ended the exchange, and answers in place of the program if it has not begun.
   */
  private void giveUp(final HttpException problem, final int status, final String reason) {
    final HttpExchange its = exchange;
    reportEnd(problem);
    if (!serves(its)) {
      return;
    }
    if (its.answer().state() == ResponseWriter.State.NONE) {
      refuse(status, reason, null, problem);
    } else {
      cut(problem);
    }
  }

  private HttpException cutShort() {
    return new HttpException(
        Kind.CUT, Phase.REQUEST, Errno.NONE, peer + " has ended in the body of " + exchange);
  }

  /** There is no answer to half a request; those before it leave. */
  private void bodyIsCut() {
    final HttpExchange its = exchange;
    final HttpException problem = cutShort();
    reportEnd(problem);
    if (!serves(its)) {
      return;
    }
    if (its.answer().state() == ResponseWriter.State.NONE) {
      over(problem);
      end();
    } else {
      lose(problem);
    }
  }

  /** Reports to the program what has ended its exchange. */
  private void reportEnd(final HttpException problem) {
    final HttpCloseHandler handler = exchange.closeHandler();
    if (handler != null) {
      exchange.onClose(null);
      final HttpExchange its = exchange;
      try {
        handler.closed(its, problem);
      } catch (final Throwable thrown) {
        server.report(this, thrown);
      }
    }
  }

  /** The connection is lost, or must be: without another byte. */
  private void lose(final HttpException problem) {
    if (state == State.EXCHANGE) {
      final HttpExchange its = exchange;
      reportEnd(problem);
      if (exchange == its) {
        its.answer().cut();
        over(problem);
      }
    }
    closeNow();
  }

  /** The same, so that the client sees an error and not an end. */
  private void cut(final HttpException problem) {
    reset();
    lose(problem);
  }

  private void reset() {
    if (stream.handle() != null && stream.handle().isOpen()) {
      try {
        stream.handle().set(NetOption.LINGER, 0);
      } catch (final RuntimeException refused) {
        assert refused != null; // a kind of socket that has no reset closes as well
      }
    }
  }

  void cutByProgram() {
    cut(
        new HttpException(
            Kind.CANCELLED, Phase.BODY, Errno.NONE, "the program has reset " + exchange));
  }

  /** The connection ends behind what was written; the answer is not whole. */
  void cutBehindOutput(final String why) {
    final HttpException problem =
        new HttpException(Kind.CANCELLED, Phase.BODY, Errno.NONE, exchange + ": " + why);
    exchange.answer().cut();
    out.flushJoined();
    over(problem);
    end();
  }

  /** Sends what is written, and closes. */
  void end() {
    to(State.ENDING);
    out.flushJoined();
    dropped = 0;
    giveReader();
    if (stream.output().isEmpty()) {
      ended();
      return;
    }
    stream.setWatermarks(Event.WRITE, 0, 0);
    stream.setCallbacks(self -> drop(), self -> ended(), (self, what) -> happened(what));
    server.deadlines().set(this, now() + nanos(limits().answerSilence()) / LOOKS);
    watch.start(now());
  }

  /** All is sent. */
  private void ended() {
    if (stream.isClosed()) {
      return;
    }
    to(State.CLOSED);
    server.deadlines().remove(this);
    if (peerEnded) {
      stream.closeAfterFlush();
    } else {
      stream.closeGracefully(limits().linger());
    }
    server.forget(this);
  }

  private void giveReader() {
    if (reader != null) {
      server.giveReader(reader);
      reader = null;
    }
  }

  /** Closes at once. */
  void close() {
    lose(
        state == State.EXCHANGE
            ? new HttpException(
                Kind.CLOSED, Phase.REQUEST, Errno.NONE, "the server was closed in " + exchange)
            : null);
  }

  private void closeNow() {
    if (state == State.CLOSED || state == State.TAKEN) {
      return;
    }
    to(State.CLOSED);
    out.drop();
    giveReader();
    server.deadlines().remove(this);
    stream.close();
    server.forget(this);
  }

  /** Gives the stream to the program. */
  BufferEvent takeOver(final String protocol, final HttpUpgraded as) {
    final boolean connects = reader.methodIs("CONNECT");
    if (!connects
        && (protocol == null
            || !reader.headers().hasToken(KnownName.CONNECTION, "upgrade")
            || reader.headers().find(KnownName.UPGRADE) < 0)) {
      throw new IllegalStateException("no CONNECT and no upgrade: " + exchange);
    }
    if (!body.isComplete()) {
      throw new IllegalStateException("the body was not read: " + exchange);
    }
    final HeadWriter to = server.scratch();
    exchange.answer().takenOver(to, connects ? null : protocol, exchange.fields(), server.date());
    out.flush(to);
    over(null);
    to(State.TAKEN);
    giveReader();
    server.deadlines().remove(this);
    stream.setCallbacks(null, null, null);
    stream.setWatermarks(Event.READ | Event.WRITE, 0, 0);
    stream.enable(Event.READ | Event.WRITE);
    if (as != null) {
      server.upgraded(as); // before this one is forgotten: the server must not seem to be empty
    }
    server.forget(this);
    return stream;
  }

  // ---- events and time ----

  private void happened(final int what) {
    if ((what & BufferEvent.EOF) != 0) {
      peerEnded = true;
      if (state == State.EXCHANGE && server.abortsOnHalfClose() && body.isComplete()) {
        lose(gone(Errno.NONE));
      } else {
        serve();
      }
    } else if ((what & (BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0) {
      lose(state == State.EXCHANGE ? gone(stream.error()) : null);
    }
  }

  private HttpException gone(final Errno errno) {
    return new HttpException(
        Kind.CONNECTION, Phase.REQUEST, errno, "the connection of " + exchange + " has ended");
  }

  private void watchBody(final long now) {
    final long at = body.silentAt(nanos(limits().bodySilence()));
    if (server.deadlines().at(this) > at) {
      server.deadlines().set(this, Math.max(at, now));
    }
  }

  /** Looks at the output from now on, until it has left. */
  void watchAnswer() {
    final long at = now() + nanos(limits().answerSilence()) / LOOKS;
    if (server.deadlines().at(this) > at) {
      server.deadlines().set(this, at);
    }
  }

  private void refuseSlowBody() {
    final String reason = "the body is too slow";
    giveUp(timeOut(reason), 408, reason);
  }

  private HttpException timeOut(final String reason) {
    return new HttpException(Kind.TIMEOUT, Phase.REQUEST, Errno.NONE, exchange + ": " + reason);
  }

  @Override
  protected void passed(final long now) {
    if (!stream.output().isEmpty() || watch.hasWaited()) {
      if (watch.hasStalled(now, nanos(limits().answerSilence()), limits().minRate())) {
        cut(
            state == State.EXCHANGE
                ? new HttpException(
                    Kind.TIMEOUT,
                    Phase.BODY,
                    Errno.NONE,
                    peer + " takes the answer of " + exchange + " too slowly")
                : null);
        return;
      }
      if (state != State.EXCHANGE && state != State.HEAD) {
        final boolean waits = watch.hasWaited();
        final Duration time = state == State.IDLE && !waits ? limits().idle() : null;
        server
            .deadlines()
            .set(
                this, now + (time == null ? nanos(limits().answerSilence()) / LOOKS : nanos(time)));
        return;
      }
    }
    switch (state) {
      case HEAD -> {
        final String reason = "the head is not complete in time";
        refuse(
            408,
            reason,
            null,
            new HttpException(Kind.TIMEOUT, Phase.REQUEST, Errno.NONE, this + ": " + reason));
      }
      case EXCHANGE -> passedInExchange(now);
      case IDLE, SKIPPING, ENDING -> close();
      default -> throw new IllegalStateException("a deadline of " + state);
    }
  }

  private void passedInExchange(final long now) {
    final HttpExchange its = exchange;
    if (body.hasStalled(its, now)) {
      refuseSlowBody();
      return;
    }
    long next = Deadlines.NONE;
    if (its.wantsBody() && !body.isComplete()) {
      next = body.silentAt(nanos(limits().bodySilence()));
    } else if (its.answer().state() == ResponseWriter.State.NONE) {
      next = after(Math.max(handledFrom, body.silentAt(0)), limits().handling());
      if (next <= now) {
        final String reason = "the handler has not begun its answer in time";
        giveUp(timeOut(reason), 503, reason);
        return;
      }
    }
    if (!stream.output().isEmpty()) {
      next = Math.min(next, now + nanos(limits().answerSilence()) / LOOKS);
    }
    server.deadlines().set(this, next);
  }

  @Override
  public String toString() {
    return "connection of " + peer;
  }
}
