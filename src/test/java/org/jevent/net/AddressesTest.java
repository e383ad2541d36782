package org.jevent.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:80, 127.0.0.1:80",
    "1.2.3.4, 1.2.3.4:0",
    "255.255.255.255:65535, 255.255.255.255:65535",
    "[::1]:80, [::1]:80",
    "[::1], [::1]:0",
    "::1, [::1]:0",
    "::, [::]:0",
    "[1:2:3:4:5:6:7:8]:9, [1:2:3:4:5:6:7:8]:9",
    "1::8, [1::8]:0",
    "1:0:0:2:0:0:0:3, [1:0:0:2::3]:0",
    "0:0:1:0:0:0:0:0, [0:0:1::]:0",
    "1:2:3:4:5:6:7::, [1:2:3:4:5:6:7:0]:0",
    "ABCD:ef01::, [abcd:ef01::]:0",
    "64:ff9b::1.2.3.4, [64:ff9b::102:304]:0",
    "::ffff:1.2.3.4, [::ffff:102:304]:0",
    "fe80::1%3, [fe80::1%3]:0",
    "[fe80::1%3]:8, [fe80::1%3]:8"
  })
  void goodAddressesHaveACanonicalText(final String text, final String canonical) {
    assertThat(Addresses.format(Addresses.parse(text))).isEqualTo(canonical);
  }

  @Test
  void thePathOfASocketIsSpelledAsTheSystemDoes() {
    assertThat(Addresses.format(Addresses.parse("unix:/run/x.sock")))
        .isEqualTo("unix:" + Path.of("/run/x.sock"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:80",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.4:",
        "1.2.3.4:0",
        "1.2.3.4:65536",
        "1.2.3.4:8x",
        "1.2.3.4:-1",
        "01.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "[::1",
        "[::1]x",
        "[::1]:",
        "[::1]80",
        "[1.2.3.4]:80",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "g::",
        "::1.2.3",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%",
        "fe80::1%no-such-interface",
        "unix:",
        "\u0661.2.3.4"
      })
  void badAddressesAreRefused(final String text) {
    assertThatThrownBy(() -> Addresses.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4:5, 1.2.3.4:6, -1, 0",
    "1.2.3.4:5, 1.2.3.4:5, 0, 0",
    "1.2.3.4:5, 1.2.3.200:4, -1, -1",
    "255.2.3.4:5, [::1]:1, -1, -1",
    "[::2]:1, [::1]:9, 1, 1",
    "unix:/b, unix:/a, 1, 1",
    "unix:/b, [::1]:1, 1, 1"
  })
  void addressesAreOrdered(
      final String first, final String second, final int withPorts, final int without) {
    final var one = Addresses.parse(first);
    final var other = Addresses.parse(second);
    assertThat(Integer.signum(Addresses.compare(one, other, true))).isEqualTo(withPorts);
    assertThat(Integer.signum(Addresses.compare(other, one, true))).isEqualTo(-withPorts);
    assertThat(Integer.signum(Addresses.compare(one, other, false))).isEqualTo(without);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true, true",
    "127.255.0.7, true, true",
    "::1, true, true",
    "0.0.0.0, false, true",
    "10.1.2.3, false, true",
    "172.16.0.1, false, true",
    "172.32.0.1, false, false",
    "192.168.3.4, false, true",
    "169.254.7.1, false, true",
    "8.8.8.8, false, false",
    "fe80::1, false, true",
    "2001:db8::1, false, false",
    "::, false, true"
  })
  void addressesAreClassified(final String text, final boolean loopback, final boolean local) {
    final var address = (InetSocketAddress) Addresses.parse(text);
    assertThat(Addresses.isLoopback(address)).isEqualTo(loopback);
    assertThat(Addresses.isLocal(address.getAddress())).isEqualTo(local);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/tmp/x"})
  void unixAddressesKeepTheirPath(final String path) {
    assertThat(Addresses.parse("unix:" + path)).isEqualTo(UnixDomainSocketAddress.of(path));
    assertThat(Addresses.isLoopback(Addresses.parse("unix:" + path))).isFalse();
  }

  @org.junit.jupiter.api.Test
  void aScopeMayBeNamed() throws Exception {
    final var loopback =
        java.net.NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));
    final var address =
        (InetSocketAddress) Addresses.parse("[fe80::1%" + loopback.getName() + "]:7");
    assertThat(((Inet6Address) address.getAddress()).getScopeId()).isEqualTo(loopback.getIndex());
  }
}
