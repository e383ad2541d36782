package org.jevent.internal.stream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.Resolver;

/** Connecting by a host's name: the look-up, then one address after the other. */
final class HostConnector {
  private final StreamCore core;
  private final SocketConnector connect;
  private final String host;
  private final int port;
  private final boolean ownSocket;
  private Iterator<InetAddress> addresses;
  private Runnable canceller;
  private boolean resolving;
  private boolean cancelled;

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
  }

  void start(final Resolver resolver) {
    resolving = true;
    try {
      core.services().addVirtual(1);
      core.suspendReading(StreamCore.LOOKUP);
      core.suspendWriting(StreamCore.LOOKUP);
      connect.lookUpProblem(null);
      canceller = resolver.resolve(host, this::resolved);
    } catch (final Throwable e) {
      endLookUp();
      throw e;
    }
  }

  boolean isResolving() {
    return resolving;
  }

  /** Called by any thread; a result after the base was closed is ignored. */
  private void resolved(final List<InetAddress> found, final Exception problem) {
    core.services().beforeNextPoll(() -> resolvedInLoop(found, problem));
  }

  private void resolvedInLoop(final List<InetAddress> found, final Exception problem) {
    core.guard.enter();
    try {
      if (cancelled || !resolving) {
        return;
      }
      endLookUp();
      if (found == null || found.isEmpty()) {
        connect.lookUpProblem(problem != null ? problem : new UnknownHostException(host));
        connect.hostFailed(Errno.NONE);
        return;
      }
      addresses = found.iterator();
      if (!tryNext(Errno.NONE)) {
        connect.hostFailed(lastProblem);
      }
    } finally {
      core.guard.exit();
    }
  }

  /**
   * Tries the next address for which a socket can be had.
   *
   * @param before what the last attempt met
   * @return false when there is none: the connect has failed
   */
  boolean tryNext(final Errno before) {
    lastProblem = before;
    while (addresses.hasNext() && !(ownSocket && lastProblem != Errno.NONE)) {
      try {
        connect.startNext(new InetSocketAddress(addresses.next(), port));
        return true;
      } catch (final ErrnoException e) {
        lastProblem = e.errno();
      }
    }
    return false;
  }

  private void endLookUp() {
    resolving = false;
    core.services().addVirtual(-1);
    core.resumeReading(StreamCore.LOOKUP);
    core.resumeWriting(StreamCore.LOOKUP);
  }

  void cancel() {
    cancelled = true;
    if (resolving) {
      endLookUp();
      if (canceller != null) {
        runCanceller();
      }
    }
  }

  /** What it throws must not keep the stream from closing, or from changing its socket. */
  private void runCanceller() {
    try {
      canceller.run();
    } catch (final RuntimeException e) {
      core.report(e);
    }
  }
}
