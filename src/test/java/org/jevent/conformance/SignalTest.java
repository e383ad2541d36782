package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Signals, raised from outside with {@code kill}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill raises POSIX signals")
class SignalTest {
  private static void raise(final Bases bases, final Signals signal) {
    if (bases.raises(signal)) {
      return;
    }
    try {
      final String pid = String.valueOf(ProcessHandle.current().pid());
      assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
    } catch (final java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void later(final EventBase base, final Runnable action) {
    base.newTimer((event, what) -> action.run()).add(Duration.ofMillis(5));
  }

  @EngineTest
  void aSignalEventIsPersistent(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> masks = new ArrayList<>();
    final Event event =
        base.newSignal(
            Signals.WINCH.number(base),
            (self, what) -> {
              masks.add(what);
              if (masks.size() == 2) {
                self.delete();
              } else {
                raise(bases, Signals.WINCH);
              }
            });
    event.add();
    later(base, () -> raise(bases, Signals.WINCH));
    base.dispatch();
    assertThat(masks).containsExactly(Event.SIGNAL, Event.SIGNAL);
  }

  @EngineTest
  void twoEventsForOneSignalBothRun(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      base.newSignal(
              Signals.WINCH.number(base),
              (self, what) -> {
                ran.incrementAndGet();
                self.close();
              })
          .add();
    }
    later(base, () -> raise(bases, Signals.WINCH));
    base.dispatch();
    assertThat(ran).hasValue(2);
  }

  @EngineTest
  void aSignalRaisedBeforeTheLoopIsDelivered(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    base.newSignal(
            Signals.WINCH.number(base),
            (self, what) -> {
              ran.incrementAndGet();
              self.delete();
            })
        .add();
    raise(bases, Signals.WINCH);
    base.dispatch();
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void aSignalEventCanTimeOut(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> masks = new ArrayList<>();
    base.newSignal(Signals.WINCH.number(base), Event.SIGNAL, (self, what) -> masks.add(what))
        .add(Duration.ofMillis(5));
    base.dispatch();
    assertThat(masks).containsExactly(Event.TIMEOUT);
  }

  @EngineTest
  void severalBasesHearTheSameSignal(final Bases bases) {
    final EventBase first = bases.base();
    final EventBase second = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    for (final EventBase base : List.of(first, second)) {
      base.newSignal(
              Signals.WINCH.number(base),
              (self, what) -> {
                ran.incrementAndGet();
                self.delete();
              })
          .add();
    }
    raise(bases, Signals.WINCH);
    first.dispatch();
    second.dispatch();
    assertThat(ran).hasValue(2);
  }

  @EngineTest
  void closingOneBaseLeavesTheSignalToTheOther(final Bases bases) {
    final EventBase first = bases.base();
    final EventBase second = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    first.newSignal(Signals.WINCH.number(first), (self, what) -> ran.addAndGet(100)).add();
    second
        .newSignal(
            Signals.WINCH.number(second),
            (self, what) -> {
              ran.incrementAndGet();
              self.delete();
            })
        .add();
    first.close();
    raise(bases, Signals.WINCH);
    second.dispatch();
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void anActivationByHandCountsOnce(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(Signals.WINCH.number(base), (self, what) -> ran.incrementAndGet());
    event.add();
    base.activateBySignal(Signals.WINCH.number(base));
    base.activateBySignal(Signals.URG.number(base));
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(ran).hasValue(1);
    event.delete();
  }

  @EngineTest
  void aReservedSignalMakesAddFail(final Bases bases) {
    final EventBase base = bases.base();
    final Event kill = base.newSignal(9, (self, what) -> {});
    assertThatThrownBy(kill::add).isInstanceOf(ErrnoException.class).hasMessageContaining("EINVAL");
    assertThat(kill.isPending()).isFalse();
    assertThatThrownBy(() -> base.newSignal(1_000_000, (self, what) -> {}).add())
        .isInstanceOf(ErrnoException.class);
  }

  private static void assertRefused(
      final EventBase base, final int number, final String name, final String reason) {
    final Event event = base.newSignal(number, (self, what) -> {});
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(event::add)
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageContaining("signal " + number)
          .hasMessageContaining(name)
          .hasMessageContaining(reason);
      assertThat(event.isPending()).isFalse();
    }
    event.close();
  }

  @EngineTest
  void signalsThatTheJvmNeedsAreRefusedByName(final Bases bases) {
    final EventBase base = bases.base();
    assertRefused(base, 4, "SIGILL", "the JVM");
    assertRefused(base, 8, "SIGFPE", "the JVM");
    assertRefused(base, 9, "SIGKILL", "the system");
    assertRefused(base, 11, "SIGSEGV", "the JVM");
    if (OS.LINUX.isCurrentOs()) {
      assertRefused(base, 7, "SIGBUS", "the JVM");
      assertRefused(base, 12, "SIGUSR2", "the JVM");
      assertRefused(base, 19, "SIGSTOP", "the system");
      assertRefused(base, 62, "SIGRTMAX-2", "the JDK");
    }
    assertRefused(base, 128, "1..127", "EINVAL");
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
  }
}
