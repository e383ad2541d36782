package org.jevent.internal.stream;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.ConnectAttempt.Outcome;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/**
 * Connecting by a host's name: the look-up, then its addresses, of both families in turn, until one
 * of them is connected (RFC 8305). An address that has not answered after a quarter of a second
 * gets a rival, each with a separate socket; one that has failed gets a successor at once.
 */
final class HostConnector {
  /** How long the addresses of IPv6 are waited for when those of IPv4 are there. */
  private static final long OTHER_FAMILY_NANOS = 50_000_000L;

  /** How long an address has before the next one is tried, too. */
  private static final long RIVAL_NANOS = 250_000_000L;

  /**
   * Sockets that a connect has besides the stream's: a resolver may find any number of addresses.
   */
  private static final int MAX_RIVALS = 8;

  /** How far a connect by name has come. */
  private enum State {
    /** Nothing is tried yet. */
    RESOLVING,
    /** At least one address is tried, and more of them may be found. */
    CONNECTING,
    ENDED;

    boolean leadsTo(final State next) {
      return next == ENDED ? this != ENDED : this == RESOLVING && next == CONNECTING;
    }
  }

  private final StreamCore core;
  private final SocketConnector connect;
  private final String host;
  private final int port;
  private final boolean ownSocket;
  private final List<InetAddress> untried = new ArrayList<>();
  private final List<Rival> rivals = new ArrayList<>(0);
  private final Event timer;
  private State state = State.RESOLVING;
  private Runnable canceller;
  private boolean allFound;
  private boolean suspended;
  private Class<?> lastFamily;

  /** The stream's own socket is being connected. */
  private boolean first;

  /** The number of that attempt. */
  private int own;

  private final RaceLog log;

  /** The error of the last attempt. */
  private Errno lastProblem = Errno.NONE;

  /**
   * @param ownSocket the socket is the user's: only one address can be tried with it
   */
  HostConnector(
      final StreamCore core,
      final SocketConnector connect,
      final String host,
      final int port,
      final boolean ownSocket) {
    this.core = core;
    this.connect = connect;
    this.host = host;
    this.port = port;
    this.ownSocket = ownSocket;
    log = new RaceLog(core.services().engine());
    timer = core.base().newTimer((event, what) -> timeForTheNext());
  }

  private void startTimer(final long nanos) {
    core.services().priority(timer, core.jobPriority());
    timer.addNanos(nanos);
  }

  private void become(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  void start(final Resolver resolver) {
    suspended = true;
    try {
      core.services().addVirtual(1);
      core.suspendReading(StreamCore.LOOKUP);
      core.suspendWriting(StreamCore.LOOKUP);
      connect.lookUpProblem(null);
      canceller = resolver.resolveInParts(host, this::found);
    } catch (final Throwable e) {
      end();
      throw e;
    }
  }

  boolean isResolving() {
    return suspended;
  }

  private void endLookUp() {
    if (suspended) {
      suspended = false;
      core.services().addVirtual(-1);
      core.resumeReading(StreamCore.LOOKUP);
      core.resumeWriting(StreamCore.LOOKUP);
    }
  }

  // ---- what the resolver finds ----

  /** Called by any thread; a result after the base was closed is ignored. */
  private void found(
      final List<InetAddress> addresses, final boolean last, final Exception problem) {
    core.services().beforeNextPoll(() -> foundInLoop(addresses, last, problem));
  }

  private void foundInLoop(
      final List<InetAddress> addresses, final boolean last, final Exception problem) {
    core.guard.enter();
    try {
      if (state == State.ENDED || allFound) {
        return;
      }
      add(addresses);
      allFound = last;
      if (state == State.CONNECTING) {
        goOn();
      } else if (!untried.isEmpty()) {
        begin();
      } else if (last) {
        connect.lookUpProblem(problem != null ? problem : new UnknownHostException(host));
        failed(Errno.NONE);
      }
    } finally {
      core.guard.exit();
    }
  }

  /** Addresses of IPv6 go first, where no attempt has begun yet. */
  private void add(final List<InetAddress> addresses) {
    final boolean first6 =
        state == State.RESOLVING
            && !addresses.isEmpty()
            && addresses.get(0) instanceof Inet6Address
            && !untried.isEmpty()
            && untried.get(0) instanceof Inet4Address;
    untried.addAll(first6 ? 0 : untried.size(), addresses);
  }

  /** Starts, unless the family that goes first may be found in a moment. */
  private void begin() {
    final boolean four = untried.get(0).getAddress().length == 4;
    if (!allFound && (four || ownSocket)) {
      startTimer(OTHER_FAMILY_NANOS);
    } else {
      connectFirst();
    }
  }

  private void connectFirst() {
    timer.delete(); // which waited for the other family
    become(State.CONNECTING);
    endLookUp();
    goOn();
  }

  private void timeForTheNext() {
    core.guard.enter();
    try {
      if (state == State.RESOLVING) {
        connectFirst();
      } else if (state == State.CONNECTING) {
        startNext();
      }
    } finally {
      core.guard.exit();
    }
  }

  // ---- the attempts ----

  /** Something new was found: it is tried at once if nothing else is, or when its time comes. */
  private void goOn() {
    if (first || !rivals.isEmpty()) {
      scheduleNext();
    } else if (!startNext() && allFound) {
      failed(lastProblem);
    }
  }

  private void scheduleNext() {
    if (!untried.isEmpty() && !ownSocket && !timer.isPending()) {
      startTimer(RIVAL_NANOS);
    }
  }

  /** Tries the next address for which a socket can be had; false when there is none. */
  private boolean startNext() {
    while (!untried.isEmpty() && !(ownSocket && (first || lastProblem != Errno.NONE))) {
      final InetSocketAddress next = new InetSocketAddress(takeNext(), port);
      final int number = log.started(next);
      try {
        if (first || !rivals.isEmpty()) {
          makeRoom();
          rivals.add(new Rival(next, number));
        } else {
          connect.startNext(next);
          first = true;
          own = number;
        }
        scheduleNext();
        return true;
      } catch (final ErrnoException e) {
        lastProblem = e.errno();
        log.ended(number, Outcome.FAILED, lastProblem);
      }
    }
    return false;
  }

  /** The rival that has had the most time gives its place to the next address. */
  private void makeRoom() {
    if (rivals.size() == MAX_RIVALS) {
      final Rival oldest = rivals.remove(0);
      log.ended(oldest.number, Outcome.CLOSED, Errno.NONE);
      oldest.close();
    }
  }

  /** The next address of the other family than the last one's, if there is one. */
  private InetAddress takeNext() {
    int at = 0;
    for (int i = 0; i < untried.size(); i++) {
      if (untried.get(i).getClass() != lastFamily) {
        at = i;
        break;
      }
    }
    final InetAddress next = untried.remove(at);
    lastFamily = next.getClass();
    return next;
  }

  /**
   * The stream's own socket could not be connected: goes on with another address.
   *
   * @return false when there is none: the connect has failed
   */
  boolean tryNext(final Errno problem) {
    first = false;
    lastProblem = problem;
    log.ended(own, Outcome.FAILED, problem);
    if (startNext()) {
      return true;
    }
    return !rivals.isEmpty() || !allFound;
  }

  /** The stream's own socket is connected. */
  void connected() {
    log.ended(own, Outcome.CONNECTED, Errno.NONE);
  }

  RaceLog log() {
    return log;
  }

  /** Whether the stream's own socket is not connected while others are. */
  boolean isElsewhere() {
    return !first;
  }

  private void failed(final Errno problem) {
    end();
    connect.hostFailed(problem);
  }

  // ---- the end ----

  /** The stream is connected, or nothing is wanted any more: what is under way is closed. */
  void end() {
    if (state != State.ENDED) {
      become(State.ENDED);
      log.close();
      timer.close();
      rivals.forEach(Rival::close);
      rivals.clear();
      endLookUp();
    }
  }

  void cancel() {
    end();
    stopLookUp();
  }

  /** What it throws must not keep the stream from closing, or from changing its socket. */
  void stopLookUp() {
    if (canceller != null && !allFound) {
      try {
        canceller.run();
      } catch (final RuntimeException e) {
        core.report(e);
      }
    }
  }

  /** An attempt with a separate socket. */
  private final class Rival {
    private final NetSocket socket;
    private final Event writable;
    private final int number;

    Rival(final InetSocketAddress address, final int number) {
      this.number = number;
      socket = core.base().sockets().connect(address);
      try {
        writable = core.base().newEvent(socket, Event.WRITE, (event, what) -> ready());
        core.services().priority(writable, core.jobPriority());
        writable.add();
      } catch (final RuntimeException | Error e) {
        socket.close();
        throw e;
      }
    }

    private void ready() {
      core.guard.enter();
      try {
        if (state == State.ENDED) {
          return;
        }
        if (socket.finishConnect()) {
          rivals.remove(this);
          writable.close();
          first = true;
          log.ended(own, Outcome.CLOSED, Errno.NONE);
          log.ended(number, Outcome.CONNECTED, Errno.NONE);
          connect.goOnWith(socket);
          rivals.forEach(Rival::close);
          rivals.clear();
          untried.clear();
        } else {
          writable.add();
        }
      } catch (final ErrnoException e) {
        lost(e.errno());
      } finally {
        core.guard.exit();
      }
    }

    private void lost(final Errno problem) {
      rivals.remove(this);
      close();
      lastProblem = problem;
      log.ended(number, Outcome.FAILED, problem);
      if (!startNext() && !first && rivals.isEmpty() && allFound) {
        failed(lastProblem);
      }
    }

    void close() {
      writable.close();
      socket.close();
    }
  }
}
