package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.tls.Tls;

/**
 * Streams on top of each other, in all combinations of filters and TLS: a layer without {@code
 * CLOSE_ON_FREE} ends, and what is below goes on.
 */
class LayersTest {
  private static final int MANY = 300_000;

  /** What a layer is made of. */
  private enum Layer {
    FILTER,
    TLS
  }

  private final List<String> events = new ArrayList<>();

  /** The same layer at both ends. */
  private BufferEvent[] on(
      final Bases bases, final Layer layer, final BufferEvent[] below, final int options) {
    if (layer == Layer.FILTER) {
      return new BufferEvent[] {
        bases.later(BufferEvent.filter(below[0], null, null, options)),
        bases.later(BufferEvent.filter(below[1], null, null, options))
      };
    }
    final BufferEvent client =
        bases.later(Tls.filter(below[0], TlsKit.SUN_13.trusting(), Tls.State.CONNECTING, options));
    Tls.of(client).peer("localhost", -1);
    return new BufferEvent[] {
      client,
      bases.later(Tls.filter(below[1], TlsKit.SUN_13.localhost(), Tls.State.ACCEPTING, options))
    };
  }

  private static void enable(final BufferEvent[] ends) {
    for (final BufferEvent end : ends) {
      end.enable(Event.READ | Event.WRITE);
    }
  }

  private static void pass(final EventBase base, final BufferEvent[] ends, final int count) {
    final long before = ends[1].input().length();
    ends[0].write(new byte[count]);
    Streams.run(base, () -> ends[1].input().length() == before + count);
    ends[1].input().drain(ends[1].input().length());
  }

  /** What the upper layer has sent has left when it is closed, and the lower one is not ended. */
  private void endsAlone(final Bases bases, final Layer lower, final Layer upper, final int way) {
    final EventBase base = bases.base();
    final BufferEvent[] below =
        on(
            bases,
            lower,
            Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE),
            BufferEvent.CLOSE_ON_FREE);
    final BufferEvent[] above = on(bases, upper, below, 0);
    enable(above);
    pass(base, above, 5);
    above[0].write(new byte[MANY]);
    if (way == 0) {
      above[0].closeAfterFlush();
    } else {
      above[0].closeGracefully(Duration.ofHours(1));
    }
    Streams.run(base, () -> above[0].isClosed() && above[1].input().length() == MANY);
    assertThat(below[0].isClosed()).isFalse();
    above[1].close();
    below[1].input().drain(below[1].input().length());
    for (final BufferEvent end : below) {
      end.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    }
    enable(below);
    Streams.runFor(base, 10); // the last messages of the upper layer may still come
    below[1].input().drain(below[1].input().length());
    pass(base, below, 7);
    assertThat(events).as("%s over %s, way %s", upper, lower, way).isEmpty();
  }

  @EngineTest
  void whatIsBelowGoesOn(final Bases bases) {
    for (final Layer lower : Layer.values()) {
      for (final Layer upper : Layer.values()) {
        for (int way = 0; way < 2; way++) {
          endsAlone(bases, lower, upper, way);
        }
      }
    }
  }

  /** A lower filter that keeps bytes back on purpose is no reason to wait for ever. */
  @EngineTest
  void aLowerFilterThatKeepsBytesBack(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final StreamFilter blocks =
        (source, target, limit, mode) -> {
          if (source.length() < 8) {
            return StreamFilter.Result.NEED_MORE;
          }
          source.removeTo(target, 8);
          return StreamFilter.Result.OK;
        };
    final BufferEvent below =
        bases.later(BufferEvent.filter(pair[0], null, blocks, BufferEvent.CLOSE_ON_FREE));
    final BufferEvent above = bases.later(BufferEvent.filter(below, null, null, 0));
    above.enable(Event.WRITE);
    pair[1].enable(Event.READ);
    above.write(new byte[21]);
    above.closeAfterFlush();
    Streams.run(base, () -> above.isClosed() && pair[1].input().length() == 16);
    below.write(new byte[3]);
    Streams.run(base, () -> pair[1].input().length() == 24);
  }

  /** Streams whose input has ended, and their other ends. */
  private List<BufferEvent[]> kinds(final Bases bases, final EventBase base) {
    final List<BufferEvent[]> kinds = new ArrayList<>();
    final int options = BufferEvent.CLOSE_ON_FREE;
    kinds.add(Streams.pair(bases, base, options));
    kinds.add(memory(bases, base));
    kinds.add(on(bases, Layer.FILTER, Streams.pair(bases, base, options), options));
    kinds.add(on(bases, Layer.FILTER, memory(bases, base), options));
    kinds.add(on(bases, Layer.TLS, Streams.pair(bases, base, options), options));
    kinds.add(on(bases, Layer.TLS, memory(bases, base), options));
    kinds.add(
        on(
            bases,
            Layer.FILTER,
            on(bases, Layer.TLS, Streams.pair(bases, base, options), options),
            options));
    return kinds;
  }

  private static BufferEvent[] memory(final Bases bases, final EventBase base) {
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(pair[0]);
    bases.later(pair[1]);
    return pair;
  }

  /**
   * A program that reads a stream that has ended learns it, also when another part has heard of it.
   */
  @EngineTest
  void anEndIsReportedToEachThatReads(final Bases bases) {
    final EventBase base = bases.base();
    for (final BufferEvent[] ends : kinds(bases, base)) {
      final List<String> heard = new ArrayList<>();
      ends[1].setCallbacks(null, null, (self, what) -> heard.add(Streams.text(what)));
      enable(ends);
      pass(base, ends, 5);
      heard.remove("CONNECTED");
      ends[0].shutdownOutput();
      Streams.run(base, () -> !heard.isEmpty());
      assertThat(heard).as("%s", ends[1]).containsExactly("READING|EOF");
      Streams.runFor(base, 5);
      ends[1].enable(Event.READ);
      ends[1].enable(Event.READ);
      Streams.run(base, () -> heard.size() > 1);
      Streams.runFor(base, 5);
      assertThat(heard).as("%s", ends[1]).containsExactly("READING|EOF", "READING|EOF");
      final BufferEvent[] target = memory(bases, base);
      target[1].setCallbacks(null, null, (self, what) -> heard.add("target " + Streams.text(what)));
      target[1].enable(Event.READ);
      ends[1].pipeTo(target[0]);
      Streams.run(base, () -> heard.size() > 3);
      assertThat(heard).as("%s", ends[1]).endsWith("READING|EOF", "target READING|EOF");
    }
  }

  /** Also when the other end is closed since. */
  @EngineTest
  void anEndInMemoryOutlivesTheOtherEnd(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] ends = memory(bases, base);
    ends[1].setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    enable(ends);
    ends[0].shutdownOutput();
    Streams.run(base, () -> !events.isEmpty());
    ends[0].close();
    ends[1].enable(Event.READ);
    Streams.run(base, () -> events.size() > 1);
    assertThat(events).containsExactly("READING|EOF", "READING|EOF");
  }

  /** An end that was only said to have come is not the stream's. */
  @EngineTest
  void anEndByTheProgramIsNone(final Bases bases) {
    final EventBase base = bases.base();
    for (final BufferEvent[] ends : kinds(bases, base)) {
      enable(ends);
      pass(base, ends, 5);
      ends[1].triggerEvent(BufferEvent.READING | BufferEvent.EOF, 0);
      ends[1].enable(Event.READ);
      pass(base, ends, 6);
    }
  }
}
