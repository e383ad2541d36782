package org.jevent.dns.system;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.net.Addresses;

/** Addresses as text, without a port. */
public final class Literal {
  private Literal() {}

  /** The address that a text is, or null. */
  public static InetAddress address(final String text) {
    if (text.startsWith("[") || text.startsWith("unix:")) {
      return null;
    }
    try {
      final InetSocketAddress read = (InetSocketAddress) Addresses.parse(text);
      return read.getPort() == 0 ? read.getAddress() : null;
    } catch (final IllegalArgumentException e) {
      return null;
    }
  }
}
