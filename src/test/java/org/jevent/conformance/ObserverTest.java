package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.loop.CallbackKind;
import org.jevent.internal.loop.EventLoop;
import org.jevent.internal.loop.LoopObserver;

/** The calls of an observer of a loop, their order, and what no observer costs. */
class ObserverTest {
  /** Records its calls. */
  private static final class Recorder implements LoopObserver {
    final List<String> seen = new ArrayList<>();
    long iterations;
    long completions;
    long grown;

    @Override
    public void iterationBegins(final long number) {
      assertThat(number).isGreaterThan(iterations);
      iterations = number;
      seen.add("iteration");
    }

    @Override
    public void waitBegins(final long timeoutNanos) {
      seen.add(timeoutNanos == 0 ? "poll" : "wait");
    }

    @Override
    public void waitEnds(final int delivered) {
      completions += delivered;
      seen.add("waited");
    }

    @Override
    public void callbackBegins(final CallbackKind kind, final Object source) {
      seen.add(kind + " begins");
    }

    @Override
    public void callbackEnds(final CallbackKind kind, final Object source) {
      seen.add(kind + " ends");
    }

    @Override
    public void taskBatch(final int tasks) {
      seen.add(tasks + " tasks");
    }

    @Override
    public void streamOpened(final Object stream) {
      seen.add("opened");
    }

    @Override
    public void streamClosed(final Object stream, final long received, final long sent) {
      seen.add("closed, received " + received + ", sent " + sent);
    }

    @Override
    public void poolGrown(final long bytes) {
      assertThat(bytes).isPositive();
      grown += bytes;
    }
  }

  private static Recorder observe(final EventBase base) {
    final Recorder recorder = new Recorder();
    BaseAccess.loop(base).observer(recorder);
    return recorder;
  }

  @EngineTest
  void anIterationIsReportedFromItsBeginningToItsCallbacks(final Bases bases) {
    final EventBase base = bases.base();
    base.watchPrepare((watcher, timeout) -> {});
    base.watchCheck(watcher -> {});
    base.newUserEvent((event, what) -> {}).activate(0);
    final Recorder recorder = observe(base);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen)
        .containsExactly(
            "iteration",
            "PREPARE begins",
            "PREPARE ends",
            "poll",
            "waited",
            "CHECK begins",
            "CHECK ends",
            "EVENT begins",
            "EVENT ends");
  }

  @EngineTest
  void aWaitIsNoPollAndItsCompletionsAreCounted(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newEvent(bases.pair(base)[0], Event.WRITE, (self, what) -> {});
    event.add();
    final Recorder recorder = observe(base);
    base.dispatch();
    assertThat(recorder.seen).containsSubsequence("wait", "waited", "EVENT begins", "EVENT ends");
    assertThat(recorder.completions).isPositive();
  }

  @EngineTest
  void eachKindOfCallbackHasItsName(final Bases bases) {
    final EventBase base = bases.base();
    final Recorder recorder = observe(base);
    final Event finalized = base.newUserEvent((event, what) -> {});
    finalized.finalizeWith((event, what) -> {});
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen).containsSubsequence("FINALIZER begins", "FINALIZER ends");
    final DeferredCallback deferred = base.newDeferred(() -> {});
    deferred.schedule();
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen).containsSubsequence("DEFERRED begins", "DEFERRED ends");
    BaseAccess.services(base).beforeNextPoll(() -> {});
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen).containsSubsequence("PRE_POLL begins", "PRE_POLL ends");
  }

  @EngineTest
  void tasksAreOneBatch(final Bases bases) {
    final EventBase base = bases.base();
    for (int i = 0; i < 3; i++) {
      base.execute(() -> {});
    }
    final Recorder recorder = observe(base);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen).containsSubsequence("TASKS begins", "3 tasks", "TASKS ends");
  }

  @EngineTest
  void aCallbackThatThrowsHasEnded(final Bases bases) {
    final EventBase base = bases.base();
    base.exceptionHandler((source, exception) -> {});
    base.newUserEvent(
            (event, what) -> {
              throw new IllegalStateException("on purpose");
            })
        .activate(0);
    final Recorder recorder = observe(base);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(recorder.seen).endsWith("EVENT begins", "EVENT ends");
  }

  @EngineTest
  void streamsReportTheirEndsWithTheirBytes(final Bases bases) {
    final EventBase base = bases.base();
    final Recorder recorder = observe(base);
    final SocketBufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    assertThat(recorder.seen).containsExactly("opened", "opened");
    pair[1].enable(Event.READ);
    pair[0].write(new byte[1000]);
    Streams.run(base, () -> pair[1].input().length() == 1000);
    Streams.run(base, () -> pair[0].output().length() == 0);
    assertThat(recorder.grown).as("memory for the bytes").isPositive();
    pair[0].write(new byte[10]); // is still there when the stream is closed
    pair[0].close();
    pair[1].close();
    pair[1].close();
    assertThat(recorder.seen)
        .endsWith("closed, received 0, sent 1000", "closed, received 1000, sent 0");
  }

  /** Nothing was counted for it before, so its figures would be wrong. */
  @EngineTest
  void aStreamThatIsOlderThanTheObserverIsNotReported(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    pair[0].write(new byte[1000]);
    Streams.run(base, () -> pair[0].output().length() == 0);
    final Recorder recorder = observe(base);
    pair[0].close();
    pair[1].close();
    assertThat(recorder.seen).isEmpty();
  }

  @EngineTest
  void aRemovedObserverIsNotCalled(final Bases bases) {
    final EventBase base = bases.base();
    final Recorder recorder = observe(base);
    BaseAccess.loop(base).observer(null);
    base.newUserEvent((event, what) -> {}).activate(0);
    base.execute(() -> {});
    base.loop(EventBase.LOOP_NONBLOCK);
    for (final BufferEvent stream : Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE)) {
      stream.close();
    }
    assertThat(recorder.seen).isEmpty();
  }

  @EngineTest
  void withoutAnObserverAnIterationAllocatesNothing(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    // Leak detection records the uses of events in the tests, and allocates for that.
    final DeferredCallback deferred = base.newDeferred(() -> {});
    final Runnable task = () -> {};
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long minimum = Long.MAX_VALUE;
    for (int batch = 0; batch < 20; batch++) {
      final long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        deferred.schedule();
        base.execute(task);
        loop.turn();
      }
      minimum = Math.min(minimum, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(minimum).isLessThan(bases.isNio() ? 200 * 200 : 200);
  }

  @EngineTest
  void everyEngineCountsWhatItCosts(final Bases bases) {
    final EventBase base = bases.base();
    base.newTimer((self, what) -> {}).add(Duration.ofMillis(1));
    final EngineCounters before = BaseAccess.loop(base).engine().counters();
    base.dispatch();
    final EngineCounters after = BaseAccess.loop(base).engine().counters();
    assertThat(after.enters()).isGreaterThan(before.enters());
    assertThat(after.waits()).isGreaterThan(before.waits());
  }
}
