package org.jevent.websocket;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.internal.stream.Deadlines;
import org.jevent.internal.stream.StreamAccess;

/**
 * The conversation over an open stream: frames in and out, pings, and the one end that it has.
 *
 * <p>It is its own callbacks, as a server has many idle sockets.
 */
final class Session extends Deadlines.Entry
    implements BufferEvent.DataCallback, BufferEvent.EventCallback {
  /** A server waits so long for the peer's end of the stream; a client twice as long. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final byte[] NO_REASON = {};

  /** More output than that gets more time to leave. */
  private static final long LITTLE = 64 * 1024;

  /** How far the conversation has come. */
  private enum Phase {
    OPEN,
    /** This end has sent a close frame, and waits for the peer's. */
    CLOSE_SENT,
    /** Too much waited: the stream is closed, and the program hears of it in a later callback. */
    DROPPED,
    /** All is said: the rest of the output leaves, and the end of the stream is waited for. */
    ENDING,
    CLOSED;

    boolean leadsTo(final Phase next) {
      return compareTo(next) < 0;
    }
  }

  private final WebSocket socket;
  private final Handlers handlers;
  private final BufferEvent stream;
  private final Role role;
  private final WebSocketConfig config;
  private final WebSocketLoop loop;
  private final Receiver receiver;
  private final Sender sender;
  private final Heartbeat heartbeat;
  private final Runnable gone;
  private final BufferEvent.DataCallback writable = self -> writable();
  private Phase phase = Phase.OPEN;

  /** The program takes no more until it says so. */
  private boolean paused;

  private boolean streamEnded;

  /** The program is to hear when the output is low again. */
  private boolean full;

  /** What this end has said of the end, before the other one has. */
  private int ownCode;

  private String ownReason;

  /**
   * @param gone runs once when the conversation is over
   */
  Session(
      final WebSocket socket,
      final BufferEvent stream,
      final Role role,
      final WebSocketConfig config,
      final Agreement agreement,
      final Runnable gone) {
    this.socket = socket;
    this.stream = stream;
    this.role = role;
    this.config = config;
    this.gone = gone;
    final EventBase base = stream.base();
    loop = WebSocketLoop.of(base);
    handlers = new Handlers(socket, this);
    receiver = new Receiver(this, handlers, base, role, config, agreement.deflate());
    sender = new Sender(base, stream.output(), role, config, agreement.deflate(), this::broken);
    heartbeat = new Heartbeat(config);
  }

  /** Begins; what has come already is read in a later callback. */
  void start() {
    streamEnded = stream.hasEnded();
    stream.setCallbacks(this, null, this);
    stream.setWatermarks(Event.READ, 0, 0);
    stream.setWatermarks(Event.WRITE, Sender.LOW_MARK, 0);
    stream.enable(Event.READ | Event.WRITE);
    readLater();
    final long now = loop.deadlines.now();
    heartbeat.heard(now);
    loop.deadlines.set(this, heartbeat.next(now)); // the last, as a closed stream refuses the rest
  }

  private void readLater() {
    stream.trigger(
        Event.READ, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
  }

  private void become(final Phase next) {
    assert phase.leadsTo(next) : phase + " to " + next + ": " + socket;
    phase = next;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  SocketState state() {
    return switch (phase) {
      case OPEN -> SocketState.OPEN;
      case CLOSE_SENT -> SocketState.CLOSING;
      default -> SocketState.CLOSED;
    };
  }

  BufferEvent stream() {
    return stream;
  }

  Role role() {
    return role;
  }

  WebSocketLoop loop() {
    return loop;
  }

  Handlers handlers() {
    return handlers;
  }

  /** Whether frames of the peer are taken. */
  boolean reads() {
    return (phase == Phase.OPEN && !paused) || phase == Phase.CLOSE_SENT;
  }

  // ---- what comes ----

  /** Bytes have come. */
  @Override
  public void run(final BufferEvent self) {
    process();
  }

  private void process() {
    if (receiver.isRunning() || phase == Phase.CLOSED || phase == Phase.DROPPED) {
      return;
    }
    if (phase == Phase.ENDING) {
      stream.input().drain(stream.input().length());
      return;
    }
    heartbeat.heard(loop.deadlines.now());
    try {
      receiver.run(stream.input());
    } catch (final RuntimeException | Error e) { // such as of no memory: a part may be missing
      failedInside(e);
    } finally {
      if (phase.compareTo(Phase.ENDING) >= 0) {
        release();
      }
      countHeld();
    }
    if (streamEnded && reads()) {
      lose("the peer has ended the connection without a close frame");
    }
  }

  /** What waits here is a part of the stream's share of the memory. */
  private void countHeld() {
    StreamAccess.heldBeside(stream, receiver.held() + sender.waiting());
  }

  void pingCame(final byte[] payload, final int count) {
    sender.pong(payload, count);
    watchOutput();
  }

  /** A handler of the program has thrown. */
  void handlerFailed(final Throwable thrown) {
    loop.services.report(socket, thrown);
    fail(WebSocket.INTERNAL_ERROR, "a handler has failed");
  }

  /** What was thrown in this library's part: what the stream has now is not known. */
  private void failedInside(final Throwable thrown) {
    loop.services.report(socket, thrown);
    lose("the connection cannot go on: " + thrown.getMessage());
  }

  // ---- the end, as the peer says it ----

  void closeCame(final CloseFrame frame) {
    if (frame.refused()) {
      fail(frame.code(), frame.reason());
      return;
    }
    if (phase == Phase.OPEN) {
      sender.dropWaiting();
      sender.close(frame.answer(), NO_REASON);
    }
    end(frame.code(), frame.reason(), true);
  }

  // ---- the end, as this side says it ----

  /**
   * Sends a close frame behind what waits, and waits for the peer's.
   *
   * @param reason in UTF-8, 123 bytes at most
   */
  void close(final int code, final byte[] reason) {
    if (phase != Phase.OPEN) {
      return;
    }
    sender.close(code, reason);
    ownCode = code;
    become(Phase.CLOSE_SENT);
    watchOutput();
    loop.deadlines.set(this, Deadlines.after(loop.deadlines.now(), config.closeTimeout()));
    if (paused) {
      paused = false;
      stream.enable(Event.READ);
      readLater();
    }
  }

  /** The peer has broken the rules, or a callback has thrown: nothing more of it is delivered. */
  void fail(final int code, final String why) {
    if (phase == Phase.OPEN) {
      sender.dropWaiting();
      sender.close(code, Texts.cut(why, WebSocket.MAX_REASON));
      end(code, why, false);
    } else if (phase == Phase.CLOSE_SENT) {
      end(ownCode, why, false); // the code that the peer has got
    }
  }

  /** The connection is of no use any more. */
  void lose(final int code, final String why) {
    switch (phase) {
      case OPEN, CLOSE_SENT -> {
        try {
          close(false);
        } finally {
          over(code, why, false);
        }
      }
      case DROPPED -> dropped();
      case ENDING -> close(true); // the answer to the close frame may still be there
      case CLOSED -> {}
    }
  }

  private void lose(final String why) {
    lose(WebSocket.ABNORMAL, why);
  }

  /**
   * Nothing more can be sent. The program may be in a loop over its sockets, so it hears of the end
   * later.
   */
  private void drop(final int code, final String why) {
    become(Phase.DROPPED);
    ownCode = code;
    ownReason = why;
    stream.close();
    loop.deadlines.set(this, loop.deadlines.now());
  }

  /** More would wait than may. */
  void drop() {
    drop(WebSocket.POLICY, "the peer takes its messages too slowly");
  }

  /** A frame was not written whole. */
  private void broken() {
    if (phase == Phase.OPEN || phase == Phase.CLOSE_SENT) {
      drop(WebSocket.ABNORMAL, "a frame could not be written");
    } else if (phase == Phase.ENDING) {
      close(false);
    }
  }

  private void dropped() {
    try {
      close(false);
    } finally {
      over(ownCode, ownReason, false);
    }
  }

  /**
   * All is said. A server ends the stream and waits for the client's end; a client waits for the
   * server's, but where it ends the connection as the server breaks the rules.
   */
  private void end(final int code, final String reason, final boolean clean) {
    try {
      sender.flush();
    } catch (final RuntimeException | Error e) { // there may be no memory for it
      broken();
      throw e;
    }
    become(Phase.ENDING);
    loop.ending(this);
    final Duration linger = role == Role.CLIENT && clean ? LINGER.multipliedBy(2) : LINGER;
    final boolean much = stream.output().length() > LITTLE;
    final Duration most =
        much && config.closeTimeout().compareTo(linger) > 0 ? config.closeTimeout() : linger;
    loop.deadlines.set(this, Deadlines.after(loop.deadlines.now(), most));
    try {
      stream.setWatermarks(Event.WRITE, 0, 0);
      stream.setCallbacks(this, writable, this);
      stream.enable(Event.READ);
      if (role == Role.SERVER || !clean) {
        stream.shutdownOutput();
      }
    } finally {
      over(code, reason, clean);
    }
    closeIfDone();
  }

  /** Closes the stream if it has ended, and all has left. */
  private void closeIfDone() {
    if (phase == Phase.ENDING && streamEnded && stream.output().isEmpty()) {
      close(true);
    }
  }

  /**
   * The stream is closed, and with it the session.
   *
   * @param leaves whether what is still there may leave
   */
  private void close(final boolean leaves) {
    become(Phase.CLOSED);
    loop.ended(this);
    loop.deadlines.remove(this);
    try {
      if (leaves && !loop.services.isClosed() && !stream.isClosed()) {
        stream.closeGracefully(LINGER);
      } else {
        stream.close();
      }
    } finally {
      gone.run();
    }
  }

  /** The program's last callback. */
  private void over(final int code, final String reason, final boolean clean) {
    if (!receiver.isRunning()) {
      release();
    }
    handlers.closed(code, reason, clean);
  }

  private void release() {
    receiver.close();
    sender.close();
  }

  // ---- what the stream says ----

  @Override
  public void run(final BufferEvent self, final int what) {
    if ((what & BufferEvent.EOF) != 0) {
      streamEnded = true;
      process(); // what has come before it, if its callback has not run yet
      closeIfDone();
    } else if ((what & BufferEvent.ERROR) != 0) {
      process();
      lose("the connection has failed: " + stream.error());
    } else if ((what & BufferEvent.TIMEOUT) != 0) { // one that the program has set before
      lose("the stream has timed out");
    }
  }

  private void writable() {
    if (phase == Phase.ENDING) {
      closeIfDone();
      return;
    }
    if (phase == Phase.CLOSED || phase == Phase.DROPPED) {
      return;
    }
    try {
      sender.drained();
    } catch (final RuntimeException | Error e) {
      failedInside(e);
      return;
    }
    countHeld();
    final boolean low = full && sender.queued() <= Sender.LOW_MARK;
    full = full && !low;
    watchOutput();
    if (low) {
      handlers.writable();
    }
  }

  /** The write callback runs while something waits for it, and not for each small message. */
  private void watchOutput() {
    final boolean wanted = sender.waits() || full;
    if (wanted != (stream.writeCallback() != null)) {
      stream.setCallbacks(this, wanted ? writable : null, this);
    }
  }

  // ---- time ----

  @Override
  protected void passed(final long now) {
    switch (phase) {
      case OPEN -> silence(now);
      case CLOSE_SENT -> lose("the peer has not answered the close frame in time");
      case DROPPED -> dropped();
      case ENDING -> close(false);
      case CLOSED -> throw new IllegalStateException("a deadline of " + socket);
    }
  }

  private void silence(final long now) {
    final boolean stalls = heartbeat.output(sender.taken(), sender.queued() > 0, now);
    if (paused && !stalls) {
      heartbeat.heard(now); // what the peer has said is not known
    }
    switch (heartbeat.look(now)) {
      case WAIT -> {}
      case PING -> ping(NO_REASON);
      case LOST -> {
        lose("nothing has come for " + config.pingInterval().multipliedBy(2));
        return;
      }
    }
    loop.deadlines.set(this, heartbeat.next(now));
  }

  // ---- what leaves ----

  Sender sender() {
    return sender;
  }

  /** Something was written. */
  void sent() {
    countHeld();
    full = full || !sender.isWritable();
    watchOutput();
  }

  void ping(final byte[] payload) {
    sender.ping(payload);
    sent();
  }

  // ---- the program's hand on the input ----

  void pause() {
    if (phase == Phase.OPEN && !paused) {
      paused = true;
      stream.disable(Event.READ);
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      heartbeat.heard(loop.deadlines.now());
      if (phase == Phase.OPEN) {
        stream.enable(Event.READ);
        readLater();
      }
    }
  }

  @Override
  public String toString() {
    return role + " on " + stream + ", " + phase;
  }
}
