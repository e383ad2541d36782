package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/** Streams that always have much to receive, and others beside them. */
class StreamFairnessTest {
  private static final int PAIRS = 100;
  private static final int LINE = 8000;

  private final int[] turns = new int[PAIRS];

  private int allTurns() {
    return Arrays.stream(turns).sum();
  }

  private int fewestTurns() {
    return Arrays.stream(turns).min().orElseThrow();
  }

  /** Pairs that send a line to and fro; a high watermark of a line stops it after each. */
  private void keepBusy(final Bases bases, final EventBase base, final int highWatermark) {
    for (int i = 0; i < PAIRS; i++) {
      final int number = i;
      final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      for (final BufferEvent end : ends) {
        end.setCallbacks(
            self -> {
              turns[number]++;
              self.output().add(self.input());
            },
            null,
            null);
        end.setWatermarks(Event.READ, 0, highWatermark);
        end.enable(Event.READ);
      }
      ends[0].write(new byte[LINE]);
    }
    Streams.run(base, () -> fewestTurns() >= 5);
  }

  private void assertAQuietOneIsHeard(final Bases bases, final EventBase base) {
    final AtomicBoolean heard = new AtomicBoolean();
    final SocketBufferEvent[] quiet = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    quiet[1].setCallbacks(self -> heard.set(true), null, null);
    quiet[1].enable(Event.READ);
    Streams.run(base, () -> fewestTurns() >= 10);
    quiet[0].write(new byte[1]);
    final int before = allTurns();
    Streams.run(base, heard::get);
    assertThat(allTurns() - before).as("turns of the others").isLessThan(8 * PAIRS);
    final int max = Arrays.stream(turns).max().orElseThrow();
    assertThat(max).as("turns of one").isLessThan(3 * fewestTurns());
  }

  @EngineTest
  void aQuietStreamIsHeardAmongManyThatNeverStop(final Bases bases) {
    final EventBase base = bases.base();
    keepBusy(bases, base, 0);
    assertAQuietOneIsHeard(bases, base);
  }

  @EngineTest
  void aQuietStreamIsHeardAmongManyThatStopAndGoOn(final Bases bases) {
    final EventBase base = bases.base();
    keepBusy(bases, base, LINE);
    assertAQuietOneIsHeard(bases, base);
  }
}
