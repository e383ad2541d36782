package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;

/** When which callback of a buffer event runs: data, watermarks, triggers; sockets and pairs. */
class StreamCallbackTest {
  private static final int DEFERRED_UNLOCKED =
      BufferEvent.THREADSAFE | BufferEvent.DEFER_CALLBACKS | BufferEvent.UNLOCK_CALLBACKS;
  private static final int[] MIXES = {
    0,
    BufferEvent.DEFER_CALLBACKS,
    BufferEvent.THREADSAFE,
    BufferEvent.THREADSAFE | BufferEvent.DEFER_CALLBACKS,
    DEFERRED_UNLOCKED
  };

  /** Makes two joined ends. */
  private interface Maker {
    BufferEvent[] make(EventBase base, int options);
  }

  private interface Body {
    void run(EventBase base, BufferEvent[] ends);
  }

  /** Over sockets and in memory, with each mix of options. */
  private static void inEachForm(final Bases bases, final Body body) {
    final List<Maker> makers =
        List.of(
            (base, options) -> Streams.pair(bases, base, options),
            (base, options) -> {
              final BufferEvent[] pair = BufferEvent.pair(base, options);
              bases.later(pair[0]);
              bases.later(pair[1]);
              return pair;
            });
    for (final Maker maker : makers) {
      for (final int options : MIXES) {
        final EventBase base = bases.base();
        body.run(base, maker.make(base, options | BufferEvent.CLOSE_ON_FREE));
        assertThat(bases.exceptions).isEmpty();
      }
    }
  }

  @EngineTest
  void aBulkWriteArrivesAndEmptiesTheOutput(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<String> notes = new ArrayList<>();
          final BufferEvent.DataCallback write = s -> notes.add("written");
          ends[0].setCallbacks(null, write, null);
          ends[1].setCallbacks(s -> notes.add("read"), null, null);
          assertThat(ends[0].writeCallback()).isSameAs(write);
          assertThat(ends[0].readCallback()).isNull();
          assertThat(ends[0].enabled()).isEqualTo(Event.WRITE);
          ends[0].disable(Event.READ);
          ends[1].enable(Event.READ);
          final byte[] data = new byte[8333];
          for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
          }
          ends[0].write(data);
          Streams.run(base, () -> ends[1].input().length() == data.length);
          Streams.run(base, () -> notes.contains("written"));
          assertThat(notes).contains("read");
          final byte[] got = new byte[data.length];
          assertThat(ends[1].read(got)).isEqualTo(data.length);
          assertThat(got).isEqualTo(data);
          assertThat(ends[1].read(got)).isZero();
        });
  }

  @EngineTest
  void aBufferIsMovedInAndOutWhole(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final EventBuffer source = new EventBuffer();
          source.add("moved");
          ends[0].write(source);
          assertThat(source.isEmpty()).isTrue();
          ends[1].enable(Event.READ);
          Streams.run(base, () -> ends[1].input().length() == 5);
          ends[1].read(source);
          Buffers.assertHolds(source, "moved");
          source.close();
        });
  }

  @EngineTest
  void theReadCallbackWaitsForTheLowWatermarkAndReadingStopsAtTheHighOne(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          assertThat(ends[0].lowWatermark(Event.WRITE)).isZero();
          assertThat(ends[0].highWatermark(Event.READ)).isZero();
          ends[1].setWatermarks(Event.READ, 10, 20);
          assertThat(ends[1].lowWatermark(Event.READ)).isEqualTo(10);
          assertThat(ends[1].highWatermark(Event.READ)).isEqualTo(20);
          final List<Long> lengths = new ArrayList<>();
          ends[1].setCallbacks(
              s -> {
                lengths.add(s.input().length());
                s.input().drain(s.input().length());
              },
              null,
              null);
          ends[1].enable(Event.READ);
          ends[0].write(new byte[9]);
          Streams.run(base, () -> ends[1].input().length() == 9);
          assertThat(lengths).isEmpty();
          ends[0].write(new byte[65]);
          Streams.run(base, () -> lengths.stream().mapToLong(n -> n).sum() >= 65);
          assertThat(lengths).allSatisfy(length -> assertThat(length).isBetween(10L, 20L));
        });
  }

  @EngineTest
  void theWriteCallbackWaitsForTheLowWatermark(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<Long> lengths = new ArrayList<>();
          ends[0].setWatermarks(Event.WRITE, 100, 0);
          ends[0].setCallbacks(null, s -> lengths.add(s.output().length()), null);
          ends[0].disable(Event.WRITE);
          ends[0].write(new byte[500]);
          Streams.runFor(base, 30);
          assertThat(lengths).isEmpty();
          ends[1].enable(Event.READ);
          ends[0].enable(Event.WRITE);
          Streams.run(base, () -> ends[1].input().length() == 500);
          Streams.run(base, () -> !lengths.isEmpty());
          assertThat(lengths).allSatisfy(length -> assertThat(length).isLessThanOrEqualTo(100));
        });
  }

  @EngineTest
  void aReaderThatLeavesItsInputFullIsCalledAgain(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<Long> lengths = new ArrayList<>();
          ends[1].setWatermarks(Event.READ, 0, 30);
          ends[1].setCallbacks(
              s -> {
                lengths.add(s.input().length());
                if (lengths.size() == 5) {
                  s.disable(Event.READ);
                }
              },
              null,
              null);
          ends[1].enable(Event.READ);
          ends[0].write(new byte[100]);
          Streams.run(base, () -> lengths.size() == 5);
          assertThat(lengths).containsOnly(30L);
        });
  }

  @EngineTest
  void whatIsLeftInTheInputIsNotReportedAgain(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<Long> lengths = new ArrayList<>();
          ends[1].setCallbacks(s -> lengths.add(s.input().length()), null, null);
          ends[1].enable(Event.READ);
          ends[0].write(new byte[100]);
          Streams.run(base, () -> !lengths.isEmpty());
          Streams.runFor(base, 30);
          assertThat(lengths).containsExactly(100L);
          ends[1].disable(Event.READ);
          ends[1].enable(Event.READ);
          Streams.runFor(base, 30);
          assertThat(lengths).containsExactly(100L);
        });
  }

  @EngineTest
  void triggeringRespectsWatermarksUnlessIgnored(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<String> notes = new ArrayList<>();
          ends[0].setCallbacks(
              s -> notes.add("read"),
              s -> notes.add("write"),
              (s, what) -> notes.add(Streams.text(what)));
          ends[0].setWatermarks(Event.READ, 10, 0);
          ends[0].disable(Event.WRITE);
          ends[0].write(new byte[1]);
          ends[0].trigger(Event.READ | Event.WRITE, 0);
          Streams.runFor(base, 15);
          assertThat(notes).isEmpty();
          ends[0].trigger(Event.READ, BufferEvent.TRIGGER_IGNORE_WATERMARKS);
          Streams.run(base, () -> notes.equals(List.of("read")));
          ends[0].trigger(
              Event.WRITE, BufferEvent.TRIGGER_IGNORE_WATERMARKS | BufferEvent.TRIGGER_DEFERRED);
          assertThat(notes).hasSize(1);
          Streams.run(base, () -> notes.equals(List.of("read", "write")));
          ends[0].triggerEvent(BufferEvent.READING | BufferEvent.TIMEOUT, 0);
          Streams.run(base, () -> notes.contains("READING|TIMEOUT"));
          assertThat(notes).hasSize(3);
        });
  }

  @EngineTest
  void aTriggerInsideACallbackIsNotRecursive(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final int[] depth = {0};
          final int[] calls = {0};
          ends[0].setCallbacks(
              s -> {
                assertThat(depth[0]++).isZero();
                if (++calls[0] < 50) {
                  s.trigger(Event.READ, 0);
                }
                depth[0]--;
              },
              null,
              null);
          base.execute(() -> ends[0].trigger(Event.READ, 0));
          Streams.run(base, () -> calls[0] == 50);
        });
  }

  @EngineTest
  void coalescedCallbacksKeepTheirOrder(final Bases bases) {
    inEachForm(
        bases,
        (base, ends) -> {
          final List<String> notes = new ArrayList<>();
          ends[0].setCallbacks(
              s -> notes.add("read"),
              s -> notes.add("write"),
              (s, what) -> notes.add(Streams.text(what)));
          ends[0].triggerEvent(BufferEvent.READING | BufferEvent.EOF, BufferEvent.TRIGGER_DEFERRED);
          ends[0].trigger(Event.WRITE, BufferEvent.TRIGGER_DEFERRED);
          ends[0].trigger(Event.READ, BufferEvent.TRIGGER_DEFERRED);
          ends[0].trigger(Event.READ, BufferEvent.TRIGGER_DEFERRED);
          Streams.run(base, () -> notes.size() >= 3);
          assertThat(notes).containsExactly("read", "write", "READING|EOF");
        });
  }

  // ---- pairs ----

  private static BufferEvent[] pair(final Bases bases, final EventBase base) {
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    return pair;
  }

  @EngineTest
  void aPairKnowsItsPartnerAndHasNoSocket(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = pair(bases, base);
    assertThat(pair[0].partner()).isSameAs(pair[1]);
    assertThat(pair[1].partner()).isSameAs(pair[0]);
    assertThat(pair[0].handle()).isNull();
    assertThat(pair[0].underlying()).isNull();
    assertThat(pair[0].priority()).isEqualTo(base.priorities() / 2);
    pair[0].close();
    assertThat(pair[1].partner()).isNull();
    assertThat(pair[1].flush(Event.WRITE, FlushMode.FLUSH)).isFalse();
    pair[1].write(new byte[10]);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  @EngineTest
  void flushingAPairIgnoresWatermarksAndFinishedIsTheEnd(final Bases bases) {
    for (final FlushMode mode : FlushMode.values()) {
      final EventBase base = bases.base();
      final BufferEvent[] pair = pair(bases, base);
      final Streams.EventRecorder recorded = new Streams.EventRecorder();
      pair[1].setWatermarks(Event.READ, 0, 10);
      pair[1].setCallbacks(null, null, recorded::event);
      pair[1].enable(Event.READ);
      pair[0].write(new byte[100]);
      base.dispatch();
      assertThat(pair[1].input().length()).isEqualTo(10);
      assertThat(pair[0].flush(Event.WRITE, mode)).isEqualTo(mode != FlushMode.NORMAL);
      base.dispatch();
      assertThat(pair[1].input().length()).isEqualTo(mode == FlushMode.NORMAL ? 10 : 100);
      if (mode == FlushMode.FINISHED) {
        assertThat(recorded.events).containsExactly("READING|EOF");
      } else {
        assertThat(recorded.events).isEmpty();
      }
    }
  }

  @EngineTest
  void flushingASocketDoesNothing(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    for (final FlushMode mode : FlushMode.values()) {
      assertThat(ends[0].flush(Event.READ | Event.WRITE, mode)).isFalse();
    }
  }

  // ---- wrong use ----

  @EngineTest
  void aReadThatIsRefusedLeavesTheBytes(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[] {1, 2, 3});
    Streams.run(base, () -> ends[1].input().length() == 3);
    ends[1].input().freezeFront();
    final byte[] target = new byte[3];
    assertThatThrownBy(() -> ends[1].read(target))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
    assertThat(ends[1].input().length()).isEqualTo(3);
    ends[1].input().unfreezeFront();
    assertThat(ends[1].read(target)).isEqualTo(3);
    assertThat(target).containsExactly(1, 2, 3);
  }

  @EngineTest
  void wrongArgumentsAreRefused(final Bases bases) {
    final EventBase base = bases.base();
    assertThatThrownBy(() -> BufferEvent.socket(base, BufferEvent.UNLOCK_CALLBACKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DEFER_CALLBACKS");
    assertThatThrownBy(() -> BufferEvent.socket(base, 1 << 10))
        .isInstanceOf(IllegalArgumentException.class);
    final SocketBufferEvent stream = bases.later(BufferEvent.socket(base, 0));
    assertThatThrownBy(() -> stream.enable(Event.TIMEOUT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.setWatermarks(Event.READ, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.lowWatermark(Event.READ | Event.WRITE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.setTimeouts(java.time.Duration.ZERO, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.input().add("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
    assertThatThrownBy(() -> stream.output().drain(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
    assertThat(stream.error()).isEqualTo(Errno.NONE);
    assertThat(stream.base()).isSameAs(base);
  }
}
