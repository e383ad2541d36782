package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.net.NetSocket;

/**
 * Several edge-triggered events on one descriptor. An added event is called for readiness that is
 * present already, regardless of the other events.
 */
class EdgeTest {
  private static final int ADDED = 4;

  private static EventBase base(final Bases bases) {
    bases.require(EventBase.FEATURE_ET, "edge triggering");
    return bases.base();
  }

  /** What stands beside the event that adds itself again. */
  private static List<Integer> others(final Bases bases) {
    final List<Integer> masks =
        new ArrayList<>(List.of(Event.READ, Event.WRITE, Event.READ | Event.WRITE));
    if (bases.has(EventBase.FEATURE_EARLY_CLOSE)) {
      masks.add(Event.CLOSED);
    }
    return masks;
  }

  private static void turn(final EventBase base) {
    for (int i = 0; i < 3 * ADDED; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  private static NetSocket[] withBytes(final Bases bases, final EventBase base) {
    final NetSocket[] pair = bases.pair(base);
    pair[1].write(ByteBuffer.allocate(ADDED));
    return pair;
  }

  @EngineTest
  void aOneShotThatAddsItselfAgainIsCalledEachTimeWhateverStandsBesideIt(final Bases bases) {
    final EventBase base = base(bases);
    for (final int mask : new int[] {Event.READ, Event.WRITE, Event.READ | Event.WRITE}) {
      for (final int other : others(bases)) {
        for (final int persist : new int[] {0, Event.PERSIST}) {
          final NetSocket[] pair = withBytes(bases, base);
          final Event beside =
              base.newEvent(pair[0], other | Event.ET | persist, (event, what) -> event.add());
          beside.add();
          turn(base); // its edges are in the past
          final AtomicInteger ran = new AtomicInteger();
          final Event again =
              base.newEvent(
                  pair[0],
                  mask | Event.ET,
                  (event, what) -> {
                    assertThat(what & ~Event.ET).isNotZero();
                    if (ran.incrementAndGet() < ADDED) {
                      event.add();
                    }
                  });
          again.add();
          turn(base);
          assertThat(ran)
              .as("mask %x beside %x, persistent %x", mask, other, persist)
              .hasValue(ADDED);
          again.close();
          beside.close();
        }
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void bytesThatAreReadOneByOneAreAllRead(final Bases bases) {
    final EventBase base = base(bases);
    final NetSocket[] pair = withBytes(bases, base);
    final Event writer =
        base.newEvent(pair[0], Event.WRITE | Event.ET | Event.PERSIST, (event, what) -> {});
    writer.add();
    final AtomicInteger bytes = new AtomicInteger();
    base.newEvent(
            pair[0],
            Event.READ | Event.ET,
            (event, what) -> {
              bytes.addAndGet(pair[0].read(ByteBuffer.allocate(1)));
              if (bytes.get() < ADDED) {
                event.add();
              }
            })
        .add();
    turn(base);
    assertThat(bytes).hasValue(ADDED);
    writer.close();
  }

  @EngineTest
  void aPersistentEventThatIsDeletedAndAddedIsCalledAgain(final Bases bases) {
    final EventBase base = base(bases);
    final NetSocket[] pair = withBytes(bases, base);
    final Event beside =
        base.newEvent(pair[0], Event.WRITE | Event.ET | Event.PERSIST, (event, what) -> {});
    beside.add();
    final AtomicInteger ran = new AtomicInteger();
    final Event reader =
        base.newEvent(
            pair[0], Event.READ | Event.ET | Event.PERSIST, (event, what) -> ran.incrementAndGet());
    for (int i = 1; i <= ADDED; i++) {
      reader.add();
      turn(base);
      assertThat(ran).hasValue(i);
      reader.delete();
      if (i % 2 == 0) {
        turn(base); // with and without a turn between deleting and adding
      }
    }
    reader.close();
    beside.close();
  }

  @EngineTest
  void anEventIsAddedAgainAfterItsTimeout(final Bases bases) {
    final EventBase base = base(bases);
    final NetSocket[] pair = bases.pair(base);
    final Event beside =
        base.newEvent(pair[0], Event.WRITE | Event.ET | Event.PERSIST, (event, what) -> {});
    beside.add();
    final List<Integer> masks = new ArrayList<>();
    final Event reader =
        base.newEvent(
            pair[0],
            Event.READ | Event.ET,
            (event, what) -> {
              masks.add(what);
              if (masks.size() == 1) {
                pair[1].write(ByteBuffer.allocate(1));
                event.add();
              }
            });
    reader.add(Duration.ofMillis(1));
    while (masks.isEmpty()) {
      base.loop(EventBase.LOOP_ONCE);
    }
    turn(base);
    assertThat(masks).containsExactly(Event.TIMEOUT, Event.READ | Event.ET);
    beside.close();
  }

  @EngineTest
  void anEdgeIsReportedOnceWhereNothingIsAdded(final Bases bases) {
    final EventBase base = base(bases);
    final NetSocket[] pair = withBytes(bases, base);
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    final int mask = Event.ET | Event.PERSIST;
    final Event reader =
        base.newEvent(pair[0], Event.READ | mask, (event, what) -> reads.incrementAndGet());
    final Event writer =
        base.newEvent(pair[0], Event.WRITE | mask, (event, what) -> writes.incrementAndGet());
    reader.add();
    writer.add();
    turn(base);
    reader.add(); // it is pending: nothing is added
    turn(base);
    assertThat(reads).hasValue(1);
    assertThat(writes).hasValue(1);
    reader.close();
    writer.close();
  }
}
