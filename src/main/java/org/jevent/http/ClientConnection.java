package org.jevent.http;

import java.net.SocketAddress;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.BufferEvent.DataCallback;
import org.jevent.bufferevent.BufferEvent.EventCallback;
import org.jevent.error.Errno;
import org.jevent.http.HttpException.Kind;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.stream.Deadlines;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsError;

/** One connection of a client, with one call at a time. */
final class ClientConnection extends Deadlines.Entry {
  private static final int MAX_INPUT = 64 * 1024;

  private final Destination destination;
  private final ClientContext context;
  private ConnectionState state = ConnectionState.CONNECTING;
  private HttpTimeouts times;

  /** Null over a stream of the program's. */
  private ConnectionOpener opening;

  /** Null while it is being made. */
  private BufferEvent stream;

  private Upload upload;
  private Download download;
  private ClientCall call;

  /** The waiting call for which it is being made, or null. */
  private ClientCall opener;

  private boolean reused;

  /** The peer has ended its direction. */
  private boolean ended;

  /** The stream has ended without a word of TLS about it. */
  private boolean truncated;

  /** The peer takes no more. */
  private boolean deaf;

  ClientConnection(final Destination destination) {
    this.destination = destination;
    context = destination.context;
  }

  void become(final ConnectionState next) {
    assert state.leadsTo(next) : state + " to " + next + ": " + this;
    state = next;
  }

  ConnectionState state() {
    return state;
  }

  boolean isClosed() {
    return state == ConnectionState.CLOSED;
  }

  BufferEvent stream() {
    return stream;
  }

  SocketAddress peer() {
    final NetSocket found = opening == null ? stream.handle() : opening.socket().handle();
    return found == null ? null : found.remoteAddress();
  }

  boolean isReused() {
    return reused;
  }

  ClientCall call() {
    return call;
  }

  ClientCall opener() {
    return opener;
  }

  void opener(final ClientCall waiting) {
    opener = waiting;
  }

  /** The state has to end within that time. */
  void deadline(final long nanos) {
    final long at = nanos == HttpTimeouts.NONE ? Deadlines.NONE : context.deadlines.now() + nanos;
    context.deadlines.set(this, at < 0 ? Deadlines.NONE : at);
  }

  // ---- opening ----

  /** Connects; what is wrong comes later. */
  void open(final HttpTimeouts limits) {
    try {
      opening = new ConnectionOpener(context, this, destination.origin, limits);
    } catch (final RuntimeException | Error e) {
      context.later(() -> openFailed(e));
    }
  }

  private void openFailed(final Throwable thrown) {
    fail(Kind.CONNECT, Failures.errno(thrown), "cannot connect: " + thrown, thrown);
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  /** Takes the program's stream. */
  void adopt(final BufferEvent open) {
    take(open);
  }

  void refusedByProxy(final int status, final String reason, final HttpHeaders headers) {
    if (opener != null) {
      opener.refusedByProxy(status, headers);
    }
    fail(Kind.PROXY, "the proxy has refused a tunnel: " + status + " " + reason, null);
  }

  /** The stream is open. */
  void opened(final BufferEvent made) {
    take(made);
    destination.ready(this);
  }

  private void take(final BufferEvent open) {
    become(ConnectionState.IDLE);
    stream = open;
    stream.setWatermarks(Event.READ, 0, MAX_INPUT);
    StreamSteps.enlarge(stream);
    stream.setCallbacks(readable, null, event);
    stream.enable(Event.READ | Event.WRITE);
    upload = new Upload(context, this, stream);
    download = new Download(context, this, stream, upload);
    if (!stream.input().isEmpty()) {
      stream.trigger(Event.READ, BufferEvent.TRIGGER_DEFERRED); // it has no business there
    }
  }

  // ---- idle ----

  /** It waits for a call. */
  void rests() {
    assert state == ConnectionState.IDLE : this;
    final long most = Durations.nanos("idleTime", context.limits.idleTime());
    final long said = download.keepNanos();
    if (destination.origin == null) {
      deadline(HttpTimeouts.NONE);
    } else {
      deadline(said == 0 ? most : Math.min(most, said));
    }
  }

  /** It is closed without a call. */
  void evict() {
    assert call == null && opener == null : this;
    closeNow();
  }

  /** Its call does not want it any more. */
  void abandon() {
    if (state != ConnectionState.CLOSED) {
      closeNow();
    }
  }

  // ---- a request ----

  /** Sends the request of a call. */
  void begin(final ClientCall begun) {
    become(ConnectionState.SENDING);
    call = begun;
    times = begun.request.timeouts();
    download.begin(begun.hop().method());
    upload.begin(begun, destination.origin != null && destination.origin.absolute());
  }

  /** The write callback is wanted, or not. */
  void watchOutput(final boolean wanted) {
    stream.setCallbacks(readable, wanted ? writable : null, event);
  }

  /** The read callback is wanted, or not: with one a full input would make the loop spin. */
  private void watchInput(final boolean wanted) {
    stream.setCallbacks(wanted ? readable : null, null, event);
  }

  private final DataCallback writable = self -> upload.outputLeft();

  /** The request is sent, or nothing more of it is. */
  void sent() {
    upload.end();
    become(ConnectionState.WAITING);
    deadline(times.head());
  }

  void resumeUpload() {
    if (state == ConnectionState.SENDING) {
      upload.resume();
    }
  }

  // ---- a response ----

  private final DataCallback readable = self -> received();

  private void received() {
    switch (state) {
      case IDLE -> {
        if (!stream.input().isEmpty()) {
          evict(); // no request has asked for it
        }
      }
      case SENDING, WAITING -> download.readHead();
      case READING -> download.readBody();
      default -> {}
    }
  }

  /** The head of a response has come, or bytes of its body: more is waited for. */
  void reads() {
    if (state != ConnectionState.READING) {
      become(ConnectionState.READING);
    }
    deadline(times.body());
  }

  /** The program takes no more of the body for a while. */
  void holds() {
    watchInput(false);
    deadline(HttpTimeouts.NONE);
  }

  boolean hasEnded() {
    return ended;
  }

  boolean isTruncated() {
    return truncated;
  }

  /** A response is complete, and its call needs the connection no more. */
  void exchangeEnded() {
    if (isReusable()) {
      call = null;
      become(ConnectionState.IDLE);
      reused = true;
      download.release();
      upload.clear();
      times = null;
      destination.ready(this);
    } else {
      closeNow();
    }
  }

  private boolean isReusable() {
    return download.keepsAlive()
        && !ended
        && !deaf
        && !context.isClosed()
        && stream.output().isEmpty()
        && stream.input().isEmpty();
  }

  // ---- the stream for the program ----

  /** The response gives the stream to the program, or ends it. */
  void endTakeOver(final ClientCall current) {
    if (!current.isDone()) {
      current.responded(new HttpHeaders(), true);
    }
    abandon();
  }

  BufferEvent takeOver() {
    if (state != ConnectionState.READING || !call.isTakeOver(download.status())) {
      throw new IllegalStateException(
          "takeOver: only after a response 101, or one of 200 to 299 to CONNECT: " + call);
    }
    final BufferEvent given = stream;
    leave();
    given.setCallbacks(null, null, null);
    given.setWatermarks(Event.READ | Event.WRITE, 0, 0);
    given.disable(Event.READ); // who enables it finds an end that has come already
    return given;
  }

  void pauseChanged() {
    if (state != ConnectionState.READING) {
      return;
    }
    if (call.isPaused()) {
      deadline(HttpTimeouts.NONE); // what has come is still taken by the next callback
    } else if (!call.wantsPause()) {
      watchInput(true);
      download.readLater();
    }
  }

  // ---- events of the stream ----

  private final EventCallback event = this::event;

  private void event(final BufferEvent self, final int what) {
    if (self != stream || state == ConnectionState.CLOSED) {
      return;
    }
    if ((what & BufferEvent.WRITING) != 0) {
      outputFailed();
    } else if ((what & BufferEvent.EOF) != 0) {
      inputEnded(Errno.NONE);
    } else if ((what & BufferEvent.ERROR) != 0) {
      final Tls tls = Tls.of(self);
      final TlsError problem = tls == null ? null : tls.error();
      truncated = problem != null && problem.kind() == TlsError.Kind.TRUNCATED;
      if (problem != null && !truncated) {
        fail(Kind.TLS, "TLS: " + problem, problem.cause());
      } else {
        inputEnded(truncated ? Errno.NONE : self.error());
      }
    }
  }

  /** The peer takes no more: perhaps it has answered before. */
  private void outputFailed() {
    deaf = true;
    if (state == ConnectionState.IDLE) {
      evict();
    } else if (state == ConnectionState.SENDING) {
      sent();
    }
  }

  private void inputEnded(final Errno problem) {
    ended = true;
    switch (state) {
      case IDLE -> evict();
      case SENDING, WAITING -> {
        download.readHead();
        if (state == ConnectionState.SENDING || state == ConnectionState.WAITING) {
          lost(problem);
        }
      }
      case READING -> {
        if (problem == Errno.NONE) {
          download.readBody();
        } else {
          lost(problem);
        }
      }
      default -> {}
    }
  }

  /** The connection has ended before the response has. */
  private void lost(final Errno problem) {
    final boolean begun = download.hasBegun();
    final Kind kind = problem != Errno.NONE ? Kind.CONNECTION : Kind.CUT;
    final String what =
        state == ConnectionState.READING
            ? "the body of the response was cut"
            : begun ? "the head of the response was cut" : "the peer has ended the connection";
    fail(kind, problem, problem == Errno.NONE ? what : what + ": " + problem, null);
  }

  @Override
  protected void passed(final long now) {
    switch (state) {
      case CONNECTING, HANDSHAKE ->
          fail(Kind.TIMEOUT, "connect to " + destination + ": it has taken too long", null);
      case TUNNEL -> fail(Kind.TIMEOUT, "the proxy has given no tunnel in time", null);
      case IDLE -> evict();
      case SENDING -> upload.passed(now);
      case WAITING ->
          fail(
              Kind.TIMEOUT,
              stream.output().isEmpty() || deaf
                  ? "no head of a response in time"
                  : "the peer has not taken the request in time",
              null);
      case READING -> fail(Kind.TIMEOUT, "no byte of the response's body in time", null);
      default -> {}
    }
  }

  // ---- the end ----

  void fail(final Kind kind, final String why, final Throwable cause) {
    fail(kind, Errno.NONE, why, cause);
  }

  void fail(final Kind kind, final Errno errno, final String why, final Throwable cause) {
    if (state == ConnectionState.CLOSED) {
      return;
    }
    final ClientCall failed = call != null ? call : opener;
    final boolean gone = kind == Kind.CUT || kind == Kind.CONNECTION;
    final boolean silent =
        gone
            && reused
            && destination.origin != null
            && state != ConnectionState.READING
            && !download.hasBegun();
    final boolean untouched = silent && upload.isUntouched();
    final HttpException.Phase phase = state.phase();
    closeNow();
    if (failed != null) {
      failed.broken(failed.problem(kind, phase, errno, why, cause), silent, untouched);
    }
  }

  private void closeNow() {
    final BufferEvent closed = stream;
    leave();
    if (closed != null) {
      closed.close();
    } else if (opening != null) {
      opening.close();
    }
  }

  /** It is no connection of the client's any more. */
  private void leave() {
    become(ConnectionState.CLOSED);
    context.deadlines.remove(this);
    if (upload != null) {
      upload.close();
      download.release();
    }
    call = null;
    destination.removed(this);
  }

  @Override
  public String toString() {
    return "connection to " + destination + ", " + state;
  }
}
