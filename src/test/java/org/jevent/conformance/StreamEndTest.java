package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/** How streams end: in order, half by half, or broken. */
class StreamEndTest {
  @EngineTest
  void whatCameBeforeTheEndIsDeliveredFirst(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> order = new ArrayList<>();
    ends[1].setCallbacks(
        s -> order.add("read " + s.input().length()),
        null,
        (s, what) -> order.add(Streams.text(what) + " with " + s.input().length()));
    ends[1].enable(Event.READ);
    ends[0].write(new byte[100]);
    ends[0].shutdownOutput();
    Streams.run(base, () -> order.size() >= 2);
    assertThat(order).containsExactly("read 100", "READING|EOF with 100");
    assertThat(ends[1].enabled()).isEqualTo(Event.WRITE);
  }

  @EngineTest
  void afterOneHalfHasEndedTheOtherGoesOnBothWays(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder first = new Streams.EventRecorder();
    final Streams.EventRecorder second = new Streams.EventRecorder();
    ends[0].setCallbacks(null, null, first::event);
    ends[1].setCallbacks(null, null, second::event);
    ends[0].enable(Event.READ);
    ends[1].enable(Event.READ);
    ends[0].shutdownOutput();
    Streams.run(base, () -> second.events.contains("READING|EOF"));
    ends[1].write(new byte[1000]);
    Streams.run(base, () -> ends[0].input().length() == 1000);
    assertThat(first.events).isEmpty();
    ends[1].shutdownOutput();
    Streams.run(base, () -> first.events.contains("READING|EOF"));
    assertThat(second.events).containsExactly("READING|EOF");
    assertThat(first.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void theOutputLeavesBeforeItsEnd(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].write(new byte[3_000_000]);
    ends[0].shutdownOutput();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(ends[1].input().length()).isEqualTo(3_000_000);
  }

  private static void reset(final BufferEvent stream) {
    stream.handle().set(NetOption.LINGER, 0);
    stream.close();
  }

  @EngineTest
  void aResetWhileIdleIsAnErrorOfReading(final Bases bases) {
    if (!bases.method().equals("iocp")) {
      TestSystem.notUnderWine("a recv() after a reset sees an orderly end");
    }
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    reset(ends[0]);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|ERROR");
    assertThat(ends[1].error()).isEqualTo(Errno.ECONNRESET);
  }

  @EngineTest
  void aResetWhileSendingIsAnErrorOfWriting(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].write(new byte[16 << 20]);
    Streams.runFor(base, 50);
    assertThat(ends[1].output().length()).isPositive();
    reset(ends[0]);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("WRITING|ERROR");
    assertThat(ends[1].error()).isIn(Errno.ECONNRESET, Errno.EPIPE, Errno.ECONNABORTED);
    assertThat(ends[1].enabled()).isZero();
  }

  @EngineTest
  void aResetBehindDataComesAfterIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].write(new byte[10]);
    Streams.run(base, () -> ends[0].output().isEmpty());
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() == 10);
    reset(ends[0]);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(ends[1].input().length()).isEqualTo(10);
  }

  @EngineTest
  void writingToAPeerThatIsGoneIsAnErrorAndNotASignal(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].close();
    base.loop(EventBase.LOOP_NONBLOCK);
    ends[1].setCallbacks(null, null, recorded::event);
    Streams.run(
        base,
        () -> {
          ends[1].write(new byte[10]); // over TCP only the second write can meet the reset
          return !recorded.events.isEmpty();
        });
    assertThat(recorded.events).containsExactly("WRITING|ERROR");
    assertThat(ends[1].error()).isIn(Errno.EPIPE, Errno.ECONNRESET, Errno.ECONNABORTED);
  }

  @EngineTest
  void closingDropsTheOutputAndClosesTheSocketInTheLoop(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[100]);
    ends[0].close();
    ends[0].close();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
    assertThat(ends[1].input().length()).isZero();
    assertThat(ends[0].isClosed()).isTrue();
    assertThatThrownBy(() -> ends[0].write(new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> ends[0].enable(Event.READ))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @EngineTest
  void aCloseIsCarriedOutEvenIfTheLoopEndsOrNeverRuns(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    ends[0].close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ends[1].handle().read(java.nio.ByteBuffer.allocate(1)))
        .isEqualTo(org.jevent.net.NetSocket.END);
    ends[1].enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    ends[1].close();
    base.close();
  }

  private static void close(final AutoCloseable thing) {
    try {
      thing.close();
    } catch (final Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Of the things that {@code made} makes; the frame sees what stays open. */
  private static void closeInTheLastCallback(
      final Bases bases, final Function<EventBase, List<? extends AutoCloseable>> made) {
    final EventBase base = bases.base();
    final List<? extends AutoCloseable> things = made.apply(base);
    base.newTimer(
            (event, what) -> {
              things.forEach(StreamEndTest::close);
              base.loopBreak();
            })
        .add(Duration.ofMillis(5));
    base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
    base.close();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatTheLastCallbackClosesIsClosedWithTheBase(final Bases bases) {
    final byte[] much = new byte[1 << 20];
    closeInTheLastCallback(
        bases,
        base -> {
          final NetSocket[] pair = base.sockets().pair();
          final SocketBufferEvent writer =
              BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
          final SocketBufferEvent reader =
              BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE);
          writer.output().addReference(much, 0, much.length, null);
          reader.setWatermarks(Event.READ, 0, 1000);
          reader.enable(Event.READ);
          return List.of(writer, reader);
        });
    closeInTheLastCallback(
        bases,
        base ->
            List.of(
                ConnectionListener.bind(
                    base,
                    Streams.ANY_PORT,
                    ConnectionListener.CLOSE_ON_FREE,
                    -1,
                    (self, socket, peer) -> socket.close())));
    closeInTheLastCallback(
        bases,
        base -> {
          final DatagramEvent datagrams =
              DatagramEvent.bind(base, Streams.ANY_PORT, (self, data, from, truncated) -> {});
          datagrams.enable();
          return List.of(datagrams);
        });
  }

  @EngineTest
  void aSocketThatIsNotOwnedStaysOpen(final Bases bases) {
    final EventBase base = bases.base();
    final org.jevent.net.NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent stream = BufferEvent.socket(base, pair[0], 0);
    stream.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    stream.close();
    base.dispatch();
    assertThat(pair[0].isOpen()).isTrue();
    pair[0].write(java.nio.ByteBuffer.wrap(new byte[5]));
    assertThat(pair[1].read(java.nio.ByteBuffer.allocate(9))).isEqualTo(5);
  }

  @EngineTest
  void aStreamMayOutliveItsBase(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[100_000]);
    Streams.run(base, () -> ends[1].input().length() == 100_000);
    ends[1].write(new byte[8 << 20]);
    base.loop(EventBase.LOOP_NONBLOCK);
    base.close();
    assertThat(ends[1].input().toByteArray()).hasSize(100_000).containsOnly(0);
    ends[0].close();
    ends[1].close();
  }
}
