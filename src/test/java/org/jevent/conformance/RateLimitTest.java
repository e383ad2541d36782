package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.CallbackEntry;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.junit.jupiter.api.Test;

/** Rate limits: never more than the bucket gives, and in the end everything. */
class RateLimitTest {
  private static final Duration TICK = Duration.ofMillis(20);

  private static TokenBucketConfig rate(final long bytesPerTick) {
    return new TokenBucketConfig(bytesPerTick, bytesPerTick, bytesPerTick, bytesPerTick, TICK);
  }

  /** What a bucket can have given in that time: what it held, and a tick's worth for each begun. */
  private static long maxBytes(final Bases bases, final long bytesPerTick, final long start) {
    final long ticks = (bases.nanoTime() - start) / TICK.toNanos() + 2;
    return bytesPerTick * ticks;
  }

  @EngineTest
  void aWriterIsHeldToItsRateAndEverythingArrives(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].limits().set(rate(1000));
    ends[1].enable(Event.READ);
    final long start = bases.nanoTime();
    ends[0].write(new byte[12_500]);
    Streams.run(
        base,
        () -> {
          assertThat(ends[1].input().length()).isLessThanOrEqualTo(maxBytes(bases, 1000, start));
          return ends[1].input().length() == 12_500;
        });
    assertThat(bases.nanoTime() - start).isGreaterThan(TICK.multipliedBy(10).toNanos());
  }

  @EngineTest
  void aReaderIsHeldToItsRateAndTheEndComesLast(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].limits().set(rate(1000));
    ends[1].setCallbacks(null, null, recorded::event);
    final long start = bases.nanoTime();
    ends[1].enable(Event.READ);
    ends[0].write(new byte[12_500]);
    ends[0].shutdownOutput();
    Streams.run(
        base,
        () -> {
          assertThat(ends[1].input().length()).isLessThanOrEqualTo(maxBytes(bases, 1000, start));
          return !recorded.events.isEmpty();
        });
    assertThat(ends[1].input().length()).isEqualTo(12_500);
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void aLimitCanBeRaisedAndLifted(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[1].enable(Event.READ);
    final TokenBucketConfig slow = new TokenBucketConfig(10, 10, 10, 10, Duration.ofHours(1));
    ends[0].limits().set(slow);
    assertThat(ends[0].limits().config()).isEqualTo(slow);
    ends[0].write(new byte[1_000_000]);
    Streams.run(base, () -> ends[1].input().length() == 10);
    Streams.runFor(base, 50);
    assertThat(ends[1].input().length()).isEqualTo(10);
    ends[0].limits().set(null);
    assertThat(ends[0].limits().config()).isNull();
    Streams.run(base, () -> ends[1].input().length() == 1_000_000);
    ends[0].limits().set(slow);
    ends[0].write(new byte[1000]);
    Streams.run(base, () -> ends[1].input().length() == 1_000_010);
    ends[0].limits().set(rate(100_000));
    Streams.run(base, () -> ends[1].input().length() == 1_001_000);
  }

  @EngineTest
  void bytesCanBeTakenFromABucketAndGivenBack(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[1].enable(Event.READ);
    assertThat(ends[0].limits().readLimit()).isEqualTo(TokenBucketConfig.UNLIMITED);
    assertThatThrownBy(() -> ends[0].limits().decrementRead(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no rate limit");
    ends[0].limits().set(new TokenBucketConfig(100, 100, 100, 100, Duration.ofHours(1)));
    assertThat(ends[0].limits().readLimit()).isEqualTo(100);
    ends[0].limits().decrementRead(30);
    assertThat(ends[0].limits().readLimit()).isEqualTo(70);
    assertThat(ends[0].limits().maxToRead()).isEqualTo(70);
    ends[0].limits().decrementWrite(100);
    assertThat(ends[0].limits().writeLimit()).isZero();
    assertThat(ends[0].limits().maxToWrite()).isZero();
    ends[0].write(new byte[50]);
    Streams.runFor(base, 50);
    assertThat(ends[0].output().length()).isEqualTo(50);
    ends[0].limits().decrementWrite(-40);
    Streams.run(base, () -> ends[1].input().length() == 40);
    assertThat(ends[0].output().length()).isEqualTo(10);
  }

  @EngineTest
  void oneReadAndOneWriteTakeNoMoreThanTheyMay(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<Long> steps = new ArrayList<>();
    ends[1].maxSingleRead(100);
    ends[0].maxSingleWrite(1000);
    assertThat(ends[1].maxSingleRead()).isEqualTo(100);
    assertThat(ends[0].maxSingleWrite()).isEqualTo(1000);
    ends[1].setCallbacks(
        s -> {
          steps.add(s.input().length());
          s.input().drain(s.input().length());
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[10_000]);
    Streams.run(base, () -> steps.stream().mapToLong(Long::longValue).sum() == 10_000);
    assertThat(steps).allSatisfy(step -> assertThat(step).isLessThanOrEqualTo(100));
    ends[1].maxSingleRead(0);
    assertThat(ends[1].maxSingleRead()).isEqualTo(16_384);
    assertThatThrownBy(() -> ends[1].maxSingleWrite(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** More than the engines' buffers hold, which are as large as a read is by default. */
  @EngineTest
  void oneReadTakesAsMuchAsItMay(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final byte[] sent = new byte[1 << 20];
    new SplittableRandom(7).nextBytes(sent);
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final List<Integer> steps = new ArrayList<>();
    ends[0].maxSingleWrite(1 << 17);
    ends[1].maxSingleRead(1 << 16);
    ends[1].setCallbacks(
        s -> {
          final byte[] bytes = new byte[(int) s.input().length()];
          s.input().remove(bytes);
          received.writeBytes(bytes);
          steps.add(bytes.length);
        },
        null,
        null);
    ends[0].write(sent);
    Streams.runFor(base, 50); // so that there is much to read
    ends[1].enable(Event.READ);
    Streams.run(base, () -> received.size() == sent.length);
    assertThat(received.toByteArray()).isEqualTo(sent);
    assertThat(steps).allSatisfy(step -> assertThat(step).isLessThanOrEqualTo(1 << 16));
    assertThat(steps).anySatisfy(step -> assertThat(step).isGreaterThan(3 * 16_384));
  }

  @EngineTest
  void aGroupSharesItsBucketAndCountsWhatItMoved(final Bases bases) {
    final EventBase base = bases.base();
    final RateLimitGroup group = new RateLimitGroup(base, rate(3000));
    final List<BufferEvent> readers = new ArrayList<>();
    final List<BufferEvent> writers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      writers.add(ends[0]);
      readers.add(ends[1]);
      ends[0].limits().join(group);
      assertThat(ends[0].limits().group()).isSameAs(group);
      ends[1].enable(Event.READ);
    }
    assertThat(group.size()).isEqualTo(5);
    final long start = bases.nanoTime();
    writers.forEach(writer -> writer.write(new byte[8000]));
    Streams.run(
        base,
        () -> {
          final long total = readers.stream().mapToLong(r -> r.input().length()).sum();
          // what members have taken and not yet been charged for is theirs, too
          assertThat(total).isLessThanOrEqualTo(3000 + maxBytes(bases, 3000, start));
          return total == 5 * 8000;
        });
    assertThat(group.totalWritten()).isEqualTo(5 * 8000);
    assertThat(group.totalRead()).isZero();
    group.resetTotals();
    assertThat(group.totalWritten()).isZero();
    assertThatThrownBy(group::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5 members");
    writers.forEach(BufferEvent::close);
    assertThat(group.size()).isZero();
    group.close();
  }

  @EngineTest
  void theSmallerOfTwoLimitsHoldsAndLeavingTheGroupFrees(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TokenBucketConfig never = new TokenBucketConfig(500, 500, 500, 500, Duration.ofHours(1));
    try (RateLimitGroup group = new RateLimitGroup(base, never)) {
      ends[1].limits().join(group);
      ends[1].limits().set(rate(50_000));
      ends[1].enable(Event.READ);
      ends[0].write(new byte[60_000]);
      Streams.run(base, () -> ends[1].input().length() == 500);
      Streams.runFor(base, 60);
      assertThat(ends[1].input().length()).isEqualTo(500);
      assertThat(group.readLimit()).isZero();
      assertThat(group.totalRead()).isEqualTo(500);
      group.decrementRead(-100);
      Streams.run(base, () -> ends[1].input().length() == 600);
      ends[1].limits().leave();
      assertThat(ends[1].limits().group()).isNull();
      Streams.run(base, () -> ends[1].input().length() == 60_000);
    }
  }

  @EngineTest
  void aGroupCanBeGivenAnotherRate(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TokenBucketConfig never = new TokenBucketConfig(100, 100, 100, 100, Duration.ofHours(1));
    final RateLimitGroup group = new RateLimitGroup(base, never);
    assertThat(group.minShare()).isEqualTo(RateLimitGroup.DEFAULT_MIN_SHARE);
    group.minShare(5000);
    assertThat(group.minShare()).as("no more than a tick's rate").isEqualTo(100);
    ends[0].limits().join(group);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[30_000]);
    Streams.run(base, () -> ends[1].input().length() == 100);
    group.config(rate(2000));
    assertThat(group.config()).isEqualTo(rate(2000));
    assertThat(group.minShare()).isEqualTo(2000);
    Streams.run(base, () -> ends[1].input().length() == 30_000);
    ends[0].close();
    group.close();
    assertThatThrownBy(() -> ends[1].limits().join(group))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** As when a tick ends between what was sent and the step in which members are suspended. */
  @EngineTest
  void aBucketThatIsEmptyForAMomentDelaysNoMember(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TokenBucketConfig never =
        new TokenBucketConfig(1000, 10_000, 1000, 10_000, Duration.ofHours(1));
    for (final boolean reads : new boolean[] {false, true}) {
      final RateLimitGroup group = new RateLimitGroup(base, never);
      final BufferEvent member = ends[reads ? 1 : 0];
      member.limits().join(group);
      final Event fill =
          bases.later(
              base.newTimer(
                  (event, what) -> {
                    group.decrementRead(-10_000);
                    group.decrementWrite(-10_000);
                  }));
      final boolean[] emptied = {false};
      final CallbackEntry entry =
          (reads ? member.input() : member.output())
              .addCallback(
                  (buffer, was, added, removed) -> {
                    if (!emptied[0] && (reads ? added : removed) > 0) {
                      emptied[0] = true;
                      group.decrementRead(5000);
                      group.decrementWrite(5000);
                      fill.activate(Event.TIMEOUT);
                    }
                  });
      ends[1].enable(Event.READ);
      ends[0].write(new byte[3000]);
      Streams.run(base, () -> ends[1].input().length() == 3000);
      assertThat(emptied[0]).isTrue();
      entry.remove();
      ends[1].input().drain(3000);
      member.limits().leave();
      group.close();
    }
  }

  @EngineTest
  void aGroupOfAnotherBaseIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final EventBase other = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    try (RateLimitGroup group = new RateLimitGroup(other, rate(1))) {
      assertThatThrownBy(() -> ends[0].limits().join(group))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @EngineTest
  void aLimitedStreamFlushesBeforeItCloses(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    ends[0].limits().set(rate(1000));
    ends[0].write(new byte[5000]);
    ends[0].closeAfterFlush();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(ends[1].input().length()).isEqualTo(5000);
    assertThat(ends[0].isClosed()).isTrue();
  }

  @Test
  void badRatesAndTicksAreRefused() {
    final Duration second = Duration.ofSeconds(1);
    for (final long[] bad : new long[][] {{0, 1, 1, 1}, {2, 1, 1, 1}, {1, 1, 0, 1}, {1, 1, 2, 1}}) {
      assertThatThrownBy(() -> new TokenBucketConfig(bad[0], bad[1], bad[2], bad[3], second))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rate");
    }
    assertThatThrownBy(() -> new TokenBucketConfig(1, Long.MAX_VALUE, 1, 1, second))
        .isInstanceOf(IllegalArgumentException.class);
    for (final Duration tick :
        List.of(Duration.ZERO, Duration.ofNanos(999_999), second.negated(), Duration.ofDays(999))) {
      assertThatThrownBy(() -> new TokenBucketConfig(1, 1, 1, 1, tick))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tick");
    }
  }

  @EngineTest
  void theMaximumRatesDoNotOverflow(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long max = TokenBucketConfig.UNLIMITED;
    ends[0].limits().set(new TokenBucketConfig(max, max, max, max, Duration.ofMillis(1)));
    ends[1].enable(Event.READ);
    ends[0].write(new byte[500_000]);
    Streams.run(base, () -> ends[1].input().length() == 500_000);
    Streams.runFor(base, 20);
    assertThat(ends[0].limits().writeLimit()).isPositive().isLessThanOrEqualTo(max);
  }
}
