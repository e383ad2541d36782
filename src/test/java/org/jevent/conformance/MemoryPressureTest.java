package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** A peer that never reads does not stop the others, though the program sets no limit for it. */
class MemoryPressureTest {
  private static final long LIMIT = 16 << 20;
  private static final int HONEST = 40;
  private static final int ROUNDS = 50;
  private static final int MESSAGE = 2000;

  /** Sends a message, waits for it to come back, and sends the next one. */
  private static final class Honest {
    private int rounds;

    Honest(final SocketBufferEvent stream) {
      stream.setCallbacks(this::received, null, null);
      stream.setWatermarks(Event.READ, MESSAGE, 0);
      stream.enable(Event.READ);
      stream.write(new byte[MESSAGE]);
    }

    private void received(final BufferEvent stream) {
      stream.input().drain(MESSAGE);
      rounds++;
      if (rounds < ROUNDS) {
        stream.write(new byte[MESSAGE]);
      }
    }
  }

  /** Echoes without a limit of its program: the output grows as long as the peer does not read. */
  private static ConnectionListener echo(
      final Bases bases, final EventBase base, final List<BufferEvent> served) {
    return Streams.serve(
        bases,
        base,
        BufferEvent.CLOSE_ON_FREE,
        client -> {
          served.add(client);
          client.setCallbacks(
              self -> self.output().add(self.input()), null, (self, what) -> self.close());
          client.enable(Event.READ);
        });
  }

  private static SocketBufferEvent connected(
      final Bases bases, final EventBase base, final ConnectionListener listener) {
    final SocketBufferEvent made = bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    made.connect(listener.address());
    return made;
  }

  /** It never reads. It adds to its own output only what has left, in another base's memory. */
  private static SocketBufferEvent flood(
      final Bases bases, final EventBase base, final ConnectionListener listener) {
    final SocketBufferEvent hostile = connected(bases, base, listener);
    hostile.setWatermarks(Event.WRITE, 1 << 20, 0);
    hostile.setCallbacks(null, self -> self.write(new byte[1 << 20]), null);
    hostile.write(new byte[1 << 20]);
    return hostile;
  }

  @EngineTest
  void onePeerThatNeverReadsDoesNotStopTheOthers(final Bases bases) {
    final EventBase server = bases.base(bases.config().maxBufferMemory(LIMIT));
    final EventBase clients = bases.base();
    final List<BufferEvent> served = new ArrayList<>();
    final ConnectionListener listener = echo(bases, server, served);
    final SocketBufferEvent hostile = flood(bases, clients, listener);
    Streams.runBoth(server, clients, () -> server.bufferMemory() > LIMIT * 8 / 10);
    final List<Honest> honest = new ArrayList<>();
    for (int i = 0; i < HONEST; i++) {
      honest.add(new Honest(connected(bases, clients, listener)));
    }
    Streams.runBoth(server, clients, () -> honest.stream().allMatch(each -> each.rounds == ROUNDS));
    assertThat(bases.exceptions).isEmpty();
    assertThat(server.bufferMemory()).isLessThan(LIMIT);
    assertThat(served.get(0).isClosed()).isFalse();
    assertThat(served.get(0).enabled() & Event.READ).as("only suspended").isEqualTo(Event.READ);
    hostile.close();
    Streams.runBoth(server, clients, () -> served.get(0).isClosed());
    Streams.runBoth(server, clients, () -> server.bufferMemory() < LIMIT / 2);
  }

  /** What they send waits in other streams than those that receive it. */
  @EngineTest
  void pipesToPeersThatNeverReadDoNotStopTheOthers(final Bases bases) {
    final EventBase server = bases.base(bases.config().maxBufferMemory(LIMIT / 4));
    final EventBase clients = bases.base();
    final List<BufferEvent> served = new ArrayList<>();
    for (int i = 0; i < HONEST; i++) {
      final NetSocket[] in = server.sockets().pair();
      final NetSocket[] out = server.sockets().pair();
      bases.later(out[1]);
      final SocketBufferEvent target =
          bases.later(BufferEvent.socket(server, out[0], BufferEvent.CLOSE_ON_FREE));
      final SocketBufferEvent source =
          bases.later(BufferEvent.socket(server, in[0], BufferEvent.CLOSE_ON_FREE));
      source.pipeTo(target);
      served.add(source);
      served.add(target);
      final SocketBufferEvent sender =
          bases.later(BufferEvent.socket(clients, in[1], BufferEvent.CLOSE_ON_FREE));
      sender.setCallbacks(null, self -> self.write(new byte[1 << 16]), null);
      sender.write(new byte[1 << 16]);
    }
    Streams.runBoth(server, clients, () -> server.bufferMemory() > LIMIT / 4 * 7 / 10);
    final Honest honest = new Honest(connected(bases, clients, echo(bases, server, served)));
    Streams.runBoth(server, clients, () -> honest.rounds == ROUNDS);
    assertThat(bases.exceptions).isEmpty();
    assertThat(served).noneMatch(BufferEvent::isClosed);
  }

  @EngineTest
  void aPeerThatReadsAgainIsReceivedFromAgain(final Bases bases) {
    final EventBase server = bases.base(bases.config().maxBufferMemory(LIMIT));
    final EventBase clients = bases.base();
    final List<BufferEvent> served = new ArrayList<>();
    final ConnectionListener listener = echo(bases, server, served);
    final SocketBufferEvent late = flood(bases, clients, listener);
    Streams.runBoth(server, clients, () -> server.bufferMemory() > LIMIT * 8 / 10);
    Streams.runFor(clients, 20);
    final long[] received = new long[1];
    late.setCallbacks(
        self -> {
          received[0] += self.input().length();
          self.input().drain(self.input().length());
        },
        self -> self.write(new byte[1 << 20]),
        null);
    late.enable(Event.READ);
    Streams.runBoth(server, clients, () -> received[0] > 3 * LIMIT);
    assertThat(bases.exceptions).isEmpty();
  }

  private static byte[] head(final int length) {
    return TlsKit.bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
  }

  /** Bodies that a server collects, and that never end, are a part of what connections hold. */
  @EngineTest
  void bodiesThatNeverEndDoNotStopTheOthers(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, bases.config().maxBufferMemory(LIMIT / 2));
    final EventBase clients = bases.base();
    kit.server.handle(
        "/",
        exchange ->
            exchange.readBody(its -> its.respond(200, String.valueOf(its.body().length()))));
    final List<BufferEvent> peers = new ArrayList<>();
    final byte[] most = new byte[1 << 19];
    for (int i = 0; i < 30; i++) {
      final NetSocket[] pair = kit.base.sockets().pair();
      peers.add(bases.later(BufferEvent.socket(clients, pair[1], BufferEvent.CLOSE_ON_FREE)));
      kit.server.serve(pair[0]);
    }
    for (int i = 1; i < peers.size(); i++) {
      peers.get(i).write(head(most.length + 1));
      peers.get(i).output().addReference(ByteBuffer.wrap(most), null);
    }
    Streams.runBoth(kit.base, clients, () -> kit.base.bufferMemory() > LIMIT / 2 * 8 / 10);
    Streams.runFor(clients, 20);
    final BufferEvent honest = peers.get(0);
    honest.enable(Event.READ);
    honest.write(head(1000));
    honest.write(new byte[1000]);
    Streams.runBoth(kit.base, clients, () -> honest.input().length() > 0);
    assertThat(TlsKit.text(honest)).startsWith("HTTP/1.1 200");
    assertThat(kit.base.bufferMemory()).isLessThan(LIMIT / 2);
    assertThat(bases.exceptions).isEmpty();
  }
}
