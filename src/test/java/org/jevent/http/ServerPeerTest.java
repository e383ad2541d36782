package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The address of a client comes back as it was. */
class ServerPeerTest {
  private static final class Peer extends ServerPeer {
    Peer(final SocketAddress address) {
      super(address);
    }
  }

  private static SocketAddress address(final String host, final int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (final UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<SocketAddress> addresses() {
    return Stream.of(
        address("0.0.0.0", 0),
        address("127.0.0.1", 1),
        address("128.0.0.0", 32_768),
        address("255.255.255.255", 65_535),
        address("1.2.3.4", 8080),
        address("::1", 443),
        address("::ffff:1.2.3.4", 80),
        address("fe80::1", 0),
        UnixDomainSocketAddress.of("/run/socket"),
        InetSocketAddress.createUnresolved("a.test", 1));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void anAddressComesBack(final SocketAddress address) {
    assertThat(new Peer(address).peer()).isEqualTo(address);
  }

  @Test
  void noAddressIsNone() {
    assertThat(new Peer(null).peer()).isNull();
  }
}
