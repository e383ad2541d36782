package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams to a server that cannot be had, and requests behind a slow one on a stream. */
class DnsStreamsTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 5300);
  private static final int PREFIX = 2;

  private final EventBase base = new EventBase();
  private final List<DnsAnswer> answers = new ArrayList<>();
  private final List<DnsException> problems = new ArrayList<>();
  private int opens;

  @AfterEach
  void close() {
    base.close();
  }

  // ---- connects that fail at once ----

  @Test
  void aStreamThatCannotConnectIsClosed() {
    final SocketBufferEvent made = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("a.test", 53);
    assertThatThrownBy(() -> StreamOpener.connected(made, unresolved))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> made.write(new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** No stream can be had the first times. */
  private StreamOpener failing(final int times) {
    return (owner, server) -> {
      if (++opens <= times) {
        throw new ErrnoException("socket", Errno.EMFILE, 24);
      }
      final BufferEvent[] pair = BufferEvent.pair(owner, BufferEvent.CLOSE_ON_FREE);
      pair[1].setCallbacks(DnsStreamsTest::answer, null, null);
      pair[1].enable(org.jevent.Event.READ);
      return pair[0];
    };
  }

  private static void answer(final BufferEvent peer) {
    final byte[] bytes = new byte[(int) peer.input().length()];
    peer.input().remove(bytes);
    final DnsMessage query =
        DnsMessage.read(ByteBuffer.wrap(bytes, PREFIX, bytes.length - PREFIX).slice());
    final byte[] reply = right(query).build().toBytes();
    peer.output().addInteger(reply.length, PREFIX).add(reply);
  }

  private static DnsMessage.Builder right(final DnsMessage query) {
    return DnsMessage.reply(query)
        .answer(DnsRecord.address(query.question().name(), 60, PEER.getAddress()));
  }

  private void lookUp(final DnsResolver resolver) {
    resolver.lookup(
        "a.test",
        DnsType.A,
        (answer, problem) -> {
          if (problem == null) {
            answers.add(answer);
          } else {
            problems.add(problem);
          }
        });
    base.dispatch();
    resolver.close();
  }

  @Test
  void theNextTryMayHaveAStream() {
    lookUp(DnsResolver.builder(base).servers(PEER).options("use-vc").streams(failing(2)).build());
    assertThat(problems).isEmpty();
    assertThat(answers).hasSize(1);
    assertThat(opens).isEqualTo(3);
  }

  @Test
  void withoutAnyStreamItIsSaidAtOnce() {
    lookUp(
        DnsResolver.builder(base)
            .servers(PEER)
            .options("use-vc attempts:4")
            .streams(failing(100))
            .build());
    assertThat(answers).isEmpty();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).kind()).isEqualTo(DnsException.Kind.NO_SERVERS);
    assertThat(problems.get(0)).hasMessageContaining("EMFILE");
    assertThat(opens).isEqualTo(4);
  }

  /** The datagram was cut, and there is no stream: what has come is better than nothing. */
  @Test
  void withoutAStreamWhatHasComeIsTaken() {
    try (DatagramEvent peer =
        DatagramEvent.bind(
            base,
            ANY,
            (self, data, from, truncated) -> {
              final DnsMessage reply =
                  right(DnsMessage.read(data)).flag(DnsMessage.TC, true).build();
              self.send(ByteBuffer.wrap(reply.toBytes()), from);
            })) {
      peer.countsAsWork(false);
      peer.enable();
      lookUp(
          DnsResolver.builder(base)
              .servers((InetSocketAddress) peer.address())
              .options("attempts:2")
              .streams(failing(100))
              .build());
    }
    assertThat(problems).isEmpty();
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).partial()).isTrue();
  }

  // ---- requests behind a slow one ----

  private final List<DnsServerRequest> kept = new ArrayList<>();

  /** What was answered behind one that is not takes no memory. */
  @Test
  void whatIsAnsweredBehindASlowOneIsForgotten() {
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    try (DnsServer server = DnsServer.builder(base).handler(this::handle).open()) {
      final TcpClient client = new TcpClient(server, pair[0], PEER);
      pair[1].enable(org.jevent.Event.READ);
      for (int i = 0; i < 1000; i++) {
        final byte[] query = query(i);
        pair[1].output().addInteger(query.length, PREFIX).add(query);
        final int id = i;
        while (kept.size() <= id) {
          base.loop(EventBase.LOOP_NONBLOCK);
        }
        if (id > 0) {
          kept.get(id).respond(Rcode.NXDOMAIN);
        }
      }
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(server.waiting()).isOne();
      assertThat(server.handled()).isEqualTo(1000);
      kept.get(0).respond(Rcode.NXDOMAIN);
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(server.waiting()).isZero();
      client.close();
    }
    pair[1].close();
  }

  private void handle(final DnsServerRequest request) {
    kept.add(request);
  }

  private static byte[] query(final int id) {
    return DnsMessage.query(DnsName.parse("a.test"), DnsType.A).id(id).build().toBytes();
  }
}
