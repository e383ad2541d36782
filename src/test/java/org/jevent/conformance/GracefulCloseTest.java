package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;

/** {@code closeGracefully}: the peer gets every byte, however much it sends meanwhile. */
class GracefulCloseTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int ANSWER = 400_000;

  /** A close with unread bytes resets the connection, and the reset discards the answer. */
  @EngineTest
  void aPeerThatGoesOnSendingGetsTheWholeAnswer(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> served = new ArrayList<>();
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            client -> {
              served.add(client);
              client.write(new byte[ANSWER]);
              client.closeGracefully(LONG);
            });
    final SocketBufferEvent client = sendThenRead(bases, base, listener);
    Streams.run(base, 60, client::hasEnded);
    assertThat(client.input().length()).isEqualTo(ANSWER);
    client.close();
    Streams.run(base, () -> served.get(0).isClosed());
  }

  /** A client that reads once it has sent everything, a part each millisecond. */
  private static SocketBufferEvent sendThenRead(
      final Bases bases, final EventBase base, final ConnectionListener listener) {
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.connect(listener.address());
    final int[] parts = new int[1];
    final Event timer =
        base.newPeriodicTimer(
            (self, what) -> {
              client.write(new byte[20_000]);
              if (++parts[0] == 50) {
                client.enable(Event.READ);
                self.delete();
              }
            });
    bases.later(timer).add(Duration.ofMillis(1));
    return client;
  }

  @EngineTest
  void itClosesWhenThePeerHasEndedAlready(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].closeGracefully(LONG);
    ends[1].closeGracefully(LONG);
    Streams.run(base, () -> ends[0].isClosed() && ends[1].isClosed());
  }

  /** The deadline is a minute, and the test has ten seconds. */
  @EngineTest
  void anEndThatWasReportedBeforeIsNotWaitedFor(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    ends[0].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    ends[0].enable(Event.READ);
    ends[1].enable(Event.READ);
    ends[1].shutdownOutput();
    Streams.run(base, () -> !seen.isEmpty());
    ends[0].write(new byte[5]);
    ends[0].closeGracefully(LONG);
    Streams.run(base, ends[0]::isClosed);
    Streams.run(base, () -> ends[1].input().length() == 5);
  }

  @EngineTest
  void closeAfterFlushEndsTheWaiting(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    ends[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    ends[1].enable(Event.READ);
    ends[0].closeGracefully(LONG);
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(ends[0].isClosed()).isFalse();
    ends[0].closeAfterFlush();
    assertThat(ends[0].isClosed()).isTrue();
  }

  @EngineTest
  void theDeadlineEndsAPeerThatNeverEnds(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[7]);
    ends[0].closeGracefully(Duration.ofMillis(50));
    Streams.run(base, () -> ends[1].input().length() == 7);
    Streams.run(base, ends[0]::isClosed);
  }

  @EngineTest
  void theDeadlineEndsAPeerThatNeverReads(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].write(new byte[32 << 20]);
    ends[0].closeGracefully(Duration.ofMillis(50));
    Streams.run(base, ends[0]::isClosed);
  }

  @EngineTest
  void aFilterEndsWhatIsBelowAndWaitsForItsEnd(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent filter =
        bases.later(BufferEvent.filter(ends[0], null, null, BufferEvent.CLOSE_ON_FREE));
    final List<String> seen = new ArrayList<>();
    ends[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    ends[1].enable(Event.READ);
    filter.write(new byte[9]);
    filter.closeGracefully(LONG);
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("READING|EOF");
    assertThat(ends[1].input().length()).isEqualTo(9);
    assertThat(filter.isClosed()).isFalse();
    ends[1].shutdownOutput();
    Streams.run(base, () -> filter.isClosed() && ends[0].isClosed());
  }

  @EngineTest
  void anEndOfAPairWaitsForTheOther(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    final List<String> seen = new ArrayList<>();
    pair[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    pair[1].enable(Event.READ);
    pair[0].write(new byte[3]);
    pair[0].closeGracefully(LONG);
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("READING|EOF");
    assertThat(pair[1].input().length()).isEqualTo(3);
    assertThat(pair[0].isClosed()).isFalse();
    pair[1].shutdownOutput();
    assertThat(pair[0].isClosed()).isTrue();
  }

  @EngineTest
  void aDeadlineIsMoreThanZero(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent stream = bases.later(BufferEvent.socket(base, 0));
    for (final Duration bad : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
      assertThatThrownBy(() -> stream.closeGracefully(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("deadline");
    }
    stream.closeGracefully(LONG);
    assertThat(stream.isClosed()).as("it has no socket").isTrue();
  }

  /** A partner that is closed ends nothing any more: it is not waited for. */
  @EngineTest
  void aPartnerThatIsClosedIsNotWaitedFor(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    pair[1].enable(Event.READ);
    pair[0].write(new byte[3]);
    pair[0].closeGracefully(LONG);
    assertThat(pair[0].isClosed()).isFalse();
    pair[1].close();
    assertThat(pair[0].isClosed()).isTrue();
  }

  /** What it still sends is dropped, as by any other way of sending. */
  @EngineTest
  void aPartnerThatIsFlushedToItsEndIsNotWaitedFor(final Bases bases) {
    for (final int length : new int[] {0, 3}) {
      final EventBase base = bases.base();
      final BufferEvent[] pair = BufferEvent.pair(base, 0);
      bases.later(pair[0]);
      bases.later(pair[1]);
      pair[0].closeGracefully(LONG);
      pair[1].disable(Event.WRITE);
      pair[1].write(new byte[length]);
      assertThat(pair[0].isClosed()).isFalse();
      pair[1].flush(Event.WRITE, FlushMode.FINISHED);
      assertThat(pair[0].isClosed()).as("%d bytes", length).isTrue();
      assertThat(pair[1].output().isEmpty()).isTrue();
    }
  }
}
