package org.jevent.bufferevent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.Resolver;

/** Connecting by a host's name: the look-up, then one address after the other. */
final class HostConnect {
  private final SocketBufferEvent owner;
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
  HostConnect(
      final SocketBufferEvent owner, final String host, final int port, final boolean ownSocket) {
    this.owner = owner;
    this.host = host;
    this.port = port;
    this.ownSocket = ownSocket;
  }

  void start(final Resolver resolver) {
    resolving = true;
    try {
      owner.context.services.addVirtual(1);
      owner.suspendReading(StreamState.LOOKUP);
      owner.suspendWriting(StreamState.LOOKUP);
      owner.dnsError(null);
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
    owner.context.services.beforeNextPoll(() -> resolvedInLoop(found, problem));
  }

  private void resolvedInLoop(final List<InetAddress> found, final Exception problem) {
    owner.lock();
    try {
      if (cancelled || !resolving) {
        return;
      }
      endLookUp();
      if (found == null || found.isEmpty()) {
        owner.dnsError(problem != null ? problem : new UnknownHostException(host));
        owner.hostFailed(Errno.NONE);
        return;
      }
      addresses = found.iterator();
      if (!tryNext(Errno.NONE)) {
        owner.hostFailed(lastProblem);
      }
    } finally {
      owner.unlock();
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
        owner.connectToNext(new InetSocketAddress(addresses.next(), port));
        return true;
      } catch (final ErrnoException e) {
        lastProblem = e.errno();
      }
    }
    return false;
  }

  private void endLookUp() {
    resolving = false;
    owner.context.services.addVirtual(-1);
    owner.resumeReading(StreamState.LOOKUP);
    owner.resumeWriting(StreamState.LOOKUP);
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
      owner.context.services.report(owner, e);
    }
  }
}
