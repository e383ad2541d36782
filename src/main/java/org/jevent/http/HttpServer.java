package org.jevent.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.ParserLimits;
import org.jevent.http.h1.Reasons;
import org.jevent.http.h1.RequestReader;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.stream.Deadlines;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * A server of HTTP/1.0 and 1.1; libevent's {@code struct evhttp}. It belongs to a base, and all its
 * methods and callbacks to the thread of the loop. The server itself is the {@link HttpHost} of all
 * names that no other host has.
 *
 * <p>Requests are read strictly: what two programs could read in two ways is refused with 4xx and
 * ends the connection. Limits of size and time are safe unless set otherwise, see {@link
 * HttpServerLimits}.
 */
public final class HttpServer extends HttpHost implements AutoCloseable {
  private static final int LISTENER_OPTIONS = 0x3ff;

  private enum State {
    OPEN,
    /** It accepts nothing, and answers end their connections. */
    DRAINING,
    CLOSED
  }

  private final EventBase base;
  private final LoopServices services;
  private final Deadlines deadlines;
  private final DateLine date;
  private final HeadWriter scratch = new HeadWriter();
  private final ServerPool pool = new ServerPool(this);
  private final EventBuffer trash;
  private final ConnectionSet connections = new ConnectionSet(this::report);
  private final List<ConnectionListener> listeners = new ArrayList<>();

  /** Those that do not accept as there are too many connections. */
  private final List<ConnectionListener> paused = new ArrayList<>();

  private final List<AnswerOutput> joining = new ArrayList<>();
  private final List<ServerConnection> waiting = new ArrayList<>();
  private final Event nextTurn;
  private final DeferredCallback flush;
  private final HttpMethods methods = new HttpMethods();
  private final Dispatch dispatch = new Dispatch(this, methods);
  private final Drain drain;
  private State state = State.OPEN;
  private HttpServerLimits limits = HttpServerLimits.DEFAULT;
  private ParserLimits parserLimits = limits.forParser();
  private HttpStreamFactory factory =
      (loop, socket) -> BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE);
  private String scheme = "http";
  private String defaultContentType = "application/octet-stream";
  private Predicate<SocketAddress> onConnection;
  private HttpErrorPage errorPage;
  private Consumer<HttpAccess> onComplete;
  private boolean pausesAccepting;
  private boolean abortsOnHalfClose;

  /**
   * A server without an address; {@code evhttp_new}.
   *
   * @throws IllegalStateException if the base is closed
   */
  public HttpServer(final EventBase base) {
    super(null);
    this.base = Objects.requireNonNull(base, "base");
    services = BaseAccess.services(base);
    services.requireOpen("make a server");
    deadlines = new Deadlines(base);
    drain = new Drain(base, deadlines, connections);
    date = new DateLine(base);
    trash = new EventBuffer(base);
    flush = base.newDeferred(this::flushJoined);
    nextTurn = base.newTimer((self, what) -> serveWaiting());
  }

  // ---- settings ----

  /** The limits of connections and requests that begin from now on. */
  public HttpServer limits(final HttpServerLimits next) {
    limits = Objects.requireNonNull(next, "next");
    parserLimits = limits.forParser();
    hasRoom();
    return this;
  }

  public HttpServerLimits limits() {
    return limits;
  }

  /** Makes the streams of accepted connections; {@code evhttp_set_bevcb}. */
  public HttpServer streamFactory(final HttpStreamFactory next) {
    factory = Objects.requireNonNull(next, "next");
    return this;
  }

  /** What {@link HttpConnection#scheme} says without TLS: {@code http} unless set. */
  public HttpServer scheme(final String next) {
    scheme = Objects.requireNonNull(next, "next");
    return this;
  }

  String scheme() {
    return scheme;
  }

  /**
   * The methods that handlers get, besides HEAD and OPTIONS; {@code evhttp_set_allowed_methods}.
   * GET, POST, PUT, DELETE and HEAD unless set; a known one that is not among them gets 405,
   * another 501.
   */
  public HttpServer allowedMethods(final String... names) {
    methods.allow(Objects.requireNonNull(names, "names"));
    return this;
  }

  /** The content type of bodies that have none, null for none. */
  public HttpServer defaultContentType(final String type) {
    defaultContentType = type;
    return this;
  }

  String defaultContentType() {
    return defaultContentType;
  }

  /** Asked for each connection that is accepted; false closes it. */
  public HttpServer onConnection(final Predicate<SocketAddress> accepts) {
    onConnection = accepts;
    return this;
  }

  /**
   * Called with each exchange before its handler and before its body is read: it may answer, or set
   * limits; {@code evhttp_set_newreqcb}.
   */
  public HttpServer onHead(final HttpHandler handler) {
    dispatch.onHead(handler);
    return this;
  }

  /** Serves CONNECT, which gets 405 without. */
  public HttpServer onConnect(final HttpHandler handler) {
    dispatch.onConnect(handler);
    return this;
  }

  /** Writes the pages of errors, null for plain ones; {@code evhttp_set_errorcb}. */
  public HttpServer errorPage(final HttpErrorPage page) {
    errorPage = page;
    return this;
  }

  /** Gets a record of each exchange that is over. */
  public HttpServer onComplete(final Consumer<HttpAccess> log) {
    onComplete = log;
    return this;
  }

  /** With too many connections, accepting pauses, and none is answered with 503. */
  public HttpServer pauseAccepting(final boolean pauses) {
    pausesAccepting = pauses;
    return this;
  }

  /** A client that ends its side while it waits for an answer gets none; it does unless set. */
  public HttpServer abortOnHalfClose(final boolean aborts) {
    abortsOnHalfClose = aborts;
    return this;
  }

  boolean abortsOnHalfClose() {
    return abortsOnHalfClose;
  }

  // ---- connections ----

  /** Listens at an address; {@code evhttp_bind_socket}. The listener may be closed alone. */
  public ConnectionListener bind(final SocketAddress address) {
    return bind(address, factory, ConnectionListener.REUSEABLE);
  }

  /**
   * Listens at an address with streams of this factory; {@code evhttp_bound_set_bevcb}.
   *
   * @param options of {@link ConnectionListener}, besides CLOSE_ON_FREE
   */
  public ConnectionListener bind(
      final SocketAddress address, final HttpStreamFactory streams, final int options) {
    requireOpen();
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(streams, "streams");
    Arguments.bits("options", options, LISTENER_OPTIONS, "those of ConnectionListener");
    final ConnectionListener made =
        ConnectionListener.bind(
            base,
            address,
            options | ConnectionListener.CLOSE_ON_FREE,
            -1,
            (listener, socket, peer) -> accepted(streams, socket, peer));
    listeners.add(made);
    return made;
  }

  /** Serves what a listener accepts from now on, and closes it; {@code evhttp_bind_listener}. */
  public HttpServer listen(final ConnectionListener listener) {
    Objects.requireNonNull(listener, "listener");
    requireOpen();
    listener.setCallback((self, socket, peer) -> accepted(factory, socket, peer));
    listeners.add(listener);
    return this;
  }

  /** The listeners; {@code evhttp_foreach_bound_socket}. */
  public List<ConnectionListener> listeners() {
    listeners.removeIf(each -> !each.handle().isOpen());
    return List.copyOf(listeners);
  }

  private void accepted(
      final HttpStreamFactory streams, final NetSocket socket, final SocketAddress peer) {
    final BufferEvent stream;
    try {
      stream = isWelcome(peer) ? stream(streams, socket, peer) : null;
    } catch (final Throwable thrown) {
      socket.close();
      throw thrown;
    }
    if (stream == null) {
      socket.close();
    } else {
      serve(stream, peer);
    }
  }

  private boolean isWelcome(final SocketAddress peer) {
    return state == State.OPEN && (onConnection == null || onConnection.test(peer));
  }

  private BufferEvent stream(
      final HttpStreamFactory streams, final NetSocket socket, final SocketAddress peer) {
    if (peer instanceof InetSocketAddress) {
      socket.set(NetOption.NO_DELAY, 1);
    }
    return Objects.requireNonNull(streams.stream(base, socket), "the stream of the factory");
  }

  /** Serves a connection, whose stream is made by the factory. */
  public void serve(final NetSocket socket) {
    Objects.requireNonNull(socket, "socket");
    requireOpen();
    accepted(factory, socket, socket.remoteAddress());
  }

  /**
   * Serves a stream, with what is in its input already. It belongs to the server from now on, and
   * must have been made with CLOSE_ON_FREE.
   */
  public void serve(final BufferEvent stream) {
    Objects.requireNonNull(stream, "stream");
    requireOpen();
    serve(stream, stream.handle() == null ? null : stream.handle().remoteAddress());
  }

  private void serve(final BufferEvent stream, final SocketAddress peer) {
    final ServerConnection made = new ServerConnection(this, stream, peer);
    connections.add(made);
    made.open();
    if (connections.size() > limits.connections()) {
      made.failures().refuse(503, "too many connections", null);
    } else if (connections.size() == limits.connections() && pausesAccepting) {
      pause();
    }
  }

  /** A stream was taken over, and counts on. A server at its end says so when it has begun. */
  void upgraded(final HttpUpgraded stream) {
    connections.add(stream);
    switch (state) {
      case OPEN -> {}
      case DRAINING ->
          base.newDeferred(() -> connections.end(stream, HttpUpgraded::drain)).schedule();
      case CLOSED -> base.newDeferred(() -> connections.end(stream, HttpUpgraded::cut)).schedule();
    }
  }

  /**
   * A stream that {@link HttpExchange#takeOver(String, HttpUpgraded)} has given is closed, or will
   * be without the server.
   */
  public void ended(final HttpUpgraded stream) {
    connections.remove(Objects.requireNonNull(stream, "stream"));
    hasRoom();
  }

  /** How many connections there are; {@code evhttp_get_connection_count}. */
  public int connections() {
    return connections.size();
  }

  /** A connection is over, or another's. */
  void forget(final ServerConnection gone) {
    connections.remove(gone);
    hasRoom();
  }

  /** There is a connection less, or room for more. */
  private void hasRoom() {
    if (!paused.isEmpty() && state == State.OPEN && connections.size() < limits.connections()) {
      paused.stream().filter(each -> each.handle().isOpen()).forEach(ConnectionListener::enable);
      paused.clear();
    }
    drain.endIfEmpty();
  }

  /** Listeners that the program has disabled stay out of it. */
  private void pause() {
    for (final ConnectionListener each : listeners()) {
      if (each.isEnabled()) {
        each.disable();
        paused.add(each);
      }
    }
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the server is closed");
    }
  }

  // ---- what connections share ----

  Deadlines deadlines() {
    return deadlines;
  }

  HeadWriter scratch() {
    return scratch;
  }

  byte[] date() {
    return date.line();
  }

  /** Takes what is dropped; who fills it drains it. */
  EventBuffer trash() {
    return trash;
  }

  boolean isDraining() {
    return state != State.OPEN;
  }

  ServerPool pool() {
    return pool;
  }

  ParserLimits parserLimits() {
    return parserLimits;
  }

  void exchangeIsOver(
      final ServerConnection connection,
      final HttpExchange its,
      final RequestReader request,
      final HttpException problem) {
    final HttpAccess record =
        onComplete == null
            ? null
            : new HttpAccess(
                connection.peer(),
                request.method(),
                request.target(),
                its.answer().status(),
                request.body().received(),
                its.answer().written(),
                its.headNanos(),
                its.answerNanos(),
                deadlines.now(),
                problem);
    pool.giveBack(its);
    log(record);
  }

  /** A head was refused. */
  void refused(final ServerConnection connection, final int status, final HttpException problem) {
    if (onComplete != null) {
      final long now = deadlines.now();
      log(new HttpAccess(connection.peer(), null, null, status, 0, 0, now, now, now, problem));
    }
  }

  private void log(final HttpAccess record) {
    if (record != null) {
      try {
        onComplete.accept(record);
      } catch (final Throwable thrown) {
        report(this, thrown);
      }
    }
  }

  void report(final Object source, final Throwable thrown) {
    services.report(source, thrown);
  }

  /** Small pieces become a chunk when the present callback has ended. */
  void flushSoon(final AnswerOutput output) {
    joining.add(output);
    if (joining.size() == 1) {
      flush.schedule();
    }
  }

  private void flushJoined() {
    for (int i = 0; i < joining.size(); i++) {
      joining.get(i).flushOrCut();
    }
    joining.clear();
  }

  /** Serves a connection behind the next wait, in which others get their turn. */
  void serveInNextTurn(final ServerConnection connection) {
    waiting.add(connection);
    if (waiting.size() == 1) {
      services.startTimer(nextTurn, 0);
    }
  }

  private void serveWaiting() {
    final List<ServerConnection> now = new ArrayList<>(waiting);
    waiting.clear();
    for (final ServerConnection each : now) {
      try {
        each.serve();
      } catch (final Throwable thrown) { // the others have their turn
        report(each, thrown);
      }
    }
  }

  Dispatch dispatch() {
    return dispatch;
  }

  // ---- errors ----

  /** Answers with the page of an error; the connection goes on. */
  void answerError(final HttpExchange exchange, final int status, final String reason) {
    try (EventBuffer page = new EventBuffer(base)) {
      errorPage(exchange, status, reason, exchange.fields(), page);
      exchange.respond(status, page);
    }
  }

  /** Lets the program write the page of an error, else writes a plain one. */
  void errorPage(
      final Object source,
      final int status,
      final String reason,
      final HttpHeaders fields,
      final EventBuffer page) {
    if (errorPage != null) {
      final FramingGuard guard = new FramingGuard(fields);
      try {
        errorPage.write(status, reason, fields, page);
        guard.check();
        return;
      } catch (final Throwable thrown) {
        report(source, thrown);
        page.drain(page.length());
        guard.restore();
      }
    }
    fields.set("content-type", "text/plain; charset=utf-8");
    page.add((status + " " + Reasons.of(status) + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  // ---- the end ----

  /**
   * Accepts no connections, answers what was begun, with {@code Connection: close}, and calls
   * {@code done} once when no connection is left. Idle ones have {@link
   * HttpServerLimits#drainGrace}, and their last answers leave; those that have never sent a byte
   * end at once, and all end at the deadline. Another call sets another deadline, and both {@code
   * done} are called.
   */
  public void drain(final Duration deadline, final Runnable done) {
    Durations.nanos("deadline", deadline);
    Objects.requireNonNull(done, "done");
    if (state == State.CLOSED) {
      throw new IllegalStateException("the server is closed");
    }
    state = State.DRAINING;
    listeners.forEach(ConnectionListener::close);
    drain.begin(deadline, limits.drainGrace(), done);
    connections.forEach(
        each -> {
          if (each.state() == ServerState.IDLE
              && each.requests() == 0
              && each.stream().input().isEmpty()) {
            each.close();
          }
        });
    connections.forEachUpgraded(HttpUpgraded::drain);
    drain.endIfEmpty();
  }

  /**
   * Closes all at once; {@code evhttp_free}. Streams that were taken over stay open, but those that
   * still count as the server's.
   */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    listeners.forEach(ConnectionListener::close);
    connections.forEach(ServerConnection::close);
    connections.forEachUpgraded(HttpUpgraded::cut);
    deadlines.close();
    flush.cancel();
    nextTurn.close();
    trash.close();
    pool.clear();
  }

  @Override
  public String toString() {
    return "HTTP server with " + connections.size() + " connections";
  }
}
