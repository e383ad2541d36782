package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.net.Handle;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** What numbers at their ends mean where they are allowed: no sum overflows, nothing spins. */
class NumberEndsTest {
  private static final List<Duration> LONGEST =
      List.of(
          ChronoUnit.FOREVER.getDuration(),
          Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
          Duration.ofNanos(Long.MAX_VALUE));
  private static final long LONG_FILE = 3L << 30;
  private static final TokenBucketConfig UNLIMITED =
      new TokenBucketConfig(
          TokenBucketConfig.UNLIMITED,
          TokenBucketConfig.UNLIMITED,
          TokenBucketConfig.UNLIMITED,
          TokenBucketConfig.UNLIMITED,
          Duration.ofSeconds(Integer.MAX_VALUE / 1000));

  /** Of a program, which has made a mistake. */
  private static final Handle NOTHING =
      new Handle() {
        @Override
        public int descriptor() {
          return -5;
        }

        @Override
        public SelectableChannel channel() {
          return null;
        }
      };

  @TempDir private Path directory;

  private static void refused(final ThrowingCallable call, final String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  // ---- time ----

  @EngineTest
  void theLongestTimeoutsNeverFire(final Bases bases) {
    final EventBase base = bases.base();
    final List<Event> events = new ArrayList<>();
    for (final Duration longest : LONGEST) {
      addAll(bases, base, longest, events);
      base.execute(() -> addAll(bases, base, longest, events));
    }
    Streams.runFor(base, 20);
    assertThat(events).hasSize(2 * LONGEST.size() * 4);
    for (final Event event : events) {
      assertThat(event.remaining()).isGreaterThan(Duration.ofDays(100_000));
      event.activate(0); // a periodic one begins its interval again
    }
    Streams.runFor(base, 20);
    assertThat(base.gotExit()).isFalse();
  }

  /** Events with that time-out, of each kind; they may be activated, but time must not. */
  private static void addAll(
      final Bases bases, final EventBase base, final Duration timeout, final List<Event> events) {
    final NetSocket socket = bases.pair(base)[0];
    final List<Event> made =
        List.of(
            base.newTimer(NumberEndsTest::onlyActivated),
            base.newPeriodicTimer(NumberEndsTest::onlyActivated),
            base.newEvent(socket, Event.READ | Event.PERSIST, NumberEndsTest::onlyActivated));
    made.forEach(event -> bases.later(event).add(timeout));
    final Event common = bases.later(base.newPeriodicTimer(NumberEndsTest::onlyActivated));
    common.add(base.initCommonTimeout(timeout));
    events.addAll(made);
    events.add(common);
    base.once(null, Event.TIMEOUT, timeout, (event, what) -> fail("fires"));
    base.loopExit(timeout);
    final BufferEvent stream = Streams.pair(bases, base, 0)[0];
    stream.setCallbacks(null, null, (self, what) -> fail(Streams.text(what)));
    stream.setTimeouts(timeout, timeout);
    stream.enable(Event.READ);
  }

  private static void onlyActivated(final Event event, final int what) {
    assertThat(what).isZero();
  }

  @EngineTest
  void aWaitForTheLongestTimeIsOneWait(final Bases bases) throws InterruptedException {
    for (final Duration longest : LONGEST) {
      final EventBase base = bases.base();
      final List<Long> waits = new ArrayList<>();
      base.watchPrepare((watcher, timeout) -> waits.add(timeout));
      bases.later(base.newTimer((event, what) -> fail("fires"))).add(longest);
      final Thread other =
          new Thread(
              () -> {
                Sleep.millis(50);
                base.loopBreak();
              });
      other.start();
      base.dispatch();
      other.join();
      assertThat(waits).hasSizeLessThan(5);
      assertThat(waits.get(0)).isGreaterThan(Long.MAX_VALUE / 2);
    }
  }

  @EngineTest
  void anIntervalOfZeroPollsAfterEachCallback(final Bases bases) {
    final EventBase base = bases.base(bases.config().maxDispatchInterval(Duration.ZERO, -1, 0));
    final List<String> ran = new ArrayList<>();
    base.watchCheck(watcher -> ran.add("poll"));
    for (int i = 0; i < 3; i++) {
      base.newUserEvent((event, what) -> ran.add("callback")).activate(0);
    }
    base.dispatch();
    assertThat(ran).containsExactly("poll", "callback", "poll", "callback", "poll", "callback");
  }

  // ---- bits ----

  @EngineTest
  void bitsWithoutAMeaningAreRefused(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = bases.pair(base)[0];
    final Event event = bases.later(base.newTimer((self, what) -> fail("runs")));
    refused(() -> base.newEvent(socket, 0x1002, (self, what) -> {}), "READ|0x1000", "4098");
    refused(() -> base.newSignal(2, 0x1000, (self, what) -> {}), "0x1000");
    refused(() -> base.once(socket, 0x100, null, (self, what) -> {}), "0x100");
    refused(() -> event.activate(0x100), "what 256", "0x100");
    refused(() -> base.eventCount(8), "which 8", "COUNT_ADDED");
    refused(() -> base.maxEventCount(-1, true), "which -1");
    final BufferEvent stream = Streams.pair(bases, base, 0)[0];
    stream.setCallbacks(null, null, (self, what) -> fail(Streams.text(what)));
    refused(() -> stream.triggerEvent(0x10010, 0), "what 65552", "0x10010");
    refused(() -> stream.triggerEvent(0, 0), "what 0");
    refused(() -> stream.triggerEvent(BufferEvent.EOF, 1), "options 1");
    refused(() -> stream.trigger(Event.READ, -1), "options -1");
    refused(() -> stream.flush(Event.SIGNAL, FlushMode.FLUSH), "mask 8");
    refused(() -> stream.setWatermarks(Event.READ, -1, 0), "low -1");
    refused(() -> stream.setWatermarks(Event.READ, 0, -1), "high -1");
    refused(() -> BufferEvent.pair(base, 0x40), "options 64");
    Streams.runFor(base, 10);
    assertThat(event.isPending()).isFalse();
    Streams.assertUnharmed(bases, base, stream);
  }

  @EngineTest
  void aVirtualEventTooManyIsNotRemoved(final Bases bases) {
    final EventBase base = bases.base();
    base.addVirtual();
    base.removeVirtual();
    assertThatThrownBy(base::removeVirtual)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("addVirtual");
    assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
    base.addVirtual();
    assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isOne();
    base.removeVirtual();
  }

  // ---- sizes ----

  @EngineTest
  void aReadWithTheMaximumLimitMakesRoomForWhatASystemGives(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final EventBuffer buffer = bases.later(new EventBuffer(base));
    buffer.maxRead(Integer.MAX_VALUE);
    for (final int max : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      pair[1].write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      Streams.run(base, () -> buffer.read(pair[0], max) == 3);
      assertThat(buffer.write(pair[0], Long.MAX_VALUE)).isEqualTo(3);
    }
  }

  /** Bytes of which nothing takes up memory. */
  private Path longFile() {
    Assumptions.assumeFalse(TestSystem.WINDOWS, "files with holes need more than a length there");
    final Path path = directory.resolve("long");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(LONG_FILE);
    } catch (final IOException e) {
      throw new AssertionError(e);
    }
    return path;
  }

  @EngineTest
  void whatNoArrayHoldsIsRefusedInWords(final Bases bases) {
    final Path file = longFile();
    try (EventBuffer buffer = new EventBuffer(bases.base())) {
      buffer.addFile(file, 0, Long.MIN_VALUE);
      assertThat(buffer.length()).isEqualTo(LONG_FILE);
      assertThatThrownBy(buffer::toByteArray)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(String.valueOf(LONG_FILE));
      refused(() -> buffer.pullUp(-1), "count " + LONG_FILE, String.valueOf(EventBuffer.MAX_ROOM));
      refused(() -> buffer.pullUp(LONG_FILE - 1), "count " + (LONG_FILE - 1));
      assertThat(buffer.pullUp(LONG_FILE + 1)).isNull();
      assertThat(buffer.get(LONG_FILE - 1)).isZero();
      buffer.copyOut(LONG_FILE - 2, new byte[2], 0, 2);
      assertThatThrownBy(() -> buffer.copyOut(LONG_FILE - 1, new byte[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContainingAll("count 2", "0..1");
      assertThat(buffer.drain(Long.MAX_VALUE)).isEqualTo(LONG_FILE);
    }
  }

  @EngineTest
  void aSingleWriteOfAnySizeReadsAFileInParts(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    ends[0].maxSingleWrite(Integer.MAX_VALUE);
    try (FileSegment file =
        FileSegment.open(base, longFile(), 0, -1, FileSegment.DISABLE_SENDFILE)) {
      ends[0].output().addFileSegment(file, 0, Long.MIN_VALUE);
    }
    ends[1].setWatermarks(Event.READ, 0, 100_000);
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() >= 100_000);
    assertThat(RingEngines.allocatedBytes()).isLessThan(100 << 20);
  }

  @EngineTest
  void streamsWithEveryLimitAtItsEndEcho(final Bases bases) {
    final EventBase base = bases.base();
    final RateLimitGroup group = bases.later(new RateLimitGroup(base, UNLIMITED));
    group.minShare(Long.MAX_VALUE);
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    for (final BufferEvent end : ends) {
      end.maxSingleRead(Integer.MAX_VALUE);
      end.maxSingleWrite(Integer.MAX_VALUE);
      end.setWatermarks(Event.READ, 0, Long.MAX_VALUE);
      end.setWatermarks(Event.WRITE, Long.MAX_VALUE, Long.MAX_VALUE);
      end.setTimeouts(ChronoUnit.FOREVER.getDuration(), ChronoUnit.FOREVER.getDuration());
      end.limits().set(UNLIMITED);
      end.limits().join(group);
      end.setCallbacks(null, null, (self, what) -> fail(Streams.text(what)));
      end.enable(Event.READ);
    }
    ends[1].setCallbacks(stream -> stream.write(stream.input()), null, ends[1].eventCallback());
    ends[0].write(new byte[200_000]);
    Streams.run(base, () -> ends[0].input().length() == 200_000);
    for (final BufferEvent end : ends) {
      end.limits().leave();
    }
  }

  @EngineTest
  void aBucketNeverForgetsWhatItOwes(final Bases bases) {
    final EventBase base = bases.base();
    final TokenBucketConfig fast = new TokenBucketConfig(5, 5, 5, 5, Duration.ofMillis(1));
    final BufferEvent stream = Streams.pair(bases, base, 0)[0];
    stream.limits().set(fast);
    final RateLimitGroup group = bases.later(new RateLimitGroup(base, fast));
    for (int i = 0; i < 3; i++) {
      stream.limits().decrementRead(Long.MAX_VALUE);
      stream.limits().decrementWrite(Long.MAX_VALUE);
      group.decrementRead(Long.MAX_VALUE);
      group.decrementWrite(Long.MAX_VALUE);
      Streams.runFor(base, 5);
      assertThat(stream.limits().readLimit()).isNegative();
      assertThat(stream.limits().writeLimit()).isNegative();
      assertThat(stream.limits().maxToRead()).isZero();
      assertThat(group.readLimit()).isNegative();
      assertThat(group.writeLimit()).isNegative();
    }
    for (int i = 0; i < 3; i++) {
      stream.limits().decrementRead(Long.MIN_VALUE);
      group.decrementWrite(Long.MIN_VALUE);
    }
    assertThat(stream.limits().readLimit()).isPositive();
    assertThat(group.writeLimit()).isPositive();
  }

  // ---- sockets ----

  @EngineTest
  void anyBacklogLetsConnectionsCome(final Bases bases) {
    final EventBase base = bases.base();
    for (final int backlog : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      final NetSocket listener = bases.later(base.sockets().listen(Streams.ANY_PORT, backlog));
      bases.later(base.sockets().connect(listener.localAddress()));
      final AtomicInteger accepted = new AtomicInteger();
      final Event event =
          bases.later(
              base.newEvent(
                  listener,
                  Event.READ,
                  (self, what) -> {
                    bases.later(listener.accept());
                    accepted.incrementAndGet();
                  }));
      event.add();
      Streams.run(base, () -> accepted.get() == 1);
    }
  }

  @EngineTest
  void optionsTakeTheSameValuesOnEveryEngine(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = bases.later(base.sockets().stream(Streams.ANY_PORT));
    for (final NetOption flag :
        List.of(
            NetOption.REUSE_ADDRESS,
            NetOption.REUSE_PORT,
            NetOption.NO_DELAY,
            NetOption.KEEP_ALIVE,
            NetOption.IPV6_ONLY,
            NetOption.BROADCAST,
            NetOption.PATH_MTU_DISCOVERY)) {
      refused(() -> socket.set(flag, 2), flag.name() + " 2", "0..1");
      refused(() -> socket.set(flag, -1), flag.name() + " -1");
    }
    for (final NetOption option :
        List.of(NetOption.KEEP_IDLE, NetOption.KEEP_INTERVAL, NetOption.KEEP_COUNT)) {
      refused(() -> socket.set(option, 0), option.name() + " 0");
      refused(() -> socket.set(option, Integer.MIN_VALUE), String.valueOf(Integer.MIN_VALUE));
    }
    for (final NetOption option : List.of(NetOption.SEND_BUFFER, NetOption.RECEIVE_BUFFER)) {
      refused(() -> socket.set(option, -1), option.name() + " -1");
      socket.set(option, 0);
      // Windows has such buffers: bytes stay in those of the program.
      assertThat(socket.get(option)).isGreaterThanOrEqualTo(TestSystem.WINDOWS ? 0 : 1);
    }
    refused(() -> socket.set(NetOption.LINGER, -2), "LINGER -2");
    refused(() -> socket.set(NetOption.LINGER, 65_536), "LINGER 65536");
    for (final int seconds : new int[] {65_535, 0, -1}) {
      socket.set(NetOption.LINGER, seconds);
      assertThat(socket.get(NetOption.LINGER)).isEqualTo(seconds);
    }
    assertThatThrownBy(() -> socket.set(NetOption.AVAILABLE, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("AVAILABLE", "1");
    refused(() -> base.sockets().adopt(-1), "descriptor -1");
    refused(() -> base.newEvent(NOTHING, Event.READ, (self, what) -> {}), "descriptor -5");
  }
}
