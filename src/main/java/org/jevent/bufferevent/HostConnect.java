package org.jevent.bufferevent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import org.jevent.error.Errno;

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
    owner.suspendReading(StreamState.LOOKUP);
    owner.suspendWriting(StreamState.LOOKUP);
    owner.dnsError(null);
    resolving = true;
    owner.base().addVirtual();
    try {
      canceller = resolver.resolve(host, this::resolved);
    } catch (final RuntimeException e) {
      endLookUp();
      throw e;
    }
  }

  private void resolved(final List<InetAddress> found, final Exception problem) {
    owner.base().execute(() -> resolvedInLoop(found, problem));
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
      tryNext(Errno.NONE);
    } finally {
      owner.unlock();
    }
  }

  /** False when there is no address left to try. */
  boolean tryNext(final Errno before) {
    if (addresses == null || !addresses.hasNext() || (ownSocket && before != Errno.NONE)) {
      return false;
    }
    owner.connectToNext(new InetSocketAddress(addresses.next(), port));
    return true;
  }

  private void endLookUp() {
    resolving = false;
    owner.base().removeVirtual();
    owner.resumeReading(StreamState.LOOKUP);
    owner.resumeWriting(StreamState.LOOKUP);
  }

  void cancel() {
    cancelled = true;
    if (resolving) {
      resolving = false;
      if (!owner.base().isClosed()) {
        owner.base().removeVirtual();
      }
      if (canceller != null) {
        canceller.run();
      }
    }
  }
}
