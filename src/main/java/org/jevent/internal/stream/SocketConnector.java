package org.jevent.internal.stream;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Engine;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/** Connecting a stream's socket: by address, or by name with a {@link HostConnector}. */
public final class SocketConnector {
  private final StreamCore core;
  private final SocketTransport transport;
  private final Engine engine;
  private ConnectState state = ConnectState.NONE;
  private SocketAddress address;

  /** The connect by name that is under way, or null. */
  private HostConnector byName;

  /** The socket was made here, and so may be replaced by another one. */
  private boolean madeSocket;

  /** What the last connect by name has tried, or null. */
  private RaceLog race;

  private Exception lookUpProblem;

  /** The host of the last connect, or null. */
  private String host;

  /** The port of the last connect, or -1. */
  private int port = -1;

  SocketConnector(final StreamCore core, final SocketTransport transport) {
    this.core = core;
    this.transport = transport;
    engine = core.context.engine;
  }

  ConnectState state() {
    return state;
  }

  boolean isByName() {
    return byName != null;
  }

  boolean isResolving() {
    return byName != null && byName.isResolving();
  }

  /** The name, or the address in figures, that the last connect was asked for; null: none was. */
  public String host() {
    return host;
  }

  /** The port of the last connect, or -1. */
  public int port() {
    return port;
  }

  boolean hasMadeSocket() {
    return madeSocket;
  }

  Exception lookUpProblem() {
    return lookUpProblem;
  }

  void lookUpProblem(final Exception problem) {
    lookUpProblem = problem;
  }

  /** The addresses that the last connect by name has tried. */
  List<ConnectAttempt> race() {
    return race == null ? List.of() : race.attempts();
  }

  private void to(final ConnectState next) {
    assert state.leadsTo(next) : state + " to " + next + ": " + transport;
    state = next;
  }

  /**
   * Connects.
   *
   * @param next null: a connect of the socket is in progress already
   */
  public void start(final SocketAddress next) {
    requireIdle();
    if (state == ConnectState.FAILED && madeSocket && next != null) {
      startNext(next); // a socket that was refused cannot be used again everywhere
    } else {
      startTo(next);
    }
    final InetSocketAddress internet = next instanceof InetSocketAddress known ? known : null;
    host = internet == null ? null : internet.getHostString(); // not that of a former connect
    port = internet == null ? -1 : internet.getPort();
  }

  /** Connects by name: the addresses that the resolver finds are tried in turn. */
  public void start(final Resolver resolver, final String name, final int number) {
    requireIdle();
    final HostConnector started =
        new HostConnector(core, this, name, number, transport.socket() != null);
    byName = started;
    race = started.log();
    host = name;
    port = number;
    try {
      started.start(resolver);
    } catch (final Throwable e) {
      if (!started.isResolving()) {
        byName = null;
        core.updateTimeouts();
      }
      throw e;
    }
  }

  private void requireIdle() {
    if (state.isUnderWay() || byName != null) {
      throw new IllegalStateException("connect: a connect is in progress");
    }
    if (core.upper() != null) {
      core.upper().requireReplaceable("connect");
    }
  }

  private void startTo(final SocketAddress next) {
    if (transport.socket() == null) {
      transport.made(core.base().sockets().stream(Objects.requireNonNull(next, "address")));
      madeSocket = true;
    }
    address = next;
    to(ConnectState.WANTED);
    core.updateTimeouts();
    transport.schedulePrePoll();
  }

  /** Connects to another address than before. */
  void startNext(final SocketAddress next) {
    if (madeSocket) {
      transport.swapSocket(null, true);
      madeSocket = false;
    }
    startTo(next);
  }

  /** The loop is about to wait. */
  void submit(final int slot) {
    if (state == ConnectState.WANTED) {
      to(ConnectState.SUBMITTED);
      engine.connect(slot, address); // what it throws fails the connect
    }
  }

  /** The engine has reported. */
  void ended(final Errno problem) {
    to(ConnectState.NONE);
    if (problem != Errno.NONE && byName != null && byName.tryNext(problem)) {
      if (byName.isElsewhere()) {
        leaveToOthers();
      }
      return;
    }
    if (problem == Errno.NONE) {
      if (byName != null) {
        byName.connected();
      }
      endByName();
      core.restartTimeouts();
      core.pendConnected();
      transport.schedulePrePoll();
    } else {
      failed(problem);
    }
    core.reportPending();
  }

  /** The stream's socket could not be connected, but another one may be. */
  private void leaveToOthers() {
    if (madeSocket) {
      transport.swapSocket(null, true);
      madeSocket = false;
    }
    to(ConnectState.ELSEWHERE);
  }

  /** Another socket is connected: the stream goes on with it. */
  void goOnWith(final NetSocket connected) {
    transport.swapSocket(null, true);
    transport.made(connected);
    madeSocket = true;
    address = null;
    to(ConnectState.WANTED);
    core.updateTimeouts();
    transport.schedulePrePoll();
  }

  private void endByName() {
    if (byName != null) {
      final HostConnector ended = byName;
      byName = null;
      ended.cancel();
    }
  }

  /** No address was found, or none answered. */
  void hostFailed(final Errno problem) {
    failed(problem);
    core.runPending(true);
  }

  void failed(final Errno problem) {
    endByName();
    to(ConnectState.FAILED);
    transport.stopped();
    core.pendEvent(StreamCore.ERROR, problem);
    if (!core.isClosed()) {
      transport.updateRef();
    }
  }

  /** Another socket, or none, is used from now on. */
  void reset() {
    state = ConnectState.NONE;
  }

  /** The socket is the program's from now on, and where it is connected to is not known. */
  void socketIsGiven() {
    madeSocket = false;
    host = null;
    port = -1;
  }

  /** Ends a connect by name. */
  void cancel() {
    endByName();
  }
}
