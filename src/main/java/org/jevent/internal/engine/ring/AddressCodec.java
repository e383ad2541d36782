package org.jevent.internal.engine.ring;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** Socket addresses to and from the contract's {@code jev_address}. */
final class AddressCodec {
  static final int SIZE = Layout.ADDRESS_SIZE;
  private static final int MAX_BYTES = SIZE - Layout.ADDRESS_BYTES;

  private AddressCodec() {}

  /** Writes {@code address} at {@code at}. */
  static void write(final SocketAddress address, final ByteBuffer memory, final int at) {
    if (address instanceof InetSocketAddress internet) {
      final InetAddress ip = internet.getAddress();
      if (ip == null) {
        throw new IllegalArgumentException("unresolved address " + internet);
      }
      final int scope = ip instanceof Inet6Address six ? six.getScopeId() : 0;
      final byte[] bytes = ip.getAddress();
      final int family = bytes.length == 4 ? Layout.FAMILY_INET : Layout.FAMILY_INET6;
      put(memory, at, family, internet.getPort(), scope, bytes);
    } else if (address instanceof UnixDomainSocketAddress local) {
      final byte[] path = SocketPath.bytes(local.getPath());
      if (path.length > MAX_BYTES) {
        throw new ErrnoException("use address " + local, Errno.ENAMETOOLONG, 0);
      }
      put(memory, at, Layout.FAMILY_UNIX, 0, 0, path);
    } else {
      throw new IllegalArgumentException("address of unknown kind: " + address);
    }
  }

  private static void put(
      final ByteBuffer memory,
      final int at,
      final int family,
      final int port,
      final int scope,
      final byte[] bytes) {
    memory.putShort(at + Layout.ADDRESS_FAMILY, (short) family);
    memory.putShort(at + Layout.ADDRESS_PORT, (short) port);
    memory.putInt(at + Layout.ADDRESS_SCOPE, scope);
    memory.putInt(at + Layout.ADDRESS_LENGTH, bytes.length);
    memory.put(at + Layout.ADDRESS_BYTES, bytes);
  }

  /** The address at {@code at}, or null when there is none. */
  static SocketAddress read(final ByteBuffer memory, final int at) {
    final int family = memory.getShort(at + Layout.ADDRESS_FAMILY);
    final int port = Short.toUnsignedInt(memory.getShort(at + Layout.ADDRESS_PORT));
    final byte[] bytes =
        new byte[Math.min(MAX_BYTES, Math.max(0, memory.getInt(at + Layout.ADDRESS_LENGTH)))];
    memory.get(at + Layout.ADDRESS_BYTES, bytes);
    try {
      return switch (family) {
        case Layout.FAMILY_INET -> new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        case Layout.FAMILY_INET6 ->
            new InetSocketAddress(six(bytes, memory.getInt(at + Layout.ADDRESS_SCOPE)), port);
        case Layout.FAMILY_UNIX -> UnixDomainSocketAddress.of(SocketPath.of(bytes));
        default -> null;
      };
    } catch (final UnknownHostException e) {
      throw new IllegalStateException("the shim gave an address of " + bytes.length + " bytes", e);
    }
  }

  /** The sender's address at {@code at}: of Unix domain sockets, some have none. */
  static SocketAddress readSender(final ByteBuffer memory, final int at) {
    final SocketAddress sender = read(memory, at);
    return sender == null ? UnixDomainSocketAddress.of("") : sender;
  }

  private static InetAddress six(final byte[] bytes, final int scope) throws UnknownHostException {
    return scope <= 0
        ? InetAddress.getByAddress(bytes)
        : Inet6Address.getByAddress(null, bytes, scope);
  }
}
