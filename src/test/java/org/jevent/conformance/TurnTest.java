package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.EventLoop;

/** One iteration that does not wait, and how long the next one would. */
class TurnTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  /** Turns until a wait is due, and returns for how long. */
  private static long settle(final EventLoop loop) {
    long wait;
    int turns = 0;
    while ((wait = loop.turn()) == 0) {
      assertThat(++turns).isLessThan(1000);
    }
    return wait;
  }

  @EngineTest
  void withoutAnythingToDoTheNextOneWouldWaitForEver(final Bases bases) {
    assertThat(settle(BaseAccess.loop(bases.base()))).isEqualTo(-1);
  }

  @EngineTest
  void theFirstTimerLimitsTheWait(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final List<String> ran = new ArrayList<>();
    base.newTimer((event, what) -> ran.add("hour")).add(Duration.ofHours(1));
    base.newTimer((event, what) -> ran.add("now")).add(Duration.ZERO);
    final long wait = settle(loop);
    assertThat(ran).containsExactly("now");
    assertThat(wait).isPositive().isLessThanOrEqualTo(HOUR);
  }

  @EngineTest
  void whatACallbackLeavesActiveIsDueAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final List<String> ran = new ArrayList<>();
    final Event second = base.newUserEvent((event, what) -> ran.add("second"));
    final Event first =
        base.newUserEvent(
            (event, what) -> {
              ran.add("first");
              second.activate(0);
            });
    first.activate(0);
    assertThat(loop.turn()).isZero();
    assertThat(ran).containsExactly("first");
    assertThat(loop.turn()).isEqualTo(-1);
    assertThat(ran).containsExactly("first", "second");
  }

  @EngineTest
  void anEventThatACallbackAddsIsSubmittedBeforeAWait(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final Event writable =
        base.newEvent(bases.pair(base)[0], Event.WRITE, (event, what) -> event.base().loopExit());
    base.newUserEvent((event, what) -> writable.add()).activate(0);
    assertThat(loop.turn()).isZero();
    while (!base.gotExit()) {
      loop.turn();
    }
    assertThat(writable.isPending()).isFalse();
  }

  @EngineTest
  void aTaskOfAnotherThreadRunsInTheNextOne(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final List<Thread> ran = new ArrayList<>();
    settle(loop);
    final Thread other = new Thread(() -> base.execute(() -> ran.add(Thread.currentThread())));
    other.start();
    other.join();
    loop.turn();
    assertThat(ran).containsExactly(Thread.currentThread());
  }

  @EngineTest
  void streamsMakeProgressWithoutAWait(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final SocketBufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    pair[1].enable(Event.READ);
    pair[0].write("over there".getBytes(StandardCharsets.US_ASCII));
    final long end = bases.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (pair[1].input().length() < 10 && bases.nanoTime() < end) {
      loop.turn();
    }
    assertThat(pair[1].input().length()).isEqualTo(10);
  }

  @EngineTest
  void anErrorOfACallbackSurfaces(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    base.newUserEvent(
            (event, what) -> {
              throw new AssertionError("on purpose");
            })
        .activate(0);
    assertThatThrownBy(loop::turn).isInstanceOf(AssertionError.class).hasMessage("on purpose");
    assertThat(settle(loop)).isEqualTo(-1);
  }

  @EngineTest
  void itIsRefusedInsideTheLoopAndAfterTheEnd(final Bases bases) {
    final EventBase base = bases.base();
    final EventLoop loop = BaseAccess.loop(base);
    final List<Throwable> thrown = new ArrayList<>();
    base.exceptionHandler((source, exception) -> thrown.add(exception));
    base.newUserEvent((event, what) -> loop.turn()).activate(0);
    settle(loop);
    assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    base.close();
    assertThatThrownBy(loop::turn)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dispatch: the base is closed");
  }
}
