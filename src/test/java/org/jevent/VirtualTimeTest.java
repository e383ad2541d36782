package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A program takes its time from the engine alone: years pass as fast as the callbacks run, to the
 * nanosecond.
 */
@Timeout(20)
class VirtualTimeTest {
  private static final Duration YEAR = Duration.ofDays(365);

  private final SteppedEngine engine = new SteppedEngine(1);

  @Test
  void timersOfYearsExpireInOrderAndOnTime() {
    final List<Duration> fired = new ArrayList<>();
    try (EventBase base = engine.newBase()) {
      for (final int years : new int[] {3, 1, 2}) {
        base.newTimer((event, what) -> fired.add(engine.elapsed())).add(YEAR.multipliedBy(years));
      }
      base.dispatch();
      assertThat(base.cachedNanos()).isEqualTo(3 * YEAR.toNanos());
      assertThat(base.cachedTime()).isEqualTo(SteppedEngine.BEGIN.plus(YEAR.multipliedBy(3)));
    }
    assertThat(fired).containsExactly(YEAR, YEAR.multipliedBy(2), YEAR.multipliedBy(3));
  }

  @Test
  void timeThatIsSteppedByHandExpiresTimersWithoutAWait() {
    final List<Duration> fired = new ArrayList<>();
    try (EventBase base = engine.newBase()) {
      base.newTimer((event, what) -> fired.add(engine.elapsed())).add(YEAR);
      engine.advance(YEAR.minusNanos(1));
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(fired).isEmpty();
      engine.advance(Duration.ofNanos(1));
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(fired).containsExactly(YEAR);
  }

  @Test
  void aPeriodicTimerAndLoopExitCountTheDaysOfAYear() {
    final int[] days = {0};
    try (EventBase base = engine.newBase()) {
      base.newPeriodicTimer((event, what) -> days[0]++).add(Duration.ofDays(1));
      base.loopExit(YEAR.plusHours(1));
      base.dispatch();
    }
    assertThat(days[0]).isEqualTo(365);
    assertThat(engine.elapsed()).isEqualTo(YEAR.plusHours(1));
  }

  @Test
  void commonTimeoutsExpireOnTime() {
    final List<Duration> fired = new ArrayList<>();
    try (EventBase base = engine.newBase()) {
      final CommonTimeout month = base.initCommonTimeout(Duration.ofDays(30));
      base.newTimer((event, what) -> fired.add(engine.elapsed())).add(month);
      base.newTimer(
              (event, what) ->
                  base.newTimer((later, end) -> fired.add(engine.elapsed())).add(month))
          .add(Duration.ofDays(10));
      base.dispatch();
    }
    assertThat(fired).containsExactly(Duration.ofDays(30), Duration.ofDays(40));
  }

  @Test
  void aStreamTimesOutAfterItsHour() {
    final List<String> events = new ArrayList<>();
    try (EventBase base = engine.newBase()) {
      final NetSocket[] pair = base.sockets().pair();
      final SocketBufferEvent reader = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
      reader.setCallbacks(
          null,
          null,
          (self, what) -> {
            events.add(what + " " + engine.elapsed());
            self.close();
          });
      reader.setTimeouts(Duration.ofHours(1), null);
      reader.enable(Event.READ);
      base.dispatch();
      pair[1].close();
    }
    final int timeout = BufferEvent.TIMEOUT | BufferEvent.READING;
    assertThat(events).containsExactly(timeout + " PT1H");
  }

  @Test
  void aLimitedStreamTakesTheTimeOfItsRate() {
    final int size = 10_000;
    try (EventBase base = engine.newBase()) {
      final NetSocket[] pair = base.sockets().pair();
      final SocketBufferEvent writer = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
      final SocketBufferEvent reader = BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE);
      final TokenBucketConfig tenInASecond =
          new TokenBucketConfig(10, 10, 10, 10, Duration.ofSeconds(1));
      reader.setCallbacks(
          self -> {
            if (self.input().length() == size) {
              base.loopExit();
            }
          },
          null,
          null);
      reader.limits().set(tenInASecond);
      reader.enable(Event.READ);
      writer.write(new byte[size]);
      base.dispatch();
      assertThat(reader.input().length()).isEqualTo(size);
      reader.close();
      writer.close();
    }
    assertThat(engine.elapsed()).isBetween(Duration.ofSeconds(999), Duration.ofSeconds(1001));
  }

  @Test
  void theMembersOfAGroupTakeTurnsInAnOrderThatTheSeedRepeats() {
    final List<Integer> order = orderOfMembers(7);
    assertThat(orderOfMembers(7)).isEqualTo(order);
    assertThat(List.of(orderOfMembers(8), orderOfMembers(9))).anyMatch(it -> !it.equals(order));
  }

  private static List<Integer> orderOfMembers(final long seed) {
    final SteppedEngine seeded = new SteppedEngine(seed);
    final List<Integer> order = new ArrayList<>();
    try (EventBase base = seeded.newBase()) {
      final RateLimitGroup group =
          new RateLimitGroup(
              base, new TokenBucketConfig(100, 100, 100, 100, Duration.ofSeconds(1)));
      final List<BufferEvent> streams = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        final int number = i;
        final NetSocket[] pair = base.sockets().pair();
        final SocketBufferEvent reader =
            BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
        final SocketBufferEvent writer =
            BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE);
        reader.setCallbacks(self -> order.add(number), null, null);
        reader.limits().join(group);
        reader.enable(Event.READ);
        writer.write(new byte[1000]);
        streams.add(reader);
        streams.add(writer);
      }
      base.loopExit(Duration.ofSeconds(30));
      base.dispatch();
      streams.forEach(BufferEvent::close);
      group.close();
    }
    return order;
  }
}
