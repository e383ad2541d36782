package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsError;

/** The ends of TLS connections: {@code close_notify} in all ways, halves, and what is dropped. */
class TlsCloseTest {
  /** More than sockets hold for a peer that does not read. */
  private static final int LARGE = 32 << 20;

  @TlsEngineTest
  void closeAfterFlushSendsAllThenCloseNotify(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.client.write(new byte[500_000]);
    ends.client.closeAfterFlush();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
    assertThat(ends.server.input().length()).isEqualTo(500_000);
    assertThat(ends.client.isClosed()).isTrue();
  }

  @TlsEngineTest
  void closeAfterFlushWaitsForTheHandshake(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), kind.localhost());
    ends.client.write(TlsKit.bytes("early"));
    ends.client.closeAfterFlush();
    Streams.run(base, () -> ends.serverEvents.size() == 2);
    assertThat(ends.serverEvents).containsExactly("CONNECTED", "READING|EOF");
    assertThat(TlsKit.text(ends.server)).isEqualTo("early");
  }

  /** The next user of the stream below may wait for more at once than TLS needs. */
  @TlsEngineTest
  void theStreamBelowGetsItsWatermarksBack(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    below[1].setWatermarks(Event.READ, 0, 300_000);
    final BufferEvent near =
        bases.later(Tls.filter(below[0], kind.trusting(), Tls.State.CONNECTING, 0));
    Tls.of(near).peer("localhost", -1);
    final BufferEvent far =
        bases.later(Tls.filter(below[1], kind.localhost(), Tls.State.ACCEPTING, 0));
    final TlsKit.Ends ends = new TlsKit.Ends(near, far);
    ends.open(base);
    final List<SSLEngine> engines = List.of(Tls.of(near).engine(), Tls.of(far).engine());
    near.closeAfterFlush();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    far.closeAfterFlush();
    Streams.run(base, () -> near.isClosed() && far.isClosed());
    engines.forEach(TlsKit::release);
    below[1].enable(Event.READ);
    below[0].enable(Event.WRITE);
    final long left = below[1].input().length(); // such as close_notify
    below[1].input().drain(left);
    below[0].write(new byte[200_000]);
    Streams.run(base, () -> below[1].input().length() == 200_000);
    below[0].write(new byte[200_000]);
    Streams.runFor(base, 20);
    assertThat(below[1].input().length()).isEqualTo(300_000);
  }

  /** The client of TLS 1.3 is open before the server, whose output waits for the rest. */
  @EngineTest
  void aFlushThatFailsInTheHandshakeIsNoEnd(final Bases bases) {
    final EventBase base = bases.base();
    final TlsMiddle middle = TlsMiddle.inMemory(bases, base, TlsKit.SUN_13);
    final TlsKit.Ends ends = middle.ends;
    Tls.of(ends.server).handshakeTimeout(Duration.ofSeconds(1));
    ends.server.write(TlsKit.bytes("promised"));
    ends.server.closeAfterFlush();
    while (ends.clientEvents.isEmpty()) {
      middle.settle();
      if (ends.clientEvents.isEmpty()) {
        middle.pass(0, Integer.MAX_VALUE);
      }
      middle.pass(1, Integer.MAX_VALUE);
    }
    assertThat(ends.clientEvents).containsExactly("CONNECTED");
    Streams.run(base, ends.server::isClosed);
    middle.pass(1, Integer.MAX_VALUE);
    middle.cut();
    assertThat(ends.clientEvents).containsExactly("CONNECTED", "READING|ERROR");
    assertThat(Tls.of(ends.client).error().kind()).isEqualTo(TlsError.Kind.TRUNCATED);
  }

  @TlsEngineTest
  void aFlushThatIsBrokenOffIsNoEnd(final Bases bases, final TlsKit.Kind kind) {
    for (int way = 0; way < 3; way++) {
      final EventBase base = bases.base();
      final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
      Streams.runFor(base, 20);
      ends.server.disable(Event.READ);
      ends.client.write(new byte[LARGE]);
      switch (way) {
        case 0 -> {
          ends.client.shutdownOutput();
          base.loop(EventBase.LOOP_NONBLOCK);
          ends.client.close();
        }
        case 1 -> {
          ends.client.closeAfterFlush();
          base.loop(EventBase.LOOP_NONBLOCK);
          ends.client.close();
        }
        default -> ends.client.closeGracefully(Duration.ofMillis(20));
      }
      Streams.run(base, ends.client::isClosed);
      ends.server.enable(Event.READ);
      Streams.run(base, () -> !ends.serverEvents.isEmpty());
      assertThat(ends.serverEvents).as("way " + way).containsExactly("READING|ERROR");
      assertThat(Tls.of(ends.server).error().kind()).isEqualTo(TlsError.Kind.TRUNCATED);
      assertThat(ends.server.input().length()).isLessThan(LARGE);
      ends.server.close();
    }
  }

  @TlsEngineTest
  void closeGracefullyWaitsForThePeer(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.client.write(TlsKit.bytes("bye"));
    ends.client.closeGracefully(Duration.ofSeconds(60));
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
    assertThat(ends.client.isClosed()).isFalse();
    ends.server.close();
    Streams.run(base, ends.client::isClosed);
  }

  @TlsEngineTest
  void shutdownOutputIsCloseNotify(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.client.write(TlsKit.bytes("all"));
    ends.client.shutdownOutput();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
    assertThat(TlsKit.text(ends.server)).isEqualTo("all");
  }

  /** The JDK's engines keep the other half with TLS 1.3. */
  @EngineTest
  void theOtherHalfGoesOn(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    ends.client.shutdownOutput();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    ends.server.write(new byte[1 << 20]);
    Streams.run(base, () -> ends.client.input().length() == 1 << 20);
    assertThat(ends.clientEvents).isEmpty();
    ends.server.shutdownOutput();
    Streams.run(base, () -> !ends.clientEvents.isEmpty());
    assertThat(ends.clientEvents).containsExactly("READING|EOF");
  }

  /** TLS 1.2 has no halves: what is still to be sent cannot leave. */
  @EngineTest
  void outputAfterThePeersEndFailsInTls12(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_12);
    ends.client.shutdownOutput();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    ends.server.write(TlsKit.bytes("late"));
    Streams.run(base, () -> ends.serverEvents.size() == 2);
    assertThat(ends.serverEvents).containsExactly("READING|EOF", "WRITING|ERROR");
  }

  @TlsEngineTest
  void aResetAfterCloseNotifyIsSilent(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.server.write(TlsKit.bytes("unread"));
    ends.client.disable(Event.READ);
    Streams.runFor(base, 20);
    ends.client.close();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    Streams.runFor(base, 50);
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
  }

  @TlsEngineTest
  void closedInTheConnectedCallback(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), kind.localhost());
    ends.client.setCallbacks(null, null, (self, what) -> self.close());
    Streams.run(base, () -> ends.client.isClosed() && ends.serverEvents.size() > 1);
    assertThat(ends.serverEvents).containsExactly("CONNECTED", "READING|EOF");
    assertThat(bases.exceptions).isEmpty();
  }

  @TlsEngineTest
  void closedInTheReadCallback(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.server.setCallbacks(BufferEvent::close, null, null);
    ends.client.write(new byte[200_000]);
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && ends.server.isClosed());
    assertThat(bases.exceptions).isEmpty();
  }

  @TlsEngineTest
  void closedAtEveryStepOfAHandshake(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    for (int steps = 0; steps < 12; steps++) {
      final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), kind.localhost());
      for (int i = 0; i < steps; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      ends.client.close();
      Streams.run(
          base, () -> ends.serverEvents.stream().anyMatch(event -> !event.equals("CONNECTED")));
      ends.server.close();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  /** Plain, then TLS, then plain again over the same stream. */
  @TlsEngineTest
  void startTls(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    below[0].enable(Event.READ);
    below[1].enable(Event.READ);
    below[0].write(TlsKit.bytes("STARTTLS"));
    Streams.run(base, () -> below[1].input().length() == 8);
    TlsKit.text(below[1]);
    final BufferEvent near =
        bases.later(Tls.filter(below[0], kind.trusting(), Tls.State.CONNECTING, 0));
    Tls.of(near).peer("localhost", -1);
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            near, bases.later(Tls.filter(below[1], kind.localhost(), Tls.State.ACCEPTING, 0)));
    ends.open(base);
    ends.client.write(TlsKit.bytes("secret"));
    Streams.run(base, () -> ends.server.input().length() == 6);
    assertThat(TlsKit.text(ends.server)).isEqualTo("secret");
    Streams.runFor(base, 20);
    ends.client.shutdownOutput();
    ends.server.shutdownOutput();
    Streams.run(base, () -> !ends.serverEvents.isEmpty() && !ends.clientEvents.isEmpty());
    ends.client.close();
    ends.server.close();
    below[0].write(TlsKit.bytes("plain again"));
    Streams.run(base, () -> below[1].input().length() == 11);
    assertThat(TlsKit.text(below[1])).isEqualTo("plain again");
  }

  @TlsEngineTest
  void aPeerThatNeverReadsDelaysACloseForTwoSeconds(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] below = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(below[0]);
    bases.later(below[1]);
    final TlsKit.Ends ends = TlsKit.over(bases, below[0], below[1], kind);
    ends.open(base);
    Streams.runFor(base, 20);
    ends.server.disable(Event.READ);
    ends.client.write(new byte[1 << 20]);
    Streams.run(base, () -> below[0].output().length() > 64 * 1024);
    ends.client.close();
    Streams.runFor(base, 50);
    assertThat(below[0].isClosed()).as("what was encrypted may leave").isFalse();
    Streams.run(base, below[0]::isClosed);
  }

  @EngineTest
  void nothingIsDueAfterClose(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> events = new ArrayList<>();
    final SocketBufferEvent server =
        Tls.socket(
            base,
            pair[0],
            TlsKit.SUN_13.localhost(),
            Tls.State.ACCEPTING,
            BufferEvent.CLOSE_ON_FREE);
    server.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    server.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    server.close();
    pair[1].close();
    base.dispatch();
    assertThat(events).isEmpty();
  }
}
