package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jevent.CommonTimeout;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.TestSystem;
import org.jevent.Watcher;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;

/**
 * A callback that recurses until the stack is full, using the library on the way. An operation that
 * finds too little stack throws before it changes anything, and leaves no lock behind.
 */
class StackOverflowTest {
  private static final int EVENTS = 400;

  /**
   * Climbs in a callback of the base, in a thread that ends before the loop goes on in this one.
   */
  private static List<Integer> inCallback(final EventBase base, final Climb.Operation operation)
      throws Exception {
    final AtomicReference<List<Integer>> successes = new AtomicReference<>();
    Climb.onSmallStack(
        () -> {
          final Event trigger =
              base.newUserEvent((event, what) -> successes.set(Climb.here(operation)));
          trigger.activate(Event.READ);
          while (successes.get() == null) {
            base.loop(EventBase.LOOP_NONBLOCK);
          }
          trigger.close();
        });
    return successes.get();
  }

  /** The loop does everything still, and no lock is left behind by a thread that is gone. */
  private static void works(final Bases bases, final EventBase base) {
    final List<String> ran = new ArrayList<>();
    final NetSocket[] pair = bases.pair(base);
    final Event timer = bases.later(base.newTimer((event, what) -> ran.add("timer")));
    final Event io = bases.later(base.newEvent(pair[0], Event.WRITE, (e, what) -> ran.add("io")));
    final DeferredCallback deferred = base.newDeferred(() -> ran.add("deferred"));
    timer.add(Duration.ofMillis(1));
    io.add();
    deferred.schedule();
    base.execute(() -> ran.add("task"));
    Streams.run(base, () -> ran.size() == 4);
    assertThat(ran).containsExactlyInAnyOrder("timer", "io", "deferred", "task");
  }

  @EngineTest
  void tasks(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<Integer> ran = new ArrayList<>();
    final List<Integer> successes = inCallback(base, i -> base.execute(() -> ran.add(i)));
    base.dispatch();
    assertThat(ran).isEqualTo(successes);
    works(bases, base);
  }

  /** Most are withdrawn again, so that the queue drops what has piled up, more than once. */
  @EngineTest
  void timers(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<Event> timers = new ArrayList<>();
    final int[] fired = new int[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      final int number = i;
      timers.add(bases.later(base.newTimer((event, what) -> fired[number]++)));
    }
    addAndDelete(base, timers, (event, i) -> event.addNanos(1_000_000_000L + i * 7919L % 10_000));
    final boolean[] pending = new boolean[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      pending[i] = timers.get(i).isPending();
      if (pending[i]) {
        timers.get(i).addNanos(EVENTS - i);
      }
    }
    base.dispatch();
    for (int i = 0; i < EVENTS; i++) {
      assertThat(fired[i]).as("timer %d", i).isEqualTo(pending[i] ? 1 : 0);
    }
    works(bases, base);
  }

  @EngineTest
  void commonTimeouts(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CommonTimeout[] durations = {
      base.initCommonTimeout(Duration.ofSeconds(50)), base.initCommonTimeout(Duration.ofSeconds(60))
    };
    final List<Event> timers = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      timers.add(bases.later(base.newTimer((event, what) -> {})));
    }
    addAndDelete(base, timers, (event, i) -> event.add(durations[i % 2]));
    timers.forEach(Event::delete);
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
    works(bases, base);
  }

  @EngineTest
  void readinessAndTimeouts(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<Event> events = new ArrayList<>();
    final int[] ready = new int[1];
    for (int i = 0; i < 20; i++) {
      for (final NetSocket socket : bases.pair(base)) {
        events.add(bases.later(base.newEvent(socket, Event.WRITE, (event, what) -> ready[0]++)));
      }
    }
    addAndDelete(base, events, (event, i) -> event.add(Duration.ofSeconds(60 + i % 5)));
    final long pending = events.stream().filter(Event::isPending).count();
    base.dispatch();
    assertThat(ready[0]).isEqualTo((int) pending);
    works(bases, base);
  }

  private interface Adding {
    void add(Event event, int i);
  }

  /** What was reported without an exception holds, of each event and of all together. */
  private static void addAndDelete(
      final EventBase base, final List<Event> events, final Adding adding) throws Exception {
    final int count = events.size();
    final List<Integer> successes =
        inCallback(
            base,
            i -> {
              if (i / count % 3 == 1 || i % 5 == 4) {
                events.get(i * 7 % count).delete();
              } else {
                adding.add(events.get(i * 3 % count), i);
              }
            });
    final boolean[] pending = new boolean[count];
    for (final int i : successes) {
      if (i / count % 3 == 1 || i % 5 == 4) {
        pending[i * 7 % count] = false;
      } else {
        pending[i * 3 % count] = true;
      }
    }
    int expected = 0;
    for (int i = 0; i < count; i++) {
      final Event event = events.get(i);
      assertThat(event.isPending()).as("%s %d", event, i).isEqualTo(pending[i]);
      assertThat(event.remaining() != null).as("%s %d", event, i).isEqualTo(pending[i]);
      expected += pending[i] ? 1 : 0;
      expected += pending[i] && event.handle() != null ? 1 : 0;
    }
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isEqualTo(expected);
    final List<Event> shown = new ArrayList<>();
    base.foreachEvent(shown::add);
    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(events.stream().filter(Event::isPending).toList());
  }

  @EngineTest
  void activations(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final int[] events = new int[EVENTS];
    final int[] deferred = new int[1];
    final int[] finalized = new int[1];
    final List<Event> users = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      final int number = i;
      users.add(bases.later(base.newUserEvent((event, what) -> events[number]++)));
    }
    final DeferredCallback callback = base.newDeferred(() -> deferred[0]++);
    final List<Integer> successes =
        inCallback(
            base,
            i -> {
              switch (i % 4) {
                case 0 -> users.get(i % EVENTS).activate(Event.READ);
                case 1 -> callback.schedule();
                case 2 -> base.newTimer((event, what) -> {}).closeWith((e, w) -> finalized[0]++);
                default -> callback.cancel();
              }
            });
    base.loop(EventBase.LOOP_NONBLOCK);
    while (base.eventCount(EventBase.COUNT_ACTIVE) > 0) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    final boolean[] activated = new boolean[EVENTS];
    boolean scheduled = false;
    int finalizers = 0;
    for (final int i : successes) {
      if (i % 4 == 0) {
        activated[i % EVENTS] = true;
      }
      scheduled = i % 4 == 1 || (scheduled && i % 4 != 3);
      finalizers += i % 4 == 2 ? 1 : 0;
    }
    for (int i = 0; i < EVENTS; i++) {
      assertThat(events[i]).as("event %d", i).isEqualTo(activated[i] ? 1 : 0);
    }
    assertThat(deferred[0]).isEqualTo(scheduled ? 1 : 0);
    assertThat(finalized[0]).isEqualTo(finalizers);
    works(bases, base);
  }

  @EngineTest
  void signalsAndWatchers(final Bases bases) throws Exception {
    assumeFalse(TestSystem.WINDOWS, "Windows has no signal WINCH");
    final EventBase base = bases.base();
    final int[] raised = new int[1];
    final Event signal =
        bases.later(base.newSignal(Signals.WINCH.number(base), (event, what) -> raised[0]++));
    final List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      watchers.add(null);
    }
    final int[] checks = new int[1];
    final List<Integer> successes =
        inCallback(
            base,
            i -> {
              switch (i % 4) {
                case 0 -> signal.add();
                case 1 -> signal.delete();
                case 2 -> base.addVirtual();
                default -> watchers.set(i % 20_000, base.watchCheck(watcher -> checks[0]++));
              }
            });
    boolean added = false;
    int virtual = 0;
    int watching = 0;
    for (final int i : successes) {
      added = i % 4 == 0 || (added && i % 4 != 1);
      virtual += i % 4 == 2 ? 1 : 0;
      watching += i % 4 == 3 ? 1 : 0;
    }
    assertThat(signal.isPending()).isEqualTo(added);
    assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isEqualTo(virtual);
    signal.add();
    Raise.signal(bases, base, Signals.WINCH);
    Streams.run(base, () -> raised[0] == 1);
    checks[0] = 0;
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(checks[0]).isEqualTo(watching);
    for (int i = 0; i < virtual; i++) {
      base.removeVirtual();
    }
    for (final Watcher watcher : watchers) {
      if (watcher != null) {
        watcher.close();
      }
    }
    signal.delete();
    works(bases, base);
  }

  @EngineTest
  void buffers(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final EventBuffer buffer = bases.later(new EventBuffer(base));
    final EventBuffer other = bases.later(new EventBuffer(base));
    final byte[] bytes = new byte[300];
    final List<Integer> successes =
        inCallback(
            base,
            i -> {
              switch (i % 6) {
                case 0, 1 -> buffer.add(bytes, 0, i % 300);
                case 2 -> buffer.drain(i % 200);
                case 3 -> other.addBufferReference(buffer);
                case 4 -> other.prepend(ByteBuffer.wrap(bytes, 0, i % 100));
                default -> other.drain(Long.MAX_VALUE);
              }
            });
    long length = 0;
    long otherLength = 0;
    for (final int i : successes) {
      switch (i % 6) {
        case 0, 1 -> length += i % 300;
        case 2 -> length -= Math.min(length, i % 200);
        case 3 -> otherLength += length;
        case 4 -> otherLength += i % 100;
        default -> otherLength = 0;
      }
    }
    for (final EventBuffer each : List.of(buffer, other)) {
      final long expected = each == buffer ? length : otherLength;
      assertThat(each.length()).isEqualTo(expected);
      long left = expected;
      while (left > 0) {
        left -= each.remove(new byte[(int) Math.min(left, 1 << 16)]);
      }
      assertThat(each.length()).isZero();
    }
    works(bases, base);
  }

  @EngineTest
  void streams(final Bases bases) throws Exception {
    for (final int options : new int[] {0, BufferEvent.THREADSAFE}) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends =
          Streams.tcp(bases, base, options | BufferEvent.CLOSE_ON_FREE);
      final BufferEvent[] pair = BufferEvent.pair(base, options);
      bases.later(pair[0]);
      bases.later(pair[1]);
      final BufferEvent[] receivers = {ends[1], pair[1]};
      final long[] received = new long[2];
      for (int i = 0; i < 2; i++) {
        final int number = i;
        receivers[i].setCallbacks(
            self -> received[number] += self.input().drain(Long.MAX_VALUE), null, null);
        receivers[i].enable(Event.READ);
      }
      final byte[] bytes = new byte[10];
      final List<Integer> successes =
          inCallback(
              base,
              i -> {
                switch (i % 5) {
                  case 0, 1 -> ends[0].write(bytes);
                  case 2 -> ends[0].setTimeouts(null, Duration.ofSeconds(60 + i % 3));
                  case 3 -> ends[0].setWatermarks(Event.READ, i % 7, 1000);
                  default -> pair[0].write(bytes);
                }
              });
      final long[] sent = new long[2];
      for (final int i : successes) {
        sent[0] += i % 5 < 2 ? bytes.length : 0;
        sent[1] += i % 5 == 4 ? bytes.length : 0;
      }
      Streams.run(base, () -> received[0] >= sent[0] && received[1] >= sent[1]);
      assertThat(received).isEqualTo(sent);
      works(bases, base);
    }
  }

  /** The lock must not go with a thread that is not the loop's, and the loop must be woken. */
  @EngineTest
  void anotherThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<Integer> ran = new ArrayList<>();
    final Event timer = bases.later(base.newTimer((event, what) -> {}));
    final AtomicReference<List<Integer>> successes = new AtomicReference<>();
    base.addVirtual();
    final Thread loop = new Thread(base::dispatch, "test");
    loop.start();
    Climb.onSmallStack(
        () ->
            successes.set(
                Climb.here(
                    i -> {
                      if (i % 2 == 0) {
                        base.execute(() -> ran.add(i));
                      } else if (i % 4 == 1) {
                        timer.addNanos(1_000_000_000_000L + i);
                      } else {
                        timer.delete();
                      }
                    })));
    base.execute(base::removeVirtual);
    timer.delete();
    loop.join(TimeUnit.SECONDS.toMillis(30));
    assertThat(loop.isAlive()).isFalse();
    assertThat(ran).isEqualTo(successes.get().stream().filter(i -> i % 2 == 0).toList());
    works(bases, base);
  }

  /** The error surfaces from the loop, and everything that was pending is still there. */
  @EngineTest
  void theErrorEndsTheLoopAndTheNextOneGoesOn(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event timer = bases.later(base.newTimer((event, what) -> ran.add("timer")));
    final Event hour = bases.later(base.newTimer((event, what) -> {}));
    base.execute(
        () -> {
          timer.add(Duration.ofMillis(1));
          recurse(hour, 0);
        });
    base.execute(() -> ran.add("task"));
    Climb.onSmallStack(
        () -> assertThatThrownBy(base::dispatch).isInstanceOf(StackOverflowError.class));
    hour.delete();
    base.dispatch();
    assertThat(ran).containsExactlyInAnyOrder("task", "timer");
    works(bases, base);
  }

  @SuppressWarnings("InfiniteRecursion") // until the stack is full
  private static int recurse(final Event event, final int depth) {
    event.addNanos(3_600_000_000_000L + depth);
    return recurse(event, depth + 1) + 1;
  }

  /** A loop that is started where the stack ends does not start, or works. */
  @EngineTest
  void aLoopAtTheEndOfTheStack(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final int[] ran = new int[1];
    final AtomicReference<List<Integer>> successes = new AtomicReference<>();
    Climb.onSmallStack(
        () ->
            successes.set(
                Climb.here(
                    i -> {
                      if (i % 2 == 0) {
                        base.execute(() -> ran[0]++);
                      } else {
                        base.loop(EventBase.LOOP_NONBLOCK);
                      }
                    })));
    base.dispatch();
    assertThat(ran[0]).isEqualTo((int) successes.get().stream().filter(i -> i % 2 == 0).count());
    works(bases, base);
  }
}
