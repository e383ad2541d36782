package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.net.NetSocket;

/** The socket below a buffer event, and its callbacks' priority. */
class StreamHandleTest {
  @EngineTest
  void aStreamWaitsForItsSocket(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent far = bases.later(BufferEvent.socket(base, pair[1], 0));
    final SocketBufferEvent near = bases.later(BufferEvent.socket(base, 0));
    assertThat(near.handle()).isNull();
    near.write(new byte[100]);
    near.enable(Event.READ);
    far.enable(Event.READ);
    far.write(new byte[7]);
    Streams.runFor(base, 10);
    near.setHandle(pair[0]);
    assertThat(near.handle()).isSameAs(pair[0]);
    Streams.run(base, () -> far.input().length() == 100 && near.input().length() == 7);
  }

  /** The engine may still send from the memory of the output. */
  @EngineTest
  void theSendOfAFormerSocketKeepsTheOutputOfAClosedStream(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent near = bases.later(BufferEvent.socket(base, pair[0], 0));
    final AtomicInteger released = new AtomicInteger();
    near.output().addReference(ByteBuffer.allocateDirect(64 << 20), released::incrementAndGet);
    final long before = near.output().length();
    Streams.run(base, () -> near.output().length() < before);
    base.execute(
        () -> {
          near.setHandle(null);
          near.close();
          assertThat(released).as("a send is under way").hasValue(0);
        });
    base.loop(EventBase.LOOP_ONCE);
    Streams.run(base, () -> released.get() == 1);
  }

  @EngineTest
  void anotherSocketCanTakeThePlaceAndTheFormerOneStaysOpen(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] first = bases.pair(base);
    final NetSocket[] second = bases.pair(base);
    final SocketBufferEvent near = bases.later(BufferEvent.socket(base, first[0], 0));
    final SocketBufferEvent one = bases.later(BufferEvent.socket(base, first[1], 0));
    final SocketBufferEvent other = bases.later(BufferEvent.socket(base, second[1], 0));
    near.enable(Event.READ);
    one.enable(Event.READ);
    other.enable(Event.READ);
    near.write(new byte[10]);
    Streams.run(base, () -> one.input().length() == 10);
    near.setHandle(second[0]);
    near.write(new byte[20]);
    other.write(new byte[30]);
    Streams.run(base, () -> other.input().length() == 20 && near.input().length() == 30);
    assertThat(one.input().length()).isEqualTo(10);
    assertThat(first[0].isOpen()).isTrue();
    near.setHandle(null);
    assertThat(near.handle()).isNull();
    near.setHandle(first[0]);
    near.write(new byte[5]);
    Streams.run(base, () -> one.input().length() == 15);
  }

  @EngineTest
  void replacingTheSocketClosesTheFormerOne(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] first = bases.pair(base);
    final NetSocket[] second = bases.pair(base);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent near = bases.later(BufferEvent.socket(base, first[0], 0));
    final SocketBufferEvent one = bases.later(BufferEvent.socket(base, first[1], 0));
    final SocketBufferEvent other = bases.later(BufferEvent.socket(base, second[1], 0));
    one.setCallbacks(null, null, recorded::event);
    one.enable(Event.READ);
    other.enable(Event.READ);
    near.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    near.replaceHandle(second[0]);
    near.write(new byte[20]);
    Streams.run(base, () -> other.input().length() == 20 && !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void whatIsBeingSentWhenTheSocketChangesGoesOnToTheNextOne(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] first = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final NetSocket[] second = bases.pair(base);
    final SocketBufferEvent other = bases.later(BufferEvent.socket(base, second[1], 0));
    final int total = 8_000_000;
    first[0].write(new byte[total]);
    Streams.runFor(base, 20);
    final long left = first[0].output().length();
    assertThat(left).isPositive();
    other.enable(Event.READ);
    first[0].replaceHandle(second[0]);
    Streams.run(base, () -> first[0].output().isEmpty());
    final byte[] last = "the last bytes".getBytes(StandardCharsets.US_ASCII);
    first[0].write(last);
    Streams.run(base, () -> other.input().search(last) >= 0);
    assertThat(other.input().length()).isGreaterThan(last.length);
    assertThat(other.input().length()).isLessThanOrEqualTo(left + last.length);
    assertThat(other.input().search(last)).isEqualTo(other.input().length() - last.length);
  }

  @EngineTest
  void moreUrgentStreamsAreCalledFirst(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final List<Integer> order = new ArrayList<>();
    final List<BufferEvent> writers = new ArrayList<>();
    for (final int priority : new int[] {2, 1, 0}) {
      final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
      assertThat(ends[0].priority()).isEqualTo(1);
      ends[0].priority(priority);
      assertThat(ends[0].priority()).isEqualTo(priority);
      ends[0].setCallbacks(s -> order.add(priority), null, null);
      ends[0].enable(Event.READ);
      writers.add(ends[1]);
    }
    base.loop(EventBase.LOOP_NONBLOCK);
    writers.forEach(writer -> writer.write(new byte[1]));
    Streams.run(base, () -> order.size() == 3);
    assertThat(order).containsExactly(0, 1, 2);
  }

  @EngineTest
  void whatAKindDoesNotHaveIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    final SocketBufferEvent socket = bases.later(BufferEvent.socket(base, 0));
    for (final int bad : new int[] {-1, 1}) {
      assertThatThrownBy(() -> socket.priority(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0..0");
    }
    assertThat(pair[0]).isNotInstanceOf(SocketBufferEvent.class);
    assertThat(pair[0].handle()).isNull();
  }

  private static SocketBufferEvent[] urgent(final Bases bases, final EventBase base) {
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].priority(0);
    return ends;
  }

  @EngineTest
  void timeoutsHaveThePriorityOfTheirStream(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final SocketBufferEvent stream = urgent(bases, base)[0];
    final List<String> seen = new ArrayList<>();
    stream.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    stream.enable(Event.READ);
    stream.setTimeouts(Duration.ofMillis(1), null);
    Streams.runBusy(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("READING|TIMEOUT");
  }

  @EngineTest
  void theDeadlineOfACloseHasThePriorityOfItsStream(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final SocketBufferEvent before = urgent(bases, base)[0];
    before.closeGracefully(Duration.ofMillis(1));
    final SocketBufferEvent after = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE)[0];
    after.closeGracefully(Duration.ofMillis(1));
    after.priority(0);
    Streams.runBusy(base, () -> before.isClosed() && after.isClosed());
  }

  @EngineTest
  void aRateLimitHasThePriorityOfItsStream(final Bases bases) {
    for (final boolean later : new boolean[] {false, true}) {
      final EventBase base = bases.base(bases.config().priorities(3));
      final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      ends[0].priority(later ? 1 : 0);
      ends[0].limits().set(new TokenBucketConfig(10, 10, 10, 10, Duration.ofMillis(1)));
      ends[0].limits().decrementRead(10);
      ends[0].priority(0);
      ends[0].enable(Event.READ);
      ends[1].write(new byte[100]);
      Streams.runBusy(base, () -> ends[0].input().length() == 100);
    }
  }

  /** A time-out that has passed is active until the loop calls it. */
  @EngineTest
  void thePriorityMayChangeWhileATimeoutIsActive(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    ends[0].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    ends[0].setTimeouts(Duration.ofNanos(1), null);
    ends[0].enable(Event.READ);
    final Event first =
        bases.later(
            base.newTimer(
                (event, what) -> {
                  ends[0].priority(2);
                  ends[0].priority(0);
                }));
    first.priority(0);
    first.addNanos(1);
    Streams.run(base, () -> seen.size() == 1);
    assertThat(bases.exceptions).isEmpty();
    ends[0].enable(Event.READ);
    Streams.runBusy(base, () -> seen.size() == 2);
    assertThat(seen).containsOnly("READING|TIMEOUT");
  }
}
