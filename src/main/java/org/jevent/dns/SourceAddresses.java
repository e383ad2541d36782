package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jevent.net.Addresses;
import org.jevent.net.NetSocket;

/**
 * From which local address a destination is reached: what the system chooses for a datagram socket
 * that is connected to it. Nothing is sent. The answers are kept for a moment.
 */
final class SourceAddresses {
  private static final long KEPT = 5_000_000_000L;
  private static final int MAX_KEPT = 1024;
  private static final int PORT = 9;

  /** Addresses of documentation, which are routed like any other of the Internet. */
  private static final InetAddress FOUR = parse("192.0.2.1");

  private static final InetAddress SIX = parse("2001:db8::1");

  private final Context context;
  private final Map<InetAddress, Optional<InetAddress>> known = new HashMap<>();
  private long since;

  SourceAddresses(final Context context) {
    this.context = context;
  }

  private static InetAddress parse(final String text) {
    return ((InetSocketAddress) Addresses.parse(text)).getAddress();
  }

  boolean hasIpv4() {
    return of(FOUR) != null;
  }

  boolean hasIpv6() {
    return of(SIX) != null;
  }

  /** The local address, or null if there is no way. */
  InetAddress of(final InetAddress destination) {
    final long now = context.now();
    if (known.size() >= MAX_KEPT || now - since > KEPT) {
      known.clear();
      since = now;
    }
    return known.computeIfAbsent(destination, this::ask).orElse(null);
  }

  private Optional<InetAddress> ask(final InetAddress destination) {
    final byte[] zeros = new byte[destination.getAddress().length];
    NetSocket socket = null;
    try {
      final InetAddress any = InetAddress.getByAddress(zeros);
      socket = context.base.sockets().datagram(new InetSocketAddress(any, 0));
      socket.connect(new InetSocketAddress(destination, PORT));
      return Optional.of(((InetSocketAddress) socket.localAddress()).getAddress());
    } catch (final java.net.UnknownHostException | RuntimeException e) {
      return Optional.empty(); // no way, or no descriptor to find one with
    } finally {
      if (socket != null) {
        socket.close();
      }
    }
  }

  void forget() {
    known.clear();
  }
}
