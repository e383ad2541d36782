package org.jevent.internal.engine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * Addresses of IPv4 with their ports in a number. The JDK keeps one in four objects of 96 bytes,
 * which each idle connection of a server would hold.
 */
public final class PackedAddress {
  private static final int PORT_BITS = Short.SIZE;
  private static final int PORT = 0xffff;

  /** Above the address and the port: both are there. */
  private static final long PRESENT = 1L << (Integer.SIZE + PORT_BITS);

  private PackedAddress() {}

  /** The number of an address, or 0 if it is null or of another kind. */
  public static long pack(final SocketAddress address) {
    if (!(address instanceof InetSocketAddress its)
        || !(its.getAddress() instanceof Inet4Address)) {
      return 0;
    }
    long value = 1; // which becomes the bit above them
    for (final byte each : its.getAddress().getAddress()) {
      value = value << Byte.SIZE | (each & 0xff);
    }
    final long made = value << PORT_BITS | its.getPort();
    assert (made & PRESENT) != 0 : address;
    return made;
  }

  /** The address of a number other than 0. */
  public static InetSocketAddress unpack(final long packed) {
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
