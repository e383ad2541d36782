package org.jevent.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jevent.fuzz.Input;

/**
 * Addresses from any text: refused or understood, and then the same when written and read again.
 */
class AddressesFuzzTest {
  private static final int MAX_TEXT = 60;
  private static final String LETTERS = "0123456789abcdefABCDEF::::....[]%/-ux ";

  @FuzzTest
  void whatIsReadIsWrittenAndReadAgain(final byte[] bytes) throws UnknownHostException {
    final Input input = new Input(bytes);
    final boolean likely = input.bit();
    final String one = likely ? letters(input) : input.text(MAX_TEXT);
    final String other = likely ? letters(input) : input.text(MAX_TEXT);
    final SocketAddress first = parse(one);
    final SocketAddress second = parse(other);
    compareWithJdk(one);
    if (first != null && second != null) {
      compare(first, second);
    }
  }

  private static String letters(final Input input) {
    final StringBuilder text = new StringBuilder();
    for (final byte each : input.bytes(input.number(MAX_TEXT))) {
      text.append(LETTERS.charAt((each & 0xff) % LETTERS.length()));
    }
    return text.toString();
  }

  /** Null: it is none, and said so. */
  private static SocketAddress parse(final String text) {
    final SocketAddress address;
    try {
      address = Addresses.parse(text);
    } catch (final IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining("null");
      return null;
    }
    final String canonical = Addresses.format(address);
    if (address instanceof InetSocketAddress internet && internet.getPort() == 0) {
      // A port of 0 is written, and read only when it is left out.
      assertThat(canonical).endsWith(":0");
      final String bare = canonical.substring(0, canonical.length() - 2);
      assertThat(Addresses.parse(bare)).isEqualTo(address);
      assertThat(Addresses.format(Addresses.parse(bare))).isEqualTo(canonical);
    } else {
      assertThat(Addresses.parse(canonical)).isEqualTo(address);
      assertThat(Addresses.format(Addresses.parse(canonical))).isEqualTo(canonical);
    }
    return address;
  }

  private static void compare(final SocketAddress first, final SocketAddress second) {
    for (final boolean ports : new boolean[] {true, false}) {
      final int order = Addresses.compare(first, second, ports);
      assertThat(Integer.signum(Addresses.compare(second, first, ports)))
          .isEqualTo(-Integer.signum(order));
      assertThat(Addresses.compare(first, first, ports)).isZero();
      if (first.equals(second)) {
        assertThat(order).isZero();
      }
    }
  }

  /**
   * What is taken for an address here is the same one there; java.net reads more than inet_pton.
   */
  private static void compareWithJdk(final String text) throws UnknownHostException {
    final byte[] four = Ipv4.parse(text);
    if (four != null) {
      assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(four);
    }
    final byte[] six = Ipv6.parse(text);
    if (six != null) {
      // Both make an IPv4 address of a mapped one.
      final InetAddress expected = InetAddress.getByAddress(six);
      assertThat(InetAddress.getByName("[" + text + "]")).isEqualTo(expected);
      assertThat(Ipv6.parse(Ipv6.format(six))).isEqualTo(six);
      assertThat(Ipv6.parse(Inet6Address.getByAddress(null, six, -1).getHostAddress()))
          .isEqualTo(six);
    }
  }
}
