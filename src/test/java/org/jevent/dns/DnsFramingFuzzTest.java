package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;

/** Bytes of a hostile peer in a stream of messages, to a server and to a resolver. */
class DnsFramingFuzzTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 5300);
  private static final int ITERATIONS = 200;
  private static final int PREFIX = 2;

  private final List<Exception> thrown = new ArrayList<>();

  @FuzzTest
  void bothEnds(final byte[] bytes) {
    try (EventBase base = base()) {
      server(base, bytes);
    }
    try (EventBase base = base()) {
      resolver(base, bytes);
    }
    assertThat(thrown).isEmpty();
  }

  private EventBase base() {
    return new EventBase(
        new EventConfig()
            .method("nio")
            .exceptionHandler((source, exception) -> thrown.add(exception)));
  }

  /** What is no query is answered or not; the end of the stream always ends the client. */
  private static void server(final EventBase base, final byte... bytes) {
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    try (DnsServer server =
        DnsServer.builder(base).handler(request -> request.respond(Rcode.NXDOMAIN)).open()) {
      final TcpClient client = new TcpClient(server, pair[0], PEER);
      pair[1].write(bytes);
      pair[1].shutdownOutput();
      for (int i = 0; i < ITERATIONS; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      assertThat(pair[1].input().length()).isLessThanOrEqualTo(64L + 64L * bytes.length);
      client.close();
    }
    pair[1].close();
  }

  /**
   * The first byte of each reply says what of the query stands before the rest of it: nothing, the
   * id, or the header and the question.
   */
  private static void resolver(final EventBase base, final byte... bytes) {
    final List<BufferEvent> peers = new ArrayList<>();
    final int[] calls = {0};
    final DnsResolver resolver =
        DnsResolver.builder(base)
            .servers(PEER)
            .options("use-vc randomize-case:0 attempts:1")
            .streams(
                (owner, address) -> {
                  final BufferEvent[] pair = BufferEvent.pair(owner, BufferEvent.CLOSE_ON_FREE);
                  peers.add(pair[1]);
                  pair[1].setCallbacks(self -> answer(self, bytes), null, null);
                  pair[1].enable(org.jevent.Event.READ);
                  return pair[0];
                })
            .build();
    resolver.lookup("a.test", DnsType.A, (answer, problem) -> calls[0]++);
    for (int i = 0; i < ITERATIONS && calls[0] == 0; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    resolver.close();
    base.loop(EventBase.LOOP_NONBLOCK);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(calls[0]).isOne();
    peers.forEach(BufferEvent::close);
  }

  private static void answer(final BufferEvent peer, final byte... bytes) {
    final byte[] query = new byte[(int) peer.input().length()];
    peer.input().remove(query);
    final int kind = bytes.length == 0 ? 0 : bytes[0] % 3;
    final int from = kind == 0 ? 0 : PREFIX;
    final int to = kind == 0 ? 0 : kind == 1 ? PREFIX + 2 : Math.min(query.length, 26);
    final int length = Math.max(0, to - from + bytes.length - 1);
    if (kind != 0) {
      peer.write(new byte[] {(byte) (length >>> 8), (byte) length});
      if (to > PREFIX + 2) {
        query[PREFIX + 2] |= (byte) 0x80; // a reply
      }
      peer.write(java.util.Arrays.copyOfRange(query, from, to));
    }
    peer.write(java.util.Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length));
    peer.shutdownOutput();
  }
}
