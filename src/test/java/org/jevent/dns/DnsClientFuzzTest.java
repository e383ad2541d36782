package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.endpoint.DatagramEvent;

/** A resolver that asks a server of datagrams which answers anything. */
class DnsClientFuzzTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int MAX_QUERIES = 64;

  private final List<Exception> thrown = new ArrayList<>();
  private int queries;

  @FuzzTest
  void anyReplyEndsTheLookUpOnce(final byte[] bytes) {
    final List<DnsAnswer> answers = new ArrayList<>();
    final int[] calls = {0};
    try (EventBase base =
            new EventBase(
                new EventConfig()
                    .method("nio")
                    .exceptionHandler((source, exception) -> thrown.add(exception)));
        DatagramEvent server =
            DatagramEvent.bind(
                base, ANY, (self, data, from, truncated) -> answer(self, data, from, bytes));
        DnsResolver resolver =
            DnsResolver.builder(base)
                .servers((InetSocketAddress) server.address())
                .options("attempts:2 timeout:0.02 deadline:0.05 serve-stale:60")
                .build()) {
      server.countsAsWork(false);
      server.enable();
      for (int i = 0; i < 2; i++) {
        resolver.lookup(
            "a.test",
            DnsType.A,
            (answer, problem) -> {
              calls[0]++;
              if (answer != null) {
                answers.add(answer);
              }
            });
        base.dispatch();
      }
    }
    assertThat(thrown).isEmpty();
    assertThat(calls[0]).isEqualTo(2);
    for (final DnsAnswer each : answers) {
      assertThat(each.records()).isNotEmpty();
      assertThat(each.records()).allMatch(record -> record.type().equals(DnsType.A));
      assertThat(each.records()).extracting(DnsRecord::name).containsOnly(each.canonicalName());
    }
  }

  /**
   * Each byte of 0 to 3 begins a datagram: as it stands, with the id, with the header and the
   * question, or with another header behind the id. A right reply ends it.
   */
  private void answer(
      final DatagramEvent server,
      final ByteBuffer data,
      final SocketAddress from,
      final byte... bytes) {
    final byte[] query = new byte[data.remaining()];
    data.get(query);
    if (queries++ > MAX_QUERIES) {
      return;
    }
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || (bytes[i] & 0xff) < 4) {
        if (i > start) {
          server.send(reply(query, bytes[start], Arrays.copyOfRange(bytes, start + 1, i)), from);
        }
        start = i;
      }
    }
    final DnsMessage asked = DnsMessage.read(ByteBuffer.wrap(query));
    server.send(ByteBuffer.wrap(DnsMessage.reply(asked).build().toBytes()), from);
  }

  private static ByteBuffer reply(final byte[] query, final int kind, final byte... rest) {
    final int head =
        switch (kind & 3) {
          case 0 -> 0;
          case 1 -> 2;
          case 2 -> Math.min(query.length, 24);
          default -> Math.min(query.length, 12);
        };
    final ByteBuffer made = ByteBuffer.allocate(head + rest.length);
    made.put(query, 0, head).put(rest);
    if (head > 2) {
      made.put(2, (byte) (made.get(2) | 0x80));
    }
    if (head > 12 && rest.length > 0) {
      made.putShort(6, (short) (rest[0] & 7)); // that many answers
      made.putShort(10, (short) 0);
    }
    return made.flip();
  }
}
