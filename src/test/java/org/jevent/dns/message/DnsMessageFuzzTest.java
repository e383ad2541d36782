package org.jevent.dns.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Messages of any bytes, and names of any text. */
class DnsMessageFuzzTest {
  @FuzzTest
  void whatIsReadIsWrittenAndReadAgain(final byte[] bytes) {
    final DnsMessage read;
    try {
      read = DnsMessage.read(ByteBuffer.wrap(bytes));
    } catch (final DnsFormatException e) {
      return; // it is none
    }
    assertThat(read.toString()).isNotEmpty();
    final byte[] written;
    try {
      written = read.toBytes();
    } catch (final DnsFormatException e) {
      return; // too long once its names are written in their case
    }
    assertThat(DnsMessage.read(ByteBuffer.wrap(written))).isEqualTo(read);
    name(read);
  }

  private static void name(final DnsMessage message) {
    for (final DnsRecord each : message.answers()) {
      assertThat(DnsName.parse(each.name().toString())).isEqualTo(each.name());
      assertThat(each.name().isWithin(DnsName.ROOT)).isTrue();
    }
  }
}
