package org.jevent.http;

import java.net.SocketAddress;
import java.util.function.Predicate;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.http.h1.BodyReader;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.KnownName;
import org.jevent.http.h1.RequestReader;
import org.jevent.tls.Tls;

/**
 * A connection of a server: its requests, one after the other, and their answers in the same order.
 * Bytes behind a request stay in the stream's input until its answer has ended.
 *
 * <p>It is its own callbacks and a link of {@link ConnectionSet}, as a server has many idle
 * connections.
 */
final class ServerConnection extends ServerPeer
    implements HttpConnection, BufferEvent.DataCallback, BufferEvent.EventCallback {
  /** What arrives and is not read yet, at most; more waits at the client. */
  static final int MAX_INPUT = 64 * 1024;

  private static final long LOW_OUTPUT = 64 * 1024;

  /** The neighbours in {@link ConnectionSet}, whose they are. */
  ServerConnection before;

  ServerConnection after;

  private final HttpServer server;
  private final BufferEvent stream;
  private final ServerTimes times = new ServerTimes(this);
  private ServerState state = ServerState.IDLE;

  /** Null at rest. */
  private ServedRequest served;

  private HttpExchange exchange;

  /** All bytes that were ever added to the output. */
  private long written;

  private long requests;
  private boolean serving;
  private boolean peerEnded;

  /** Reading has stopped as the input is full. */
  private boolean holdsInput;

  /** Null before it ends. */
  private ServerEnding ending;

  ServerConnection(final HttpServer server, final BufferEvent stream, final SocketAddress peer) {
    super(peer);
    this.server = server;
    this.stream = stream;
  }

  /** Begins; what is in the input already is served. */
  void open() {
    times.waitsForHead();
    stream.setWatermarks(Event.READ, 0, MAX_INPUT);
    StreamSteps.enlarge(stream);
    stream.setCallbacks(this, null, this);
    stream.enable(Event.READ | Event.WRITE);
    if (!stream.input().isEmpty()) {
      later();
    }
  }

  void to(final ServerState next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  ServerState state() {
    return state;
  }

  ServerTimes times() {
    return times;
  }

  private ServedRequest served() {
    if (served == null) {
      served = server.pool().lend(this);
    }
    return served;
  }

  AnswerOutput out() {
    return served().out;
  }

  ServedBody body() {
    return served().body;
  }

  /** Bytes were added to the output. */
  void wrote(final long count) {
    written += count;
  }

  long written() {
    return written;
  }

  /** What is served now, or null. */
  HttpExchange exchange() {
    return exchange;
  }

  long now() {
    return times.now();
  }

  // ---- what handlers see ----

  @Override
  public BufferEvent stream() {
    return stream;
  }

  @Override
  public String scheme() {
    return hasLayer(layer -> Tls.of(layer) != null) ? "https" : server.scheme();
  }

  /** Whether that is so for the stream, or for one below it. */
  private boolean hasLayer(final Predicate<BufferEvent> is) {
    BufferEvent layer = stream;
    while (layer != null && !is.test(layer)) {
      layer = layer.underlying();
    }
    return layer != null;
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

  /** Bytes have come. */
  @Override
  public void run(final BufferEvent self) {
    serve();
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
            if (heads == server.limits().turns() && !stream.input().isEmpty()) {
              server.serveInNextTurn(this);
              return;
            }
            heads++;
            goesOn = readHead();
          }
          case EXCHANGE -> goesOn = readBody();
          case SKIPPING -> goesOn = skipBody();
          case ENDING -> {
            ending.drop();
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
    if (stream.isClosed() || state == ServerState.TAKEN) {
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
    final RequestReader reader = served().reader;
    switch (reader.read(input)) {
      case COMPLETE -> {
        begin();
        return true;
      }
      case REFUSED -> failures().refuse(reader.refusal());
      default -> {
        if (peerEnded) {
          end();
        } else if (state == ServerState.IDLE && reader.hasBegun()) {
          to(ServerState.HEAD);
          if (requests > 0) {
            times.waitsForHead();
          }
        }
      }
    }
    return false;
  }

  private void begin() {
    requests++;
    final long now = now();
    final RequestReader reader = served.reader;
    served.body.begin(reader.body(), reader.expectsContinue(), now);
    exchange = server.pool().lendExchange();
    exchange.begin(this, reader, now);
    served.answer.begin(exchange);
    to(ServerState.EXCHANGE);
    times.handles();
    final HttpExchange its = exchange;
    try {
      server.dispatch().serve(this, its);
    } catch (final Throwable thrown) { // such as of an answer that the server gives itself
      failures().thrown(its, thrown);
    }
  }

  /** Runs what the program has given; what it throws ends the exchange. */
  void invoke(final HttpHandler handler) {
    final HttpExchange its = exchange;
    try {
      handler.handle(its);
    } catch (final Throwable thrown) {
      failures().thrown(its, thrown);
    }
  }

  /** Whether the state has changed. */
  private boolean readBody() {
    final HttpExchange its = exchange;
    switch (served.body.read(its)) {
      case REFUSED -> failures().refuseBody(served.reader.body().refusal());
      case CUT -> failures().bodyIsCut();
      case STALLED -> failures().bodyIsSlow();
      case LEFT -> {
        return true;
      }
      default -> {}
    }
    return false;
  }

  /** Whether this exchange is served. */
  boolean serves(final HttpExchange its) {
    return state == ServerState.EXCHANGE && exchange == its;
  }

  boolean hasPeerEnded() {
    return peerEnded;
  }

  /** The handler has its time anew. */
  void bodyIsWhole() {
    times.handles();
  }

  /** The program has asked for the body. */
  void bodyIsWanted() {
    served.body.isWanted(served.out, now());
    times.watchBody();
    if (!serving) {
      later();
    }
  }

  void bodyIsResumed() {
    served.body.isResumed(now());
    times.watchBody();
    if (!serving) {
      later();
    }
  }

  /** Whether all of the request was dropped. */
  private boolean skipBody() {
    final BodyReader.Result result = served.body.skip();
    if (result == BodyReader.Result.COMPLETE) {
      nextRequest();
      return true;
    }
    if (result == BodyReader.Result.REFUSED || peerEnded) {
      end();
    }
    return false;
  }

  // ---- answering ----

  ServedAnswer answer() {
    return served.answer;
  }

  void writableIsWatched(final boolean watched) {
    if (watched) {
      stream.setWatermarks(Event.WRITE, LOW_OUTPUT, 0);
      stream.setCallbacks(this, self -> outputIsLow(), this);
      stream.trigger(
          Event.WRITE, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
    } else {
      stream.setCallbacks(this, null, this);
    }
  }

  private void outputIsLow() {
    if (state == ServerState.EXCHANGE && exchange.writableHandler() != null) {
      invoke(exchange.writableHandler());
    }
  }

  /** The answer has ended. */
  void answered() {
    assert state == ServerState.EXCHANGE : state;
    final ServedRequest its = served;
    final boolean whole = its.body.isComplete();
    if (exchange.writableHandler() != null) {
      writableIsWatched(false);
    }
    over(null);
    if (state != ServerState.EXCHANGE) {
      return; // closed by who keeps records
    }
    if (its.answer.isLast()) {
      end(whole && !its.reader.keepsAlive() && stream.input().isEmpty());
    } else if (whole) {
      nextRequest();
    } else {
      to(ServerState.SKIPPING);
      times.skips();
      if (!serving) {
        later();
      }
    }
  }

  /** The exchange is over, for the program as well. */
  void over(final HttpException problem) {
    final HttpExchange its = exchange;
    exchange = null;
    server.exchangeIsOver(this, its, served.reader, problem);
  }

  private void nextRequest() {
    if (server.isDraining()) {
      end();
      return;
    }
    to(ServerState.IDLE);
    final boolean more = !stream.input().isEmpty();
    if (more || peerEnded) {
      served.reader.reset();
    } else {
      giveBack();
    }
    times.rests(stream.output().length() > LOW_OUTPUT);
    if (!serving && (more || peerEnded)) {
      later();
    }
  }

  // ---- ending ----

  /** What to do where a request, its handler or its client fails. */
  ServerFailures failures() {
    return new ServerFailures(this);
  }

  /** Sends what is written, and closes, unless it is closed by who keeps records. */
  void end() {
    end(false);
  }

  /** The same; the peer may have said that it sends nothing more. */
  private void end(final boolean peerIsDone) {
    if (state == ServerState.CLOSED) {
      return;
    }
    to(ServerState.ENDING);
    if (served != null) {
      served.out.flushJoined();
      giveBack();
    }
    ending = new ServerEnding(this, peerIsDone);
    ending.begin();
  }

  private void giveBack() {
    if (served != null) {
      server.pool().giveBack(served);
      served = null;
    }
  }

  /** Ends a connection at rest, behind the answer that perhaps still leaves. */
  void endIdle() {
    assert state == ServerState.IDLE : state;
    if (hasLayer(layer -> !layer.output().isEmpty())) {
      end();
    } else {
      close();
    }
  }

  /** Closes at once. */
  void close() {
    if (exchange != null) {
      failures().lose(Problems.closed(exchange));
    } else {
      closeNow();
    }
  }

  /** Closes without another byte, and without a word to the program. */
  void closeNow() {
    if (state == ServerState.CLOSED || state == ServerState.TAKEN) {
      return;
    }
    to(ServerState.CLOSED);
    giveBack();
    times.stop();
    stream.close();
    server.forget(this);
  }

  /** Gives the stream to the program. */
  BufferEvent takeOver(final String protocol, final HttpUpgraded as) {
    final RequestReader reader = served.reader;
    final boolean connects = reader.methodIs("CONNECT");
    if (!connects
        && (protocol == null
            || reader.minorVersion() == 0 // such a client does not know interim answers
            || !reader.headers().hasToken(KnownName.CONNECTION, "upgrade")
            || reader.headers().find(KnownName.UPGRADE) < 0)) {
      throw new IllegalStateException("no CONNECT and no upgrade: " + exchange);
    }
    if (!served.body.isComplete()) {
      throw new IllegalStateException("the body was not read: " + exchange);
    }
    final HeadWriter to = server.scratch();
    exchange.answer().takenOver(to, connects ? null : protocol, exchange.fields(), server.date());
    served.out.flush(to);
    to(ServerState.TAKEN);
    over(null);
    giveBack();
    times.stop();
    stream.setCallbacks(null, null, null);
    stream.setWatermarks(Event.READ | Event.WRITE, 0, 0);
    stream.enable(Event.READ | Event.WRITE);
    if (as != null) {
      server.upgraded(as); // before this one is forgotten: the server must not seem to be empty
    }
    server.forget(this);
    return stream;
  }

  @Override
  public void run(final BufferEvent self, final int what) {
    happened(what);
  }

  void happened(final int what) {
    if ((what & BufferEvent.EOF) != 0) {
      peerEnded = true;
      if (state == ServerState.EXCHANGE && server.abortsOnHalfClose() && served.body.isComplete()) {
        failures().lose(Problems.gone(exchange, Errno.NONE));
      } else {
        serve();
      }
    } else if ((what & (BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0) {
      if (state == ServerState.EXCHANGE) {
        failures().lose(Problems.gone(exchange, stream.error()));
      } else {
        closeNow();
      }
    }
  }

  @Override
  public String toString() {
    return "connection of " + peer();
  }
}
