package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.net.NetOption;

/** {@code closeAfterFlush} through filters that keep bytes back and streams that were disabled. */
class FilterFlushTest {
  /** Takes everything and gives nothing before the end, as one that compresses. */
  private static final class Keeping implements StreamFilter {
    private final EventBuffer kept = new EventBuffer();
    private int ends;

    @Override
    public Result filter(
        final EventBuffer source,
        final EventBuffer target,
        final long limit,
        final FlushMode mode) {
      kept.add(source);
      if (mode == FlushMode.NORMAL) {
        return Result.NEED_MORE;
      }
      ends += mode == FlushMode.FINISHED ? 1 : 0;
      target.add(kept);
      return Result.OK;
    }
  }

  /** Gives whole blocks, one a call, and the rest at the end. */
  private static StreamFilter blocks(final int size) {
    return (source, target, limit, mode) -> {
      final long block =
          mode == FlushMode.NORMAL && source.length() < size ? 0 : Math.min(size, source.length());
      source.removeTo(target, block);
      return block == 0 ? StreamFilter.Result.NEED_MORE : StreamFilter.Result.OK;
    };
  }

  /** What the far end has received, and the event that ended it. */
  private static final class Far {
    private long received;
    private int end;

    Far(final BufferEvent stream) {
      stream.setCallbacks(
          self -> {
            received += self.input().length();
            self.input().drain(self.input().length());
          },
          null,
          (self, what) -> end = what);
      stream.enable(Event.READ);
    }
  }

  private static BufferEvent filter(
      final Bases bases, final BufferEvent below, final StreamFilter output) {
    return bases.later(BufferEvent.filter(below, null, output, BufferEvent.CLOSE_ON_FREE));
  }

  @EngineTest
  void aFilterThatAnswersOkAndMovesNothingIsNotCalledWithoutEnd(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] pair = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final int[] calls = new int[1];
    final boolean[] moves = new boolean[1];
    final StreamFilter idle =
        (source, target, limit, mode) -> {
          if (++calls[0] > 100) {
            throw new IllegalStateException("called without end");
          }
          if (moves[0]) {
            target.add(source);
          }
          return StreamFilter.Result.OK;
        };
    final BufferEvent filter =
        bases.later(BufferEvent.filter(pair[0], idle, idle, BufferEvent.CLOSE_ON_FREE));
    filter.enable(Event.READ);
    filter.write(new byte[5]);
    pair[1].write(new byte[5]);
    Streams.run(base, () -> pair[0].input().length() == 5);
    assertThat(filter.input().length()).isZero();
    assertThat(filter.output().length()).isEqualTo(5);
    moves[0] = true;
    filter.write(new byte[1]);
    pair[1].enable(Event.READ);
    pair[1].write(new byte[1]);
    Streams.run(base, () -> pair[1].input().length() == 6 && filter.input().length() == 6);
  }

  @EngineTest
  void aFilterThatHasTakenEverythingGivesItAtTheEnd(final Bases bases) {
    for (int depth = 1; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final Far far = new Far(ends[1]);
      final List<Keeping> filters = new ArrayList<>();
      BufferEvent top = ends[0];
      for (int i = 0; i < depth; i++) {
        filters.add(new Keeping());
        top = filter(bases, top, filters.get(i));
      }
      top.write(new byte[5]);
      top.closeAfterFlush();
      Streams.run(base, () -> far.end != 0);
      assertThat(far.received).as("depth %d", depth).isEqualTo(5);
      assertThat(filters).allMatch(each -> each.ends == 1);
      base.close();
    }
  }

  @EngineTest
  void whatWasFinishedByHandIsNotFinishedTwice(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Far far = new Far(ends[1]);
    final Keeping keeping = new Keeping();
    final BufferEvent top = filter(bases, ends[0], keeping);
    top.write(new byte[5]);
    top.flush(Event.WRITE, FlushMode.FINISHED);
    top.closeAfterFlush();
    Streams.run(base, () -> far.end != 0);
    assertThat(far.received).isEqualTo(5);
    assertThat(keeping.ends).isEqualTo(1);
  }

  @EngineTest
  void highWatermarksBelowLoseNothing(final Bases bases) {
    for (int depth = 1; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final Far far = new Far(ends[1]);
      BufferEvent top = ends[0];
      for (int i = 0; i < depth; i++) {
        top.setWatermarks(Event.WRITE, 0, 100);
        top = filter(bases, top, blocks(17 * (i + 2)));
      }
      top.write(new byte[1001]);
      top.closeAfterFlush();
      Streams.run(base, () -> far.end != 0);
      assertThat(far.received).as("depth %d", depth).isEqualTo(1001);
      base.close();
    }
  }

  @EngineTest
  void aFilterThatKeepsBytesBackDoesNotHoldUpTheOneAbove(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Far far = new Far(ends[1]);
    final BufferEvent middle = filter(bases, ends[0], blocks(64));
    middle.setWatermarks(Event.WRITE, 0, 100);
    final BufferEvent top = filter(bases, middle, blocks(48));
    top.write(new byte[48 * 64]);
    Streams.run(base, () -> far.received == 48 * 64);
  }

  @EngineTest
  void writingThatIsDisabledBelowIsEnabled(final Bases bases) {
    for (int depth = 1; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent[] pair = BufferEvent.pair(base, 0);
      for (final BufferEvent[] both : List.of(ends, pair)) {
        final Far far = new Far(bases.later(both[1]));
        BufferEvent top = bases.later(both[0]);
        for (int i = 0; i < depth; i++) {
          final BufferEvent below = top;
          top = filter(bases, below, null);
          below.disable(Event.WRITE);
        }
        top.write(new byte[1000]);
        top.closeAfterFlush();
        final BufferEvent last = top;
        Streams.run(base, () -> last.isClosed() && far.received == 1000);
      }
      base.close();
    }
  }

  @EngineTest
  void afterATimeoutBelowItGoesOn(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent top = filter(bases, ends[0], null);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    top.setCallbacks(null, null, recorded::event);
    ends[0].setTimeouts(null, Duration.ofMillis(50));
    top.write(new byte[8 << 20]);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("WRITING|TIMEOUT");
    ends[0].setTimeouts(null, null);
    top.closeAfterFlush();
    final Far far = new Far(ends[1]);
    Streams.run(base, () -> top.isClosed() && far.end != 0);
    assertThat(far.received).isEqualTo(8 << 20);
  }

  @EngineTest
  void afterAnErrorBelowItEnds(final Bases bases) {
    for (int depth = 1; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      BufferEvent top = ends[0];
      for (int i = 0; i < depth; i++) {
        top = filter(bases, top, null);
      }
      final Streams.EventRecorder recorded = new Streams.EventRecorder();
      top.setCallbacks(null, null, recorded::event);
      ends[1].handle().set(NetOption.LINGER, 0);
      ends[1].close();
      Streams.runFor(base, 20);
      top.write(new byte[100]);
      Streams.run(base, () -> recorded.events.contains("WRITING|ERROR"));
      top.write(new byte[100]);
      top.closeAfterFlush();
      final BufferEvent last = top;
      Streams.run(base, last::isClosed);
      base.close();
    }
  }

  @EngineTest
  void whatIsNotClosedWithTheFilterGoesOnReading(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Far far = new Far(ends[1]);
    final BufferEvent top = bases.later(BufferEvent.filter(ends[0], null, null, 0));
    top.write(new byte[5]);
    top.closeAfterFlush();
    Streams.run(base, () -> top.isClosed() && far.received == 5);
    final Far near = new Far(ends[0]);
    ends[1].write(new byte[7]);
    Streams.run(base, () -> near.received == 7);
  }

  @EngineTest
  void aFilterThatThrowsEndsIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final RuntimeException oops = new IllegalStateException("oops");
    final BufferEvent top =
        filter(
            bases,
            ends[0],
            (source, target, limit, mode) -> {
              if (mode == FlushMode.NORMAL) {
                return StreamFilter.Result.NEED_MORE;
              }
              throw oops;
            });
    top.write(new byte[5]);
    top.closeAfterFlush();
    assertThat(top.isClosed()).isTrue();
    assertThat(bases.exceptions).containsExactly(oops);
  }

  @EngineTest
  void insideItsOwnFilterItSendsEverything(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Far far = new Far(ends[1]);
    final BufferEvent[] top = new BufferEvent[1];
    final Keeping keeping = new Keeping();
    top[0] =
        filter(
            bases,
            ends[0],
            (source, target, limit, mode) -> {
              if (mode == FlushMode.NORMAL) {
                top[0].closeAfterFlush();
              }
              return keeping.filter(source, target, limit, mode);
            });
    top[0].write(new byte[100]);
    Streams.run(base, () -> far.end != 0);
    assertThat(far.received).isEqualTo(100);
    assertThat(top[0].isClosed()).isTrue();
  }

  @EngineTest
  void aStreamHasOneFilter(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent first = bases.later(BufferEvent.filter(ends[0], null, null, 0));
    assertThatThrownBy(() -> BufferEvent.filter(ends[0], null, null, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a filter already");
    first.close();
    bases.later(BufferEvent.filter(ends[0], null, null, 0));
  }

  @EngineTest
  void theEndComesAfterAllThatPassesTheFilter(final Bases bases) {
    for (int depth = 1; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final BufferEvent[] pair = BufferEvent.pair(base, 0);
      final BufferEvent far = bases.later(pair[1]);
      BufferEvent top = bases.later(pair[0]);
      for (int i = 0; i < depth; i++) {
        top = bases.later(BufferEvent.filter(top, null, null, 0));
      }
      final long[] came = {0, -1};
      top.setWatermarks(Event.READ, 0, 100);
      top.setCallbacks(
          self -> {
            came[0] += self.input().length();
            self.input().drain(self.input().length());
          },
          null,
          (self, what) -> came[1] = came[0]);
      top.enable(Event.READ);
      far.write(new byte[1000]);
      far.flush(Event.WRITE, FlushMode.FINISHED);
      Streams.run(base, () -> came[1] >= 0);
      assertThat(came[1]).as("depth %d", depth).isEqualTo(1000);
      base.close();
    }
  }
}
