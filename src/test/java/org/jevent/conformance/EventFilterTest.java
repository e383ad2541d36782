package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;

/** Filters that see both directions and the end of the stream, and answer without the program. */
class EventFilterTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  /** Shakes hands by five bytes each way before it passes anything, and says goodbye at the end. */
  private static final class Handshake {
    private BufferEvent self;
    private boolean open;

    BufferEvent over(final BufferEvent below) {
      self =
          BufferEvent.filter(
              below, this::input, this::output, this::event, BufferEvent.CLOSE_ON_FREE);
      below.output().add(HELLO);
      return self;
    }

    private StreamFilter.Result input(
        final EventBuffer source,
        final EventBuffer target,
        final long limit,
        final FlushMode mode) {
      if (!open) {
        if (source.length() < HELLO.length) {
          return StreamFilter.Result.NEED_MORE;
        }
        source.drain(HELLO.length);
        open = true;
        self.triggerEvent(BufferEvent.CONNECTED, BufferEvent.TRIGGER_DEFERRED);
        self.flush(Event.WRITE, FlushMode.NORMAL);
        self.enable(Event.WRITE);
      }
      source.removeTo(target, limit < 0 ? source.length() : limit);
      return StreamFilter.Result.OK;
    }

    private StreamFilter.Result output(
        final EventBuffer source,
        final EventBuffer target,
        final long limit,
        final FlushMode mode) {
      if (!open) {
        return StreamFilter.Result.NEED_MORE;
      }
      source.removeTo(target, limit < 0 ? source.length() : limit);
      return StreamFilter.Result.OK;
    }

    /** An end before the handshake is an error, not an end. */
    private int event(final BufferEvent below, final int what) {
      return (what & BufferEvent.EOF) != 0 && !open
          ? BufferEvent.READING | BufferEvent.ERROR
          : what & ~BufferEvent.CONNECTED;
    }
  }

  @EngineTest
  void aHandshakeNeedsNoBytesOfTheProgram(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent one = bases.later(new Handshake().over(ends[0]));
    final List<String> seen = new ArrayList<>();
    one.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    one.enable(Event.READ);
    one.write(new byte[3]);
    Streams.runFor(base, 20);
    assertThat(seen).isEmpty();
    final BufferEvent other = bases.later(new Handshake().over(ends[1]));
    other.enable(Event.READ);
    Streams.run(base, () -> other.input().length() == 3);
    assertThat(seen).containsExactly("CONNECTED");
  }

  @EngineTest
  void theEndBelowIsTheFiltersToJudge(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent filter = bases.later(new Handshake().over(ends[0]));
    final List<String> seen = new ArrayList<>();
    filter.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    filter.enable(Event.READ);
    ends[1].close();
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("READING|ERROR");
  }

  @EngineTest
  void anEventThatItThrowsAtIsPassedOn(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[1]);
    final RuntimeException oops = new IllegalStateException("oops");
    final BufferEvent filter =
        bases.later(
            BufferEvent.filter(
                pair[0],
                null,
                null,
                (below, what) -> {
                  throw oops;
                },
                BufferEvent.CLOSE_ON_FREE));
    final List<String> seen = new ArrayList<>();
    filter.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    filter.enable(Event.READ);
    pair[1].shutdownOutput();
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("READING|EOF");
    assertThat(bases.exceptions).containsExactly(oops);
  }

  /** The bytes are the stream's, so that their release is no more the caller's to run. */
  @EngineTest
  void whatAnOutputFilterThrowsIsNoFailureOfTheAdd(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[1]);
    final RuntimeException oops = new IllegalStateException("oops");
    final BufferEvent filter =
        BufferEvent.filter(
            pair[0],
            null,
            (source, target, limit, mode) -> {
              throw oops;
            },
            BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    filter.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    filter.output().addReference(new byte[10], 0, 10, () -> seen.add("released"));
    assertThat(bases.exceptions).containsExactly(oops);
    assertThat(filter.output().length()).isEqualTo(10);
    Streams.run(base, () -> !seen.isEmpty());
    assertThat(seen).containsExactly("WRITING|ERROR");
    filter.close();
    assertThat(seen).containsExactly("WRITING|ERROR", "released");
  }

  @EngineTest
  void whatAnInputFilterHasGivenBeforeItThrowsIsRead(final Bases bases) {
    for (final boolean together : new boolean[] {false, true}) {
      final EventBase base = bases.base();
      bases.exceptions.clear();
      final BufferEvent[] pair = BufferEvent.pair(base, 0);
      bases.later(pair[1]);
      final RuntimeException oops = new IllegalStateException("oops");
      final BufferEvent filter =
          bases.later(
              BufferEvent.filter(
                  pair[0],
                  (source, target, limit, mode) -> {
                    do {
                      if (source.get(0) == 'X') {
                        throw oops;
                      }
                      source.removeTo(target, 1);
                    } while (together);
                    return StreamFilter.Result.OK;
                  },
                  null,
                  BufferEvent.CLOSE_ON_FREE));
      final List<String> seen = new ArrayList<>();
      filter.setCallbacks(
          self -> seen.add("read " + self.input().length()),
          null,
          (self, what) -> seen.add(Streams.text(what)));
      filter.enable(Event.READ);
      pair[1].output().add("abX");
      Streams.run(base, () -> seen.size() == 2);
      assertThat(seen).containsExactly("read 2", "READING|ERROR");
      assertThat(bases.exceptions).containsExactly(oops);
    }
  }
}
