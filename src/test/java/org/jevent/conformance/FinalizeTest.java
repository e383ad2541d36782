package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.net.NetSocket;

/** Finalizers, where threads, handles and a closing base come in. */
class FinalizeTest {
  @EngineTest
  void aFinalizerMayCloseTheHandleThatWasWatched(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event event =
        base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (self, what) -> ran.add("callback"));
    event.add(Duration.ofHours(1));
    event.finalizeWith(
        (self, what) -> {
          pair[0].close();
          ran.add("finalizer");
        });
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).containsExactly("finalizer");
    assertThat(pair[0].isOpen()).isFalse();
    assertThat(base.eventCount(EventBase.COUNT_ADDED | EventBase.COUNT_ACTIVE)).isZero();
  }

  @EngineTest
  void aFinalizerRunsAfterTheCallbackThatIsRunning(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final CountDownLatch running = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final Event event =
        base.newUserEvent(
            (self, what) -> {
              running.countDown();
              await(release);
              ran.add("callback");
            });
    event.activate(Event.READ);
    final Thread loop = new Thread(base::dispatch, "test");
    loop.start();
    running.await();
    event.closeWith((self, what) -> ran.add("finalizer"));
    release.countDown();
    loop.join();
    assertThat(ran).containsExactly("callback", "finalizer");
  }

  @EngineTest
  void anEventFinalizedInsideItsCallbackIsTornDownOnce(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event event =
        base.newPeriodicTimer(
            (self, what) -> {
              ran.add("callback");
              self.closeWith((again, mask) -> ran.add("finalizer"));
              assertThatThrownBy(() -> self.finalizeWith((again, mask) -> ran.add("second")))
                  .isInstanceOf(IllegalStateException.class);
            });
    event.add(Duration.ofMillis(1));
    base.dispatch();
    assertThat(ran).containsExactly("callback", "finalizer");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void finalizersRunWithTheirEventsPriority(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final List<Integer> ran = new ArrayList<>();
    for (int priority = 2; priority >= 0; priority--) {
      final int own = priority;
      final Event event = base.newUserEvent((self, what) -> {});
      event.priority(priority);
      event.finalizeWith((self, what) -> ran.add(own));
    }
    base.dispatch();
    assertThat(ran).containsExactly(0, 1, 2);
  }

  @EngineTest
  void whenTheBaseIsClosedAFinalizerCanAddNothing(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event other = base.newTimer((self, what) -> ran.add("timer"));
    base.newUserEvent((self, what) -> {})
        .finalizeWith(
            (self, what) -> {
              ran.add("first " + base.isClosed());
              base.close();
              other.add(Duration.ZERO);
            });
    base.newUserEvent((self, what) -> {}).finalizeWith((self, what) -> ran.add("second"));
    base.close();
    assertThat(ran).containsExactly("first true", "second");
    assertThat(other.isPending()).isFalse();
    assertThat(bases.exceptions)
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessageContaining("the base is closed"));
  }

  @EngineTest
  void anErrorInAFinalizerOfAClosingBaseSurfacesAfterTheOthersRan(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicBoolean ran = new AtomicBoolean();
    base.newUserEvent((self, what) -> {})
        .finalizeWith(
            (self, what) -> {
              throw new AssertionError("on purpose");
            });
    base.newUserEvent((self, what) -> {}).finalizeWith((self, what) -> ran.set(true));
    assertThatThrownBy(base::close).isInstanceOf(AssertionError.class).hasMessage("on purpose");
    assertThat(ran).isTrue();
    assertThat(base.isClosed()).isTrue();
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
