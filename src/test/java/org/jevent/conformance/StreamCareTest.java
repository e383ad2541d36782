package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetOption;

/** Callbacks that throw and callbacks that close: no other stream is affected. */
class StreamCareTest {
  private static final RuntimeException OOPS = new IllegalStateException("oops");

  /** How a callback of each kind is made to run for the first stream of two. */
  private enum Kind {
    READ,
    WRITE,
    EOF,
    RESET,
    TIMEOUT,
    CONNECTED,
    INPUT_CHANGED,
    OUTPUT_CHANGED,
    RELEASED
  }

  private static void provoke(
      final Bases bases,
      final Kind kind,
      final int options,
      final BiConsumer<EventBase, BufferEvent> action) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE | options);
    final BufferEvent near = ends[0];
    final BufferEvent far = ends[1];
    near.enable(Event.READ);
    far.enable(Event.READ);
    final BufferEvent.DataCallback data = s -> action.accept(base, s);
    final BufferEvent.EventCallback event = (s, what) -> action.accept(base, s);
    switch (kind) {
      case READ -> {
        near.setCallbacks(data, null, null);
        far.write(new byte[100]);
      }
      case WRITE -> {
        near.setCallbacks(null, data, null);
        near.write(new byte[100]);
      }
      case EOF -> {
        near.setCallbacks(null, null, event);
        far.shutdownOutput();
      }
      case RESET -> {
        near.setCallbacks(null, null, event);
        far.handle().set(NetOption.LINGER, 0);
        far.close();
      }
      case TIMEOUT -> {
        near.setCallbacks(null, null, event);
        near.setTimeouts(Duration.ofMillis(10), null);
      }
      case CONNECTED -> {
        near.setCallbacks(null, null, event);
        near.triggerEvent(BufferEvent.CONNECTED, 0);
      }
      case INPUT_CHANGED -> {
        near.input().addCallback((buffer, was, added, removed) -> action.accept(base, near));
        far.write(new byte[100]);
      }
      case OUTPUT_CHANGED -> {
        near.output()
            .addCallback(
                (buffer, was, added, removed) -> {
                  if (removed > 0) {
                    action.accept(base, near);
                  }
                });
        near.write(new byte[100]);
      }
      case RELEASED -> {
        near.output().addReference(ByteBuffer.allocateDirect(100), () -> action.accept(base, near));
      }
      default -> throw new AssertionError(kind);
    }
  }

  private static void expectAlive(final EventBase base, final Bases bases) {
    final SocketBufferEvent[] others = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    others[1].enable(Event.READ);
    others[0].write(new byte[1000]);
    Streams.run(base, () -> others[1].input().length() == 1000);
  }

  @EngineTest
  void closingInsideEveryCallbackIsTheEndOfIt(final Bases bases) {
    for (final Kind kind : Kind.values()) {
      for (final int options : new int[] {0, BufferEvent.DEFER_CALLBACKS, BufferEvent.THREADSAFE}) {
        final List<EventBase> bells = new ArrayList<>();
        final BufferEvent[] closed = new BufferEvent[1];
        provoke(
            bases,
            kind,
            options,
            (base, near) -> {
              near.close();
              near.close();
              closed[0] = near;
              bells.add(base);
            });
        if (bells.isEmpty()) {
          final EventBase base = bases.latest();
          Streams.run(base, () -> !bells.isEmpty());
        }
        final EventBase base = bells.get(0);
        Streams.runFor(base, 10);
        assertThat(bells).as("%s, options %d", kind, options).hasSize(1);
        assertThat(closed[0].isClosed()).isTrue();
        assertThatThrownBy(() -> closed[0].write(new byte[1]))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed");
        expectAlive(base, bases);
        assertThat(bases.exceptions).as("%s, options %d", kind, options).isEmpty();
      }
    }
  }

  @EngineTest
  void anExceptionInEveryCallbackIsReportedAndTheStreamLives(final Bases bases) {
    for (final Kind kind : Kind.values()) {
      for (final int options : new int[] {0, BufferEvent.DEFER_CALLBACKS, BufferEvent.THREADSAFE}) {
        bases.exceptions.clear();
        final BufferEvent[] stream = new BufferEvent[1];
        try {
          provoke(
              bases,
              kind,
              options,
              (base, near) -> {
                stream[0] = near;
                throw OOPS;
              });
        } catch (final IllegalStateException atOnce) {
          assertThat(atOnce).isSameAs(OOPS);
          bases.exceptions.add(atOnce);
        }
        final EventBase base = bases.latest();
        Streams.run(base, () -> !bases.exceptions.isEmpty());
        Streams.runFor(base, 10);
        assertThat(bases.exceptions)
            .as("%s, options %d", kind, options)
            .isNotEmpty()
            .allSatisfy(e -> assertThat(e).isSameAs(OOPS));
        assertThat(stream[0].isClosed()).isFalse();
        expectAlive(base, bases);
      }
    }
  }

  @EngineTest
  void anErrorInACallbackSurfacesFromTheLoop(final Bases bases) {
    for (final Kind kind : List.of(Kind.READ, Kind.WRITE, Kind.EOF, Kind.TIMEOUT)) {
      final Error fatal = new AssertionError(kind);
      provoke(
          bases,
          kind,
          0,
          (base, near) -> {
            throw fatal;
          });
      final EventBase base = bases.latest();
      assertThatThrownBy(base::dispatch).isSameAs(fatal);
      expectAlive(base, bases);
    }
  }

  @EngineTest
  void whatIsAddedBeforeClosingAfterFlushLeavesWhole(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final Streams.EventRecorder none = new Streams.EventRecorder();
    ends[0].setCallbacks(s -> none.event(s, 0), s -> none.event(s, 0), none::event);
    ends[0].enable(Event.READ);
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].write(new byte[10]);
    ends[0].write(new byte[20_000_000]);
    ends[0].closeAfterFlush();
    Streams.runFor(base, 30);
    assertThat(ends[0].isClosed()).as("while the peer does not read").isFalse();
    ends[1].enable(Event.READ);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(ends[1].input().length()).isEqualTo(20_000_000);
    assertThat(ends[0].isClosed()).isTrue();
    assertThat(none.events).isEmpty();
  }

  @EngineTest
  void closingAfterFlushWithNothingToSendIsClosing(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].closeAfterFlush();
    assertThat(ends[0].isClosed()).isTrue();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    pair[0].write(new byte[10]);
    pair[0].closeAfterFlush();
    assertThat(pair[0].isClosed()).isFalse();
    pair[1].enable(Event.READ);
    assertThat(pair[0].isClosed()).isTrue();
    assertThat(pair[1].input().length()).isEqualTo(10);
    pair[1].close();
  }

  @EngineTest
  void aPeerThatLeavesEndsTheFlush(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].write(new byte[30_000_000]);
    ends[0].closeAfterFlush();
    Streams.runFor(base, 10);
    ends[1].close();
    Streams.run(base, () -> ends[0].isClosed());
  }

  @EngineTest
  void aWriteTimeoutBoundsTheFlush(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].setTimeouts(null, Duration.ofMillis(50));
    ends[0].write(new byte[30_000_000]);
    ends[0].closeAfterFlush();
    Streams.run(base, () -> ends[0].isClosed());
  }

  @EngineTest
  void aFilterFlushesAllTheWayDown(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent filter =
        bases.later(BufferEvent.filter(ends[0], null, null, BufferEvent.CLOSE_ON_FREE));
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    filter.write(new byte[2_000_000]);
    filter.closeAfterFlush();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(ends[1].input().length()).isEqualTo(2_000_000);
    assertThat(ends[0].isClosed()).isTrue();
  }

  /** No byte can arrive that would have it called again. */
  @EngineTest
  void aReaderThatThrowsWhileItsInputIsFullIsCalledAgain(final Bases bases) {
    for (final int options : new int[] {0, BufferEvent.DEFER_CALLBACKS, BufferEvent.THREADSAFE}) {
      final EventBase base = bases.base();
      bases.exceptions.clear();
      final SocketBufferEvent[] ends =
          Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE | options);
      final long[] came = {0};
      ends[0].setWatermarks(Event.READ, 0, 10);
      ends[0].setCallbacks(
          self -> {
            if (bases.exceptions.isEmpty()) {
              throw OOPS;
            }
            came[0] += self.input().drain(10);
          },
          null,
          null);
      ends[0].enable(Event.READ);
      ends[1].write(new byte[25]);
      Streams.run(base, () -> came[0] == 25);
      assertThat(bases.exceptions).containsExactly(OOPS);
    }
  }
}
