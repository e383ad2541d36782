package org.jevent.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * Who is at the other end of a server's connection. The JDK keeps an address of IPv4 in four
 * objects of 96 bytes; here it takes eight.
 */
abstract class ServerPeer {
  private static final int PORT_BITS = Short.SIZE;
  private static final int PORT = 0xffff;

  /** Above the address and the port: both are there. */
  private static final long PACKED = 1L << (Integer.SIZE + PORT_BITS);

  /** {@link #PACKED}, the address and the port, or 0. */
  private final long packed;

  /** An address that is not packed, or null. */
  private final SocketAddress other;

  ServerPeer(final SocketAddress peer) {
    packed =
        peer instanceof InetSocketAddress its && its.getAddress() instanceof Inet4Address
            ? pack(its)
            : 0;
    other = packed == 0 ? peer : null;
  }

  private static long pack(final InetSocketAddress peer) {
    long value = 1; // which becomes the bit above them
    for (final byte each : peer.getAddress().getAddress()) {
      value = value << Byte.SIZE | (each & 0xff);
    }
    final long made = value << PORT_BITS | peer.getPort();
    assert (made & PACKED) != 0 : peer;
    return made;
  }

  /** The address of the client, or null. */
  public final SocketAddress peer() {
    if (packed == 0) {
      return other;
    }
    final byte[] address = new byte[Integer.BYTES];
    for (int i = 0; i < Integer.BYTES; i++) {
      address[i] = (byte) (packed >>> (PORT_BITS + (Integer.BYTES - 1 - i) * Byte.SIZE));
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), (int) packed & PORT);
    } catch (final UnknownHostException e) {
      throw new AssertionError(e); // four bytes are an address
    }
  }
}
