package org.jevent.dns.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jevent.dns.message.DnsName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts of a system's files, and the order of addresses. */
class SystemFilesTest {
  private static InetAddress ip(final String text) {
    return ((InetSocketAddress) org.jevent.net.Addresses.parse(text)).getAddress();
  }

  @Test
  void serversDomainsAndOptionsAreRead() {
    final ResolvConf conf =
        ResolvConf.parse(
            """
            ; a comment
            # another
            nameserver 192.0.2.1
            nameserver 127.0.0.1:5300
            nameserver [::1]:53
            nameserver fe80::1%1
            nameserver nonsense
            domain first.test
            search second.test\tthird.test .
            options ndots:2 timeout:1
            options rotate
            whatever 1
            """,
            null, "attempts:2");
    assertThat(conf.servers())
        .extracting(InetSocketAddress::getPort)
        .containsExactly(53, 5300, 53, 53);
    assertThat(conf.search())
        .containsExactly(DnsName.parse("second.test"), DnsName.parse("third.test"), DnsName.ROOT);
    assertThat(conf.options()).containsExactly("ndots:2", "timeout:1", "rotate", "attempts:2");
    assertThat(conf.skipped()).isEqualTo(2);
    assertThat(ResolvConf.parse("search a\n", "b c", null).search())
        .containsExactly(DnsName.parse("b"), DnsName.parse("c"));
    assertThat(ResolvConf.parse("", null, null).servers()).isEmpty();
  }

  @Test
  void serversOfAScopeAreNotThoseOfAllNames() {
    final ResolvConf conf =
        ResolvConf.parse(
            "nameserver 192.0.2.1\nsearch a.test\nscope corp.test\nnameserver 192.0.2.2:54\n"
                + "scope\nnameserver 192.0.2.3\nscope corp.test\nnameserver ::1\n",
            null,
            null);
    assertThat(conf.servers())
        .extracting(InetSocketAddress::getAddress)
        .containsExactly(ip("192.0.2.1"));
    assertThat(conf.scopes().get(DnsName.parse("corp.test")))
        .containsExactly(
            new InetSocketAddress(ip("192.0.2.2"), 54), new InetSocketAddress(ip("::1"), 53));
    assertThat(conf.scopes()).hasSize(1);
    assertThat(conf.skipped()).isOne();
  }

  @Test
  void allLinesOfAHostCount() {
    final HostsFile hosts =
        HostsFile.parse(
            "\ufeff127.0.0.1 localhost # comment\r\n::1 localhost LOCALHOST\n192.0.2.1 a b\n"
                + "300.1.1.1 bad\n192.0.2.2\n192.0.2.3 a..b c");
    assertThat(hosts.addresses(DnsName.parse("LocalHost")))
        .containsExactly(ip("127.0.0.1"), ip("::1"));
    assertThat(hosts.addresses(DnsName.parse("b"))).containsExactly(ip("192.0.2.1"));
    assertThat(hosts.addresses(DnsName.parse("c"))).containsExactly(ip("192.0.2.3"));
    assertThat(hosts.addresses(DnsName.parse("d"))).isNull();
    assertThat(hosts.name(ip("192.0.2.1"))).isEqualTo(DnsName.parse("a"));
    assertThat(hosts.skipped()).isEqualTo(3);
  }

  /** What has ended the parser of addresses of others, in both files. */
  @Test
  void aBracketBeforeALongTextIsNoAddress() {
    for (final String bad : List.of("[" + "a".repeat(100_000), "[", "[]", "[]:53", "[::1", "]:1")) {
      final ResolvConf conf =
          ResolvConf.parse("nameserver " + bad + "\nnameserver 192.0.2.1\n", null, null);
      assertThat(conf.servers()).hasSize(1);
      assertThat(conf.skipped()).isOne();
      final HostsFile hosts = HostsFile.parse(bad + " name\n192.0.2.1 other\n");
      assertThat(hosts.addresses(DnsName.parse("name"))).isNull();
      assertThat(hosts.addresses(DnsName.parse("other"))).hasSize(1);
      assertThat(hosts.skipped()).isOne();
    }
  }

  /** An empty domain of the search is none. */
  @Test
  void aSearchMayBeEmpty() {
    for (final String empty :
        List.of("search\n", "search \n", "search", "domain\n", "domain \t\n")) {
      assertThat(ResolvConf.parse(empty, null, null).search()).isEmpty();
    }
  }

  @Test
  void aLongFileIsRead() {
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      text.append("192.0.2.").append(i % 256).append(" host").append(i).append('\n');
    }
    final HostsFile hosts = HostsFile.parse(text + "192.0.2.1 half");
    assertThat(hosts.size()).isEqualTo(200_001);
    assertThat(hosts.addresses(DnsName.parse("host199999"))).isNotEmpty();
  }

  static Stream<Arguments> switches() {
    return Map.of(
            "hosts: files dns", "[Step[source=FILES, ends=false], Step[source=DNS, ends=false]]",
            "hosts: dns [NOTFOUND=return] files",
                "[Step[source=DNS, ends=true], Step[source=FILES, ends=false]]",
            "hosts:files mdns4_minimal [NOTFOUND=return] dns # x",
                "[Step[source=FILES, ends=false], Step[source=DNS, ends=false]]",
            "hosts: myhostname resolve [!UNAVAIL=return]",
                "[Step[source=SELF, ends=false], Step[source=DNS, ends=false]]",
            "passwd: files", "[Step[source=FILES, ends=false], Step[source=DNS, ends=false]]")
        .entrySet()
        .stream()
        .map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest
  @MethodSource("switches")
  void theSwitchIsRead(final String text, final String sources) {
    assertThat(NameSwitch.parse(text).sources()).hasToString(sources);
  }

  @Test
  void whatIsNotKnownIsNamed() {
    assertThat(NameSwitch.parse("hosts: files mdns4 wins dns").unknown())
        .containsExactly("mdns4", "wins");
  }

  /** The examples of RFC 6724, section 10.2: destination, its source, and the other pair. */
  static Stream<Arguments> orders() {
    return Stream.of(
        Arguments.of("2001:db8:1::1", "2001:db8:1::2", "198.51.100.121", "169.254.13.78"),
        Arguments.of("198.51.100.121", "198.51.100.117", "2001:db8:1::1", "fe80::1"),
        Arguments.of("2001:db8:1::1", "2001:db8:1::2", "10.1.2.3", "10.1.2.4"),
        Arguments.of("fe80::1", "fe80::2", "2001:db8:1::1", "2001:db8:1::2"),
        Arguments.of("2001:db8:3ffe::1", "2001:db8:3f44::2", "2001:db8:1::1", "2001:db8:f000::2"),
        Arguments.of("2002:c633:6401::1", "2002:c633:6401::2", "2001:db8:1::1", "fe80::2"),
        Arguments.of("2001:db8:1::1", "2001:db8:1::2", "2002:c633:6401::1", "2002:c633:6401::2"));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void theExamplesOfTheRfc(
      final String first, final String source, final String second, final String other) {
    final Map<InetAddress, InetAddress> sources =
        Map.of(ip(first), ip(source), ip(second), ip(other));
    assertThat(AddressOrder.sort(List.of(ip(second), ip(first)), sources::get))
        .containsExactly(ip(first), ip(second));
    assertThat(AddressOrder.sort(List.of(ip(first), ip(second)), sources::get))
        .containsExactly(ip(first), ip(second));
  }

  @Test
  void whatCannotBeReachedIsLastAndEqualOnesStay() {
    final List<InetAddress> given = List.of(ip("192.0.2.9"), ip("192.0.2.1"), ip("192.0.2.5"));
    assertThat(AddressOrder.sort(given, each -> ip("192.0.2.100"))).isEqualTo(given);
    assertThat(
            AddressOrder.sort(given, each -> each.equals(given.get(0)) ? null : ip("192.0.2.100")))
        .containsExactly(given.get(1), given.get(2), given.get(0));
  }
}
