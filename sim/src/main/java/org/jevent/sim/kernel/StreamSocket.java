package org.jevent.sim.kernel;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;

/** One end of a stream: of TCP, of a Unix domain socket, of a pair, or of a pipe. */
public final class StreamSocket extends OpenFile {
  /** What kinds there are. */
  public enum Type {
    TCP,
    UNIX,
    PIPE
  }

  /** What has become of it. */
  enum State {
    NEW,
    LISTENING,
    CONNECTING,
    CONNECTED,
    /** Reset, or given up: what has arrived can be read. */
    BROKEN,
    CLOSED
  }

  private final Type type;
  private State state = State.NEW;
  private Flow input;
  private Flow output;
  private SocketAddress remote;
  private AcceptQueue queue;
  private Handshake handshake;

  /** What this end of a listener waits for until it can be accepted, or null. */
  private Handshake unfinished;

  private boolean inputShut;

  /** The program has found less room than it wanted, and is notified of more. */
  private boolean awaitsRoom;

  /** A connect has failed, and its descriptor says so until another one begins. */
  private boolean failed;

  private final StreamEnding ending = new StreamEnding(this);
  private KeepAlive keepAlive;

  /** When something of the peer has arrived last. */
  private long heardAt;

  StreamSocket(
      final Machine machine, final Entity entity, final Type type, final SocketOptions options) {
    super(machine, entity, options);
    this.type = type;
    entity.states(this::situation);
  }

  /** For counts of faults: the state, and which halves of a connection have ended. */
  private String situation() {
    if (state != State.CONNECTED) {
      return state.name();
    }
    return state.name()
        + (inputHasEnded() ? ", input ended" : "")
        + (output.isEnding() ? ", output ended" : "");
  }

  // ---- what it is ----

  public Type type() {
    return type;
  }

  /** The peer, or null. */
  public SocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isListening() {
    return state == State.LISTENING;
  }

  /** Whether a connect of it is under way. */
  public boolean isConnecting() {
    return state == State.CONNECTING;
  }

  /** Whether it has had a connection. */
  public boolean isConnected() {
    return state == State.CONNECTED || state == State.BROKEN;
  }

  AcceptQueue queue() {
    return queue;
  }

  int sendBuffer() {
    return options().sendBuffer();
  }

  int receiveBuffer() {
    return options().receiveBuffer();
  }

  /** Small segments wait for others. */
  boolean coalesces() {
    return !options().noDelay();
  }

  private void to(final State next) {
    assert state != State.CLOSED : "closed already: " + this;
    assert next != State.LISTENING || state == State.NEW : state + " to " + next;
    assert next != State.CONNECTING || state == State.NEW : state + " to " + next;
    state = next;
  }

  // ---- binding, listening, connecting ----

  /** Lets connections come. */
  public int listen(final int backlog) {
    if (state == State.LISTENING) {
      queue.backlog(backlog);
      return 0;
    }
    if (state != State.NEW) {
      return Result.of(Errno.EINVAL);
    }
    if (local() == null) {
      final int bound = machine.bindAny(this);
      if (bound < 0) {
        return bound;
      }
    }
    final int listens = machine.listens(this);
    if (listens < 0) {
      return listens;
    }
    queue = new AcceptQueue(this, backlog);
    to(State.LISTENING);
    return 0;
  }

  /** Takes a connection out of the queue; null: there is none. */
  StreamSocket accept() {
    return queue.take();
  }

  @Override
  public int bind(final SocketAddress address) {
    if (local() != null || state != State.NEW) {
      return Result.of(Errno.EINVAL);
    }
    return machine.bind(this, address);
  }

  /** Begins to connect: 0 when connected at once, else EINPROGRESS or what is wrong. */
  public int connect(final SocketAddress address) {
    return switch (state) {
      case NEW -> failed ? connectAfterFailure() : machine.connect(this, address);
      case CONNECTING -> Result.of(Errno.EALREADY);
      case CONNECTED, BROKEN, LISTENING -> Result.of(Errno.EISCONN);
      case CLOSED -> Result.of(Errno.EINVAL);
    };
  }

  /** The first connect after one that has failed says so, and only makes the socket new. */
  private int connectAfterFailure() {
    failed = false;
    final Errno problem = takeError();
    return Result.of(problem == Errno.NONE ? Errno.ECONNABORTED : problem);
  }

  void connecting(final Handshake started, final SocketAddress to) {
    to(State.CONNECTING);
    handshake = started;
    failed = false;
    remote = to;
  }

  /** Joins two ends. */
  static void join(
      final StreamSocket one, final StreamSocket other, final NetPath there, final NetPath back) {
    one.output = new Flow(one, other, there, back);
    one.input = new Flow(other, one, back, there);
    other.output = one.input;
    other.input = one.output;
  }

  /** The connection that was being made is none. */
  void apart() {
    input = null;
    output = null;
  }

  /** Only from {@code writer} to {@code reader}. */
  static void joinOneWay(final StreamSocket reader, final StreamSocket writer) {
    writer.output = new Flow(writer, reader, null, null);
    reader.input = writer.output;
    writer.established(null, null);
    reader.established(null, null);
  }

  /** It is connected from now on. */
  void established(final SocketAddress own, final SocketAddress peer) {
    to(State.CONNECTED);
    handshake = null;
    if (own != null) {
      bound(own);
    }
    remote = peer;
    heard();
    machine.connectionBegins(this);
    if (network.trace().isHeard() && type == Type.TCP) {
      network.trace().line(machine.name(), this + " is connected");
    }
    keepAlive();
    changed();
  }

  /** It can be accepted when bytes have arrived; null: nothing more has to arrive. */
  void awaits(final Handshake rest) {
    unfinished = rest;
  }

  /** The connect has failed. */
  void refused(final Errno problem) {
    to(State.NEW);
    handshake = null;
    apart();
    remote = null;
    error(problem);
    failed = true;
    changed();
  }

  /** 0: connected; EALREADY: not yet; else why not. Reports an error once. */
  public int finishConnect() {
    final Errno problem = takeError();
    if (problem != Errno.NONE) {
      return Result.of(problem);
    }
    return isConnected() ? 0 : Result.of(Errno.EALREADY);
  }

  // ---- bytes ----

  @Override
  public int readiness() {
    return switch (state) {
      case NEW -> type == Type.TCP || failed ? READ | WRITE : WRITE;
      case LISTENING -> queue.isEmpty() ? 0 : READ;
      case CONNECTING -> 0;
      case CONNECTED -> ofConnection();
      case BROKEN -> READ | WRITE | CLOSED;
      case CLOSED -> 0;
    };
  }

  private int ofConnection() {
    int ready = hasError() ? READ | WRITE : 0;
    if (input != null) {
      if (input.available() > 0 || inputShut) {
        ready |= READ;
      }
      if (input.hasEnded()) {
        ready |= READ | CLOSED;
      }
    }
    if (output != null) {
      if (output.isEnding() || output.isWritable()) {
        ready |= WRITE;
      } else {
        awaitsRoom = true;
      }
    }
    return ready;
  }

  @Override
  public int available() {
    return input == null ? 0 : (int) Math.min(Integer.MAX_VALUE, input.available());
  }

  /** Reads: how many bytes, 0 at the end, or an error. */
  public int read(final ByteBuffer target, final int offset, final int max) {
    if (state == State.CONNECTING) {
      return Result.WOULD_WAIT;
    }
    if (input == null) {
      return state == State.CONNECTED
          ? Result.of(Errno.EBADF)
          : hasError() ? Result.of(takeError()) : failed ? 0 : Result.of(Errno.ENOTCONN);
    }
    if (input.available() > 0) {
      return input.read(target, offset, max);
    }
    if (input.hasEnded() && type == Type.TCP) {
      return 0;
    }
    if (hasError()) {
      return Result.of(takeError());
    }
    if (input.hasEnded()) {
      return 0;
    }
    return state == State.BROKEN || inputShut ? 0 : Result.WOULD_WAIT;
  }

  /** Writes: how many bytes, or an error. */
  public int write(final ByteBuffer source, final int offset, final int length) {
    if (state == State.CONNECTING) {
      return Result.WOULD_WAIT;
    }
    if (type != Type.TCP && output != null && output.isEnding()) {
      return Result.of(Errno.EPIPE); // before an error, which a read takes
    }
    if (hasError()) {
      return Result.of(takeError());
    }
    if (state == State.BROKEN) {
      return Result.of(Errno.EPIPE);
    }
    if (state != State.CONNECTED) {
      return Result.of(type == Type.TCP ? Errno.EPIPE : Errno.ENOTCONN);
    }
    if (output == null) {
      return Result.of(Errno.EBADF);
    }
    if (output.isEnding()) {
      return Result.of(Errno.EPIPE);
    }
    if (output.room() < length) {
      awaitsRoom = true;
      if (output.room() == 0) {
        return Result.WOULD_WAIT;
      }
    }
    if (network.draws().happens(Site.ENOBUFS, entity)) {
      return Result.of(Errno.ENOBUFS);
    }
    int count = length;
    if (length > 1 && network.draws().happens(Site.SHORT_SEND, entity)) {
      count = 1 + network.draws().choose(Site.SHORT_SEND, entity, length);
    }
    return output.write(source, offset, count);
  }

  /** Ends one direction or both; {@code Engine.SHUT_*}. */
  public int shutdown(final boolean reading, final boolean writing) {
    if (type == Type.PIPE) {
      return Result.of(Errno.ENOTSOCK);
    }
    if (state != State.CONNECTED || isOver()) {
      return Result.of(Errno.ENOTCONN);
    }
    if (reading) {
      inputShut = true;
      if (type == Type.UNIX) {
        input.finish(); // the peer can write no more
        peer().changed();
      }
    }
    if (writing && output != null) {
      output.finish();
    }
    changed();
    return 0;
  }

  // ---- what the flows report ----

  /** Bytes, or the end, have arrived. */
  boolean hasInput() {
    return input.available() > 0 || input.hasEnded();
  }

  /** Something of the peer has arrived. */
  void heard() {
    heardAt = network.now();
  }

  long heardAt() {
    return heardAt;
  }

  /** Both directions of a TCP connection have ended, or it was reset: it has no peer any more. */
  public boolean isOver() {
    return type == Type.TCP
        && (state == State.BROKEN || (state == State.CONNECTED && hasEndedBothWays()));
  }

  boolean hasEndedBothWays() {
    return output.hasEnded() && !output.isOutstandingData() && inputHasEnded();
  }

  boolean inputHasEnded() {
    return input != null && input.hasEnded();
  }

  /** Bytes or the end have arrived. */
  void inputChanged() {
    if (unfinished != null) {
      unfinished.bytesArrived();
    }
    if (state == State.CLOSED) {
      ending.endIfDone();
    } else {
      changed();
    }
  }

  /** Bytes have been acknowledged, or read at the other end. */
  void outputChanged() {
    if (state == State.CLOSED) {
      ending.endIfDone();
    } else if (awaitsRoom && output.isWritable()) {
      awaitsRoom = false;
      changed();
    }
  }

  /** Whether bytes that arrive are answered with a reset: the program has closed it. */
  boolean refuses(final boolean bytes) {
    return state == State.BROKEN || (state == State.CLOSED && bytes);
  }

  /** The peer sends what this end does not know. */
  void answerReset() {
    output.answerReset();
    ending.end(false);
  }

  /** The peer has reset the connection. */
  void reset(final Errno why) {
    if (unfinished != null) {
      unfinished.resetByClient();
    } else if (state == State.CONNECTED) {
      broken(why);
    } else if (state == State.CONNECTING) {
      network.time().cancel(handshake);
      ending.end(false);
      refused(why);
    } else {
      ending.end(false);
    }
  }

  private void broken(final Errno why) {
    error(why);
    network.trace().line(machine.name(), this + " is broken: " + why);
    to(State.BROKEN);
    ending.end(false);
    changed();
  }

  /** What was sent was never acknowledged. */
  void timedOut() {
    if (state == State.CONNECTED) {
      broken(Errno.ETIMEDOUT);
    } else {
      ending.end(false);
    }
  }

  /** The other end of a connection within one machine was closed. */
  void readerGone(final boolean unread) {
    if (state == State.CONNECTED) {
      if (unread) {
        error(Errno.ECONNRESET);
      }
      changed();
    }
  }

  /** The machine of this end has lost power: the peer finds out only when it sends. */
  void powerLost() {
    if (output != null) {
      output.cutOff();
    }
    stopKeepAlive();
    ending.cancel();
    if (input != null && input.isOutstanding()) {
      input.stall();
    }
  }

  // ---- keep-alive ----

  /** An option was set. */
  public void optionChanged(final NetOption option) {
    if (option == NetOption.KEEP_ALIVE || option == NetOption.KEEP_IDLE) {
      keepAlive();
    } else if (option == NetOption.NO_DELAY && output != null) {
      output.transmit();
    }
  }

  /** Watches a silent connection, if that is asked for. */
  private void keepAlive() {
    if (type == Type.TCP && state == State.CONNECTED && options().keepAlive()) {
      if (keepAlive == null) {
        keepAlive = new KeepAlive(this);
      }
      keepAlive.start();
    } else {
      stopKeepAlive();
    }
  }

  void stopKeepAlive() {
    if (keepAlive != null) {
      keepAlive.stop();
    }
  }

  /** The other end, as far as it is known. */
  StreamSocket peer() {
    return output.to();
  }

  Flow output() {
    return output;
  }

  Flow input() {
    return input;
  }

  // ---- the end ----

  @Override
  void close() {
    final State before = state;
    to(State.CLOSED);
    stopKeepAlive();
    switch (before) {
      case NEW -> machine.unbind(this);
      case LISTENING -> {
        queue.close();
        machine.unbind(this);
      }
      case CONNECTING -> {
        handshake.cancel();
        machine.unbind(this);
      }
      case CONNECTED -> ending.begin();
      default -> {}
    }
  }

  /** The other side never learns of it. */
  void vanish() {
    if (state != State.CLOSED) {
      to(State.CLOSED);
      ending.end(false);
    }
  }

  /** Resets a connection that no program has seen. */
  void abort() {
    if (state == State.CONNECTED) {
      to(State.CLOSED);
      input.drop();
      output.sendReset();
      ending.end(false);
    }
  }

  @Override
  public String toString() {
    return type + " " + machine.name() + " " + local() + " to " + remote;
  }
}
