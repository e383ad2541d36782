package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.name;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.DnsHandler;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerLimits;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/** Clients of a name server that ask for much at once, ask oddly, or say no more. */
class DnsServerClientsTest {
  private static final int PREFIX = 2;

  private static DnsServer open(
      final Bases bases,
      final EventBase base,
      final DnsServerLimits limits,
      final DnsHandler handler) {
    return bases.later(
        DnsServer.builder(base)
            .udp(Streams.ANY_PORT)
            .tcp(Streams.ANY_PORT)
            .limits(limits)
            .handler(handler)
            .open());
  }

  private static DnsMessage.Builder query(final int id) {
    return DnsMessage.query(name("a.test"), DnsType.A).id(id);
  }

  /** A client by TCP. */
  private static final class Client {
    final SocketBufferEvent stream;
    final List<DnsMessage> replies = new ArrayList<>();
    boolean ended;

    /** It reads when the test says so, and little. */
    boolean slow;

    Client(final Bases bases, final EventBase base, final DnsServer server) {
      final NetSocket socket = base.sockets().stream(server.tcpAddress());
      socket.set(NetOption.RECEIVE_BUFFER, 4096); // the system keeps as little as it can
      stream = bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
      stream.setCallbacks(
          self -> read(),
          null,
          (self, what) -> ended |= (what & (BufferEvent.EOF | BufferEvent.ERROR)) != 0);
      stream.enable(Event.READ | Event.WRITE);
      stream.connect(server.tcpAddress());
    }

    void say(final int count, final IntFunction<DnsMessage.Builder> query) {
      final ByteBuffer all = ByteBuffer.allocate(count * 100);
      for (int i = 0; i < count; i++) {
        final byte[] bytes = query.apply(i).build().toBytes();
        all.putShort((short) bytes.length).put(bytes);
      }
      stream.output().add(all.flip());
    }

    /** Reads a little. */
    void readOn() {
      stream.maxSingleRead(4096);
      stream.enable(Event.READ);
    }

    private void read() {
      if (slow) {
        stream.disable(Event.READ);
      }
      while (stream.input().length() >= PREFIX) {
        final int length = (int) stream.input().getUnsigned(0, PREFIX);
        if (stream.input().length() < PREFIX + length) {
          return;
        }
        stream.input().drain(PREFIX);
        replies.add(DnsMessage.read(ByteBuffer.wrap(stream.input().readBytes(length))));
      }
    }
  }

  private static long depth() {
    return StackWalker.getInstance().walk(frames -> frames.count());
  }

  /** What is answered at once takes no more of the stack the more there is. */
  @EngineTest
  void manyQueriesInOneSegment(final Bases bases) {
    final EventBase base = bases.base();
    final List<Long> depths = new ArrayList<>();
    final DnsServer server =
        open(
            bases,
            base,
            DnsServerLimits.DEFAULT,
            request -> {
              depths.add(depth());
              request.respond(Rcode.NOERROR);
            });
    final Client client = new Client(bases, base, server);
    client.say(500, DnsServerClientsTest::query);
    Streams.run(base, () -> client.replies.size() == 500);
    assertThat(depths.stream().distinct().count()).isLessThan(4);
  }

  /**
   * A client that ends its side gets its replies, also those that are made later, and long ones.
   */
  @EngineTest
  void repliesAfterTheEndOfTheClient(final Bases bases) {
    final EventBase base = bases.base();
    final RData.Txt text = RData.Txt.of("t".repeat(250), "t".repeat(250), "t".repeat(250));
    final DnsServer server =
        open(
            bases,
            base,
            DnsServerLimits.DEFAULT,
            request ->
                base.execute(
                    () -> {
                      for (int i = 0; i < 70; i++) {
                        request.answer(DnsRecord.of(request.name(), DnsType.TXT, 60, text));
                      }
                      request.respond(Rcode.NOERROR);
                    }));
    final Client client = new Client(bases, base, server);
    client.stream.disable(Event.READ);
    client.say(40, DnsServerClientsTest::query);
    client.stream.shutdownOutput();
    Streams.run(base, () -> server.handled() == 40);
    Streams.runFor(base, 20);
    client.stream.enable(Event.READ);
    Streams.run(base, () -> client.ended);
    assertThat(client.replies).hasSize(40);
    assertThat(server.clients()).isZero();
  }

  private static final int MANY = 200;

  /** A server of one client, which has ended its side and takes nothing of much that it gets. */
  private static Client flushing(
      final Bases bases, final EventBase base, final DnsServer[] made, final DnsServerLimits with) {
    final RData.Txt text = RData.Txt.of("t".repeat(250), "t".repeat(250), "t".repeat(250));
    final DnsServer server =
        open(
            bases,
            base,
            with.clients(1).requestsPerClient(MANY).outputPerClient(1 << 30),
            request -> {
              for (int i = 0; i < 70; i++) {
                request.answer(DnsRecord.of(request.name(), DnsType.TXT, 60, text));
              }
              request.respond(Rcode.NOERROR);
            });
    made[0] = server;
    final Client client = new Client(bases, base, server);
    client.slow = true;
    client.stream.disable(Event.READ);
    client.say(MANY, DnsServerClientsTest::query);
    client.stream.shutdownOutput();
    Streams.run(base, () -> server.handled() == MANY);
    Streams.runFor(base, 20);
    return client;
  }

  /** It takes memory and a descriptor until its last reply has left. */
  @EngineTest
  void aClientThatGetsItsLastRepliesStillCounts(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer[] made = new DnsServer[1];
    final Client client = flushing(bases, base, made, DnsServerLimits.DEFAULT);
    assertThat(made[0].clients()).isOne();
    final Client other = new Client(bases, base, made[0]);
    Streams.run(base, () -> other.ended);
    assertThat(made[0].dropped()).isOne();
    client.slow = false;
    client.stream.enable(Event.READ);
    Streams.run(base, () -> client.ended && made[0].clients() == 0);
    assertThat(client.replies).hasSize(MANY);
    final Client next = new Client(bases, base, made[0]);
    next.say(1, DnsServerClientsTest::query);
    Streams.run(base, () -> next.replies.size() == 1);
  }

  /** Whatever it takes meanwhile. */
  private static void isClosedBeforeAllHasLeft(
      final EventBase base, final Client client, final DnsServer server) {
    final Event little = base.newPeriodicTimer((event, what) -> client.readOn());
    little.addNanos(10_000_000);
    Streams.run(base, () -> server.clients() == 0);
    little.close();
    client.slow = false;
    client.stream.maxSingleRead(0);
    client.stream.enable(Event.READ);
    Streams.run(base, () -> client.ended);
    assertThat(client.replies.size()).isLessThan(MANY);
  }

  @EngineTest
  void aClientThatTakesItsLastRepliesSlowlyIsClosed(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer[] made = new DnsServer[1];
    final DnsServerLimits limits = DnsServerLimits.DEFAULT.idle(Duration.ofMillis(300));
    isClosedBeforeAllHasLeft(base, flushing(bases, base, made, limits), made[0]);
  }

  @EngineTest
  void aServerThatIsClosedDoesNotWaitForSlowClients(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer[] made = new DnsServer[1];
    final Client client = flushing(bases, base, made, DnsServerLimits.DEFAULT);
    made[0].close();
    isClosedBeforeAllHasLeft(base, client, made[0]);
  }

  /** A code that needs EDNS becomes another for a client without, and the request is over. */
  @EngineTest
  void aCodeThatNeedsEdns(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server =
        open(
            bases,
            base,
            DnsServerLimits.DEFAULT.requests(2),
            request -> request.respond(Rcode.BADCOOKIE));
    final Client client = new Client(bases, base, server);
    client.say(5, DnsServerClientsTest::query);
    Streams.run(base, () -> client.replies.size() == 5);
    assertThat(client.replies).allMatch(each -> each.rcode().equals(Rcode.SERVFAIL));
    assertThat(server.dropped()).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  /** One datagram of many questions is no reason to report anything. */
  @EngineTest
  void manyQuestionsInADatagram(final Bases bases) {
    final EventBase base = bases.base();
    final List<DnsServerRequest> handled = new ArrayList<>();
    final DnsServer server = open(bases, base, DnsServerLimits.DEFAULT, handled::add);
    final DnsMessage.Builder many = new DnsMessage.Builder().id(7);
    for (int i = 0; i < 101; i++) {
      many.question(new DnsQuestion(name("."), DnsType.A));
    }
    final List<DnsMessage> replies = new ArrayList<>();
    final DatagramEvent socket =
        bases.later(
            DatagramEvent.bind(
                base,
                Streams.ANY_PORT,
                (self, data, from, truncated) -> replies.add(DnsMessage.read(data))));
    socket.enable();
    socket.send(ByteBuffer.wrap(many.build().toBytes()), server.udpAddress());
    Streams.run(base, () -> !replies.isEmpty());
    assertThat(replies.get(0).rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(replies.get(0).questions()).isEmpty();
    assertThat(handled).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  private static List<Integer> ids(final Client client) {
    return client.replies.stream().map(DnsMessage::id).toList();
  }

  /** No more of a client are begun than may wait; each that ends lets the next one begin. */
  @EngineTest
  void requestsBehindASlowOneWaitTheirTurn(final Bases bases) {
    final EventBase base = bases.base();
    final List<DnsServerRequest> kept = new ArrayList<>();
    final DnsServer server =
        open(bases, base, DnsServerLimits.DEFAULT.requestsPerClient(3), kept::add);
    final Client client = new Client(bases, base, server);
    client.say(10, DnsServerClientsTest::query);
    Streams.run(base, () -> kept.size() == 3);
    Streams.runFor(base, 20);
    assertThat(kept).hasSize(3);
    for (int i = 1; i < 10; i++) {
      final int id = i;
      Streams.run(base, () -> kept.size() > id);
      assertThat(kept.size()).isLessThanOrEqualTo(id + 2);
      kept.get(id).respond(Rcode.NOERROR);
    }
    Streams.run(base, () -> client.replies.size() == 9);
    kept.get(0).drop();
    client.say(1, i -> query(10));
    Streams.run(base, () -> kept.size() == 11);
    kept.get(10).respond(Rcode.NOERROR);
    Streams.run(base, () -> client.replies.size() == 10);
    assertThat(ids(client)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(kept.stream().map(each -> each.query().id()).toList())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(server.clients()).isOne();
  }

  /** A request whose time is over leaves its place to the next one, and gets no reply any more. */
  @EngineTest
  void aSlowRequestIsDroppedAndTheOthersGoOn(final Bases bases) {
    final EventBase base = bases.base();
    final List<DnsServerRequest> kept = new ArrayList<>();
    final DnsServer server =
        open(
            bases,
            base,
            DnsServerLimits.DEFAULT.requestsPerClient(1).reply(Duration.ofMillis(50)),
            request -> {
              kept.add(request);
              if (request.query().id() != 0) {
                request.respond(Rcode.NOERROR);
              }
            });
    final Client client = new Client(bases, base, server);
    client.say(3, DnsServerClientsTest::query);
    Streams.run(base, () -> client.replies.size() == 2);
    assertThat(server.dropped()).isOne();
    kept.get(0).respond(Rcode.NOERROR);
    Streams.runFor(base, 20);
    assertThat(ids(client)).containsExactly(1, 2);
    assertThat(server.clients()).isOne();
  }

  /** Of all clients together no more wait than allowed; others get no reply, and may ask again. */
  @EngineTest
  void whatIsTooMuchForTheServerIsDropped(final Bases bases) {
    final EventBase base = bases.base();
    final List<DnsServerRequest> kept = new ArrayList<>();
    final DnsServer server = open(bases, base, DnsServerLimits.DEFAULT.requests(2), kept::add);
    final Client client = new Client(bases, base, server);
    final Client other = new Client(bases, base, server);
    client.say(2, DnsServerClientsTest::query);
    Streams.run(base, () -> kept.size() == 2);
    other.say(5, DnsServerClientsTest::query);
    Streams.run(base, () -> server.dropped() == 5);
    kept.forEach(each -> each.respond(Rcode.NOERROR));
    Streams.run(base, () -> client.replies.size() == 2);
    other.say(1, i -> query(7));
    Streams.run(base, () -> kept.size() == 3);
    kept.get(2).respond(Rcode.NOERROR);
    Streams.run(base, () -> other.replies.size() == 1);
    assertThat(ids(other)).containsExactly(7);
  }
}
