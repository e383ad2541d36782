package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/** Time-outs of reading and writing, on sockets, pairs and filters. */
class StreamTimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final Duration LONG = Duration.ofSeconds(50);

  private interface Body {
    void run(EventBase base, BufferEvent near, BufferEvent far);
  }

  private static void inEachForm(final Bases bases, final Body body) {
    EventBase base = bases.base();
    final SocketBufferEvent[] sockets = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    body.run(base, sockets[0], sockets[1]);
    base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    body.run(base, bases.later(pair[0]), bases.later(pair[1]));
    base = bases.base();
    final SocketBufferEvent[] below = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent filter =
        bases.later(BufferEvent.filter(below[0], null, null, BufferEvent.CLOSE_ON_FREE));
    body.run(base, filter, below[1]);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void silenceIsAReadTimeoutAndDisablesReading(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          near.setCallbacks(null, null, recorded::event);
          near.setTimeouts(SHORT, LONG);
          Streams.runFor(base, 120);
          assertThat(recorded.events).as("while reading is disabled").isEmpty();
          final long start = bases.nanoTime();
          near.enable(Event.READ);
          Streams.run(base, () -> !recorded.events.isEmpty());
          assertThat(bases.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
          assertThat(recorded.events).containsExactly("READING|TIMEOUT");
          assertThat(near.enabled()).isEqualTo(Event.WRITE);
          Streams.runFor(base, 100);
          assertThat(recorded.events).hasSize(1);
          near.enable(Event.READ);
          Streams.run(base, () -> recorded.events.size() == 2);
        });
  }

  @EngineTest
  void bytesThatArriveRestartTheReadTimeout(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          final long[] last = {0};
          near.setCallbacks(
              s -> last[0] = bases.nanoTime(),
              null,
              (s, what) -> {
                recorded.event(s, what);
                assertThat(bases.nanoTime() - last[0]).isGreaterThan(SHORT.toNanos() / 2);
              });
          near.enable(Event.READ);
          near.setTimeouts(SHORT, null);
          for (int i = 0; i < 4; i++) {
            far.write(new byte[1]);
            Streams.runFor(base, 25);
          }
          Streams.run(base, () -> !recorded.events.isEmpty());
          assertThat(recorded.events).containsExactly("READING|TIMEOUT");
        });
  }

  @EngineTest
  void aSuspendedReaderDoesNotTimeOut(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          near.setCallbacks(null, null, recorded::event);
          near.setWatermarks(Event.READ, 0, 10);
          far.write(new byte[100]);
          near.enable(Event.READ);
          Streams.run(base, () -> near.input().length() >= 10);
          near.setTimeouts(SHORT, null);
          Streams.runFor(base, 150);
          assertThat(recorded.events).isEmpty();
        });
  }

  @EngineTest
  void outputThatCannotLeaveIsAWriteTimeout(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          near.setCallbacks(null, null, recorded::event);
          if (near.underlying() != null) {
            near.underlying().setWatermarks(Event.WRITE, 0, 1000);
          }
          near.setTimeouts(LONG, SHORT);
          Streams.runFor(base, 120);
          assertThat(recorded.events).as("with nothing to write").isEmpty();
          near.write(new byte[32 << 20]);
          Streams.run(base, () -> !recorded.events.isEmpty());
          assertThat(recorded.events).containsExactly("WRITING|TIMEOUT");
          assertThat(near.enabled()).isZero();
          assertThat(near.output().length()).isPositive();
          // The system may take longer than that to open its window again.
          near.setTimeouts(LONG, LONG);
          far.enable(Event.READ);
          near.enable(Event.WRITE);
          Streams.run(base, () -> far.input().length() == 32 << 20);
          assertThat(recorded.events).hasSize(1);
        });
  }

  @EngineTest
  void timeoutsCanBeChangedAndTakenBack(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          near.setCallbacks(null, null, recorded::event);
          near.enable(Event.READ);
          near.setTimeouts(SHORT, SHORT);
          near.setTimeouts(null, null);
          Streams.runFor(base, 120);
          assertThat(recorded.events).isEmpty();
          near.setTimeouts(LONG, null);
          near.setTimeouts(SHORT, null);
          Streams.run(base, () -> recorded.events.equals(List.of("READING|TIMEOUT")));
        });
  }

  @EngineTest
  void closingInsideTheTimeoutIsTheEnd(final Bases bases) {
    inEachForm(
        bases,
        (base, near, far) -> {
          final Streams.EventRecorder recorded = new Streams.EventRecorder();
          near.setCallbacks(
              null,
              null,
              (s, what) -> {
                recorded.event(s, what);
                s.close();
              });
          near.setTimeouts(SHORT, null);
          near.enable(Event.READ);
          Streams.run(base, () -> !recorded.events.isEmpty());
          assertThat(near.isClosed()).isTrue();
          base.dispatch();
        });
  }
}
