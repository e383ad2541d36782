package org.jevent.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names as text, their parts and their comparison. */
class DnsNameTest {
  private static String labels(final int count, final String label) {
    return IntStream.range(0, count).mapToObj(i -> label).collect(Collectors.joining("."));
  }

  @Test
  void lengthsHaveTheirEnds() {
    assertThat(DnsName.parse("a".repeat(63)).labels()).isEqualTo(1);
    assertThatThrownBy(() -> DnsName.parse("a".repeat(64))).hasMessageContaining("label is longer");
    assertThat(DnsName.parse(labels(127, "a")).length()).isEqualTo(255);
    assertThatThrownBy(() -> DnsName.parse(labels(128, "a"))).hasMessageContaining("257 bytes");
    final String most = labels(3, "b".repeat(63)) + "." + "c".repeat(61);
    assertThat(DnsName.parse(most).length()).isEqualTo(255);
    assertThatThrownBy(() -> DnsName.parse(most + "c")).hasMessageContaining("256 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", ".a", "..", "a\\", "\u00e4", "a\\\u00e4"})
  void whatIsNoNameIsRefused(final String text) {
    assertThatThrownBy(() -> DnsName.parse(text)).isInstanceOf(DnsFormatException.class);
  }

  @Test
  void theRootAndDotsAtTheEnd() {
    assertThat(DnsName.parse(".")).isSameAs(DnsName.ROOT);
    assertThat(DnsName.ROOT).hasToString(".");
    assertThat(DnsName.parse("a.b.")).isEqualTo(DnsName.parse("a.b")).hasToString("a.b");
    assertThat(DnsName.parse("a").parent()).isEqualTo(DnsName.ROOT);
    assertThatThrownBy(DnsName.ROOT::parent).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anyByteCanBeInALabel() {
    final DnsName odd = DnsName.parse("a\\.b\\000\\255\\\\.c");
    assertThat(odd.labels()).isEqualTo(2);
    assertThat(odd.toBytes()).containsExactly(6, 'a', '.', 'b', 0, -1, '\\', 1, 'c', 0);
    assertThat(DnsName.parse(odd.toString())).isEqualTo(odd);
    assertThat(odd.isHost()).isFalse();
  }

  @Test
  void equalityIgnoresTheCaseOfAsciiAlone() {
    final DnsName mixed = DnsName.parse("ExAmple.ORG");
    assertThat(mixed).isEqualTo(DnsName.parse("example.org")).hasToString("ExAmple.ORG");
    assertThat(mixed).hasSameHashCodeAs(DnsName.parse("EXAMPLE.org"));
    assertThat(mixed.equalsExactly(DnsName.parse("example.org"))).isFalse();
    assertThat(DnsName.parse("\\196")).isNotEqualTo(DnsName.parse("\\228"));
    assertThat(mixed.toLowerCase().equalsExactly(DnsName.parse("example.org"))).isTrue();
    assertThat(mixed.withCase(0b101).toString()).isEqualTo("ExAmple.org");
  }

  @Test
  void theLocaleDoesNotMatter() {
    final Locale before = Locale.getDefault();
    Locale.setDefault(new Locale("tr", "TR"));
    try {
      assertThat(DnsName.parse("WIKI.INFO")).isEqualTo(DnsName.parse("wiki.info"));
      assertThat(DnsName.parse("WIKI").toLowerCase()).hasToString("wiki");
      assertThat(DnsType.parse("hinfo")).isEqualTo(DnsType.HINFO);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void hostsMayHaveOtherLetters() {
    assertThat(DnsName.ofHost("b\u00fccher.example")).hasToString("xn--bcher-kva.example");
    assertThat(DnsName.ofHost("stra\u00dfe")).hasToString("strasse");
    assertThat(DnsName.ofHost("a\u3002b")).hasToString("a.b");
    assertThatThrownBy(() -> DnsName.ofHost("a\\.b")).isInstanceOf(DnsFormatException.class);
    assertThatThrownBy(() -> DnsName.ofHost("\u00e4".repeat(300)))
        .isInstanceOf(DnsFormatException.class);
    assertThat(DnsName.ofHost("_dmarc.a-b.example").isHost()).isTrue();
    assertThat(DnsName.ofHost("-a.example").isHost()).isFalse();
  }

  @Test
  void aNameIsWithinItsDomains() {
    final DnsName name = DnsName.parse("a.Example.org");
    assertThat(name.isWithin(DnsName.parse("example.ORG"))).isTrue();
    assertThat(name.isWithin(name)).isTrue();
    assertThat(name.isWithin(DnsName.ROOT)).isTrue();
    assertThat(name.isWithin(DnsName.parse("ample.org"))).isFalse();
    assertThat(name.isWithin(DnsName.parse("b.a.example.org"))).isFalse();
    assertThat(DnsName.parse("b").below(name)).isEqualTo(DnsName.parse("b.a.example.org"));
  }

  @Test
  void addressesHaveNames() throws Exception {
    assertThat(DnsName.ofAddress(InetAddress.getByName("192.0.2.10")))
        .hasToString("10.2.0.192.in-addr.arpa");
    assertThat(DnsName.ofAddress(InetAddress.getByName("2001:db8::1")).toString())
        .startsWith("1.0.0.0.")
        .endsWith("8.b.d.0.1.0.0.2.ip6.arpa");
  }

  /** What ends in a number is an address, or none that can be read, and never a host. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "1", "a.7", "0x", "b.0x", "a.0xfF", "a.0X1", "00.09."})
  void whatEndsInANumber(final String text) {
    assertThat(DnsName.parse(text).endsInNumber()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "a", "1.a", "0xg", "x1", "a.1b", "0x1.x", "a.0x1g", "1-", "0-x"})
  void whatDoesNotEndInANumber(final String text) {
    assertThat(DnsName.parse(text).endsInNumber()).isFalse();
  }

  /** A text with escapes and one without them are read by different code. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "a.", "abc.def", "x-1._tcp.example.org.", "1.2.3.4"})
  void escapesChangeNothing(final String text) {
    final StringBuilder escaped = new StringBuilder();
    for (final char letter : text.toCharArray()) {
      escaped.append(letter == '.' ? "." : String.format(Locale.ROOT, "\\%03d", (int) letter));
    }
    assertThat(DnsName.parse(escaped.toString()).toBytes())
        .isEqualTo(DnsName.parse(text).toBytes());
  }
}
