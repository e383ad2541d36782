package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventCallback;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.net.NetSocket;

/**
 * What an event is at any time: pending, active, both, neither; and what it reports about itself.
 */
class EventStateTest {
  private static final int ANY =
      Event.READ | Event.WRITE | Event.SIGNAL | Event.TIMEOUT | Event.CLOSED;

  private static void send(final NetSocket socket) {
    socket.write(ByteBuffer.allocate(1));
  }

  @EngineTest
  void pendingReportsWhatAnEventWaitsForAndNothingElse(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event read = base.newEvent(pair[0], Event.READ, (event, what) -> {});
    final Event write = base.newEvent(pair[0], Event.WRITE, (event, what) -> {});
    final Event timer = base.newTimer((event, what) -> {});
    final Event signal =
        base.newSignal(TestSystem.SIGNALS.get(0).number(base), (event, what) -> {});
    for (final Event event : List.of(read, write, timer, signal)) {
      assertThat(event.pending(ANY)).isZero();
    }
    read.add();
    write.add(Duration.ofHours(1));
    timer.add(Duration.ofHours(2));
    signal.add();
    assertThat(read.pending(ANY)).isEqualTo(Event.READ);
    assertThat(read.pending(Event.WRITE | Event.TIMEOUT)).isZero();
    assertThat(read.remaining()).isNull();
    assertThat(write.pending(ANY)).isEqualTo(Event.WRITE | Event.TIMEOUT);
    assertThat(write.pending(Event.TIMEOUT)).isEqualTo(Event.TIMEOUT);
    assertThat(write.remaining()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    assertThat(timer.pending(ANY)).isEqualTo(Event.TIMEOUT);
    assertThat(timer.remaining()).isBetween(Duration.ofMinutes(119), Duration.ofHours(2));
    assertThat(signal.pending(ANY)).isEqualTo(Event.SIGNAL);
    for (final Event event : List.of(read, write, timer, signal)) {
      event.delete();
      assertThat(event.pending(ANY)).isZero();
      assertThat(event.isPending()).isFalse();
    }
  }

  @EngineTest
  void anActiveEventIsPendingForWhatItWasActivatedWithUntilItIsDeleted(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event = base.newUserEvent((self, what) -> ran.incrementAndGet());
    event.activate(Event.READ);
    assertThat(event.pending(ANY)).isEqualTo(Event.READ);
    event.activate(Event.WRITE);
    assertThat(event.pending(ANY)).isEqualTo(Event.READ | Event.WRITE);
    event.delete();
    assertThat(event.pending(ANY)).isZero();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).hasValue(0);
  }

  @EngineTest
  void anEventReportsWhatItWasMadeOf(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final EventCallback callback = (event, what) -> {};
    final Event event = base.newEvent(pair[0], Event.READ | Event.PERSIST, callback);
    assertThat(event.base()).isSameAs(base);
    assertThat(event.handle()).isSameAs(pair[0]);
    assertThat(event.events()).isEqualTo(Event.READ | Event.PERSIST);
    assertThat(event.callback()).isSameAs(callback);
    assertThat(event.signal()).isEqualTo(-1);
    assertThat(event.priority()).isEqualTo(base.priorities() / 2);
    final int number = TestSystem.SIGNALS.get(0).number(base);
    final Event signal = base.newSignal(number, callback);
    assertThat(signal.signal()).isEqualTo(number);
    assertThat(signal.handle()).isNull();
    assertThat(signal.events()).isEqualTo(Event.SIGNAL | Event.PERSIST);
  }

  @EngineTest
  void oneShotEventsThatAddEachOtherRunOncePerPass(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event[] events = new Event[2];
    for (int i = 0; i < 2; i++) {
      final int other = 1 - i;
      final String name = "event " + i;
      events[i] =
          base.newEvent(
              pair[0],
              Event.WRITE,
              (event, what) -> {
                ran.add(name);
                events[other].add();
              });
      events[i].add();
    }
    base.loop(EventBase.LOOP_ONCE);
    assertThat(ran).containsExactlyInAnyOrder("event 0", "event 1");
    // The second to run has added the first, which had run; the first had added what was pending.
    final Event last = events[ran.get(1).equals("event 0") ? 0 : 1];
    final Event first = events[ran.get(0).equals("event 0") ? 0 : 1];
    assertThat(first.isPending()).isTrue();
    assertThat(last.isPending()).isFalse();
  }

  @EngineTest
  void aOneShotEventMayAddItselfInItsCallback(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger ran = new AtomicInteger();
    base.newEvent(
            pair[0],
            Event.WRITE,
            (event, what) -> {
              assertThat(event.isPending()).isFalse();
              if (ran.incrementAndGet() < 5) {
                event.add();
              }
            })
        .add();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).hasValue(5);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void bulkDataCrossesByOneShotEvents(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final byte[] data = new byte[1 << 19];
    new Random(11).nextBytes(data);
    final ByteBuffer out = ByteBuffer.wrap(data);
    final ByteBuffer in = ByteBuffer.allocate(data.length + 1);
    base.newEvent(
            pair[0],
            Event.WRITE,
            (event, what) -> {
              pair[0].write(out);
              if (out.hasRemaining()) {
                event.add();
              } else {
                pair[0].shutdownOutput();
              }
            })
        .add();
    base.newEvent(
            pair[1],
            Event.READ,
            (event, what) -> {
              if (pair[1].read(in) != NetSocket.END) {
                event.add();
              }
            })
        .add();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(bases.exceptions).isEmpty();
    assertThat(Arrays.copyOf(in.array(), in.position())).isEqualTo(data);
  }

  @EngineTest
  void eventsAddedOneByOneBetweenPassesAllFire(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 70; i++) {
      final NetSocket[] pair = bases.pair(base);
      base.newEvent(
              pair[0],
              Event.WRITE | Event.PERSIST,
              (event, what) -> {
                ran.incrementAndGet();
                event.delete();
              })
          .add();
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).hasValue(70);
  }

  @EngineTest
  void anEventThatWasMeantForOnceAndNeverFiredGoesWithItsBase(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger ran = new AtomicInteger();
    base.once(pair[0], Event.READ, null, (event, what) -> ran.incrementAndGet());
    base.once(null, Event.TIMEOUT, Duration.ofHours(1), (event, what) -> ran.incrementAndGet());
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isEqualTo(2);
    base.close();
    send(pair[1]);
    assertThat(ran).hasValue(0);
  }

  @EngineTest
  void activationBySignalReachesItsEventsOnly(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final int one = TestSystem.SIGNALS.get(0).number(base);
    final int other = TestSystem.SIGNALS.get(1).number(base);
    final Event first = base.newSignal(one, (event, what) -> ran.add("one"));
    final Event second = base.newSignal(other, (event, what) -> ran.add("other"));
    first.add();
    second.add();
    base.activateBySignal(one);
    base.activateBySignal(12_345);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(ran).containsExactly("one");
    first.close();
    second.close();
  }

  @EngineTest
  void aFloodOfDeferredCallbacksDoesNotDelayATimer(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final AtomicInteger deferred = new AtomicInteger();
    final DeferredCallback[] flood = new DeferredCallback[40];
    for (int i = 0; i < flood.length; i++) {
      final int own = i;
      flood[i] =
          base.newDeferred(
              () -> {
                if (deferred.getAndIncrement() % flood.length == 0) {
                  bases.spend(1);
                }
                flood[own].schedule();
              });
      flood[i].schedule();
    }
    base.newTimer(
            (event, what) -> {
              ran.add("timer");
              base.loopBreak();
            })
        .add(Duration.ofMillis(20));
    base.dispatch();
    assertThat(ran).containsExactly("timer");
    assertThat(deferred.get()).isGreaterThan(flood.length);
  }
}
