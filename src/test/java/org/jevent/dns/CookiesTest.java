package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;
import org.junit.jupiter.api.Test;

/** Cookies of a server, by the examples of RFC 9018. */
class CookiesTest {
  private static final long KEY_0 = Long.reverseBytes(0xe5e973e5a6b2a43fL);
  private static final long KEY_1 = Long.reverseBytes(0x48e7dc849e37bfcfL);
  private static final long THEN = 1559731985;
  private static final String CLIENT = "2464c4abcf10c957";
  private static final String SERVER = "010000005cf79f111f8130c3eee29480";

  private final Cookies cookies = new Cookies(KEY_0, KEY_1);

  private static InetAddress client(final int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, (byte) last});
  }

  private static DnsMessage query(final String cookie) {
    final Edns.Option option =
        new Edns.Option(Edns.COOKIE, RData.Bytes.of(HexFormat.of().parseHex(cookie)));
    return new DnsMessage.Builder()
        .question(new DnsQuestion(DnsName.parse("example.com"), DnsType.A))
        .edns(new Edns(1232, 0, false, List.of(option)))
        .build();
  }

  @Test
  void aNewClientGetsTheCookieOfTheExample() throws UnknownHostException {
    final List<Edns.Option> reply = cookies.reply(query(CLIENT), client(100), THEN);
    assertThat(reply).hasSize(1);
    assertThat(HexFormat.of().formatHex(reply.get(0).data().toArray())).isEqualTo(CLIENT + SERVER);
  }

  @Test
  void itIsKnownForAnHourFromItsAddressAlone() throws UnknownHostException {
    final DnsMessage again = query(CLIENT + SERVER);
    assertThat(cookies.isKnown(again, client(100), THEN)).isTrue();
    assertThat(cookies.isKnown(again, client(100), THEN + 3600)).isTrue();
    assertThat(cookies.isKnown(again, client(100), THEN + 3601)).isFalse();
    assertThat(cookies.isKnown(again, client(100), THEN - 301)).isFalse();
    assertThat(cookies.isKnown(again, client(101), THEN)).isFalse();
    assertThat(cookies.isKnown(query(CLIENT), client(100), THEN)).isFalse();
    assertThat(cookies.isKnown(query("00" + CLIENT.substring(2) + SERVER), client(100), THEN))
        .isFalse();
  }

  @Test
  void lengthsThatNoCookieHasAreMalformed() {
    assertThat(Cookies.isMalformed(query(CLIENT))).isFalse();
    assertThat(Cookies.isMalformed(query(CLIENT + SERVER))).isFalse();
    assertThat(Cookies.isMalformed(query("00".repeat(7)))).isTrue();
    assertThat(Cookies.isMalformed(query("00".repeat(15)))).isTrue();
    assertThat(Cookies.isMalformed(query("00".repeat(40)))).isFalse();
    assertThat(Cookies.isMalformed(query("00".repeat(41)))).isTrue();
  }
}
