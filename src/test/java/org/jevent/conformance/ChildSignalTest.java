package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.Signals;
import org.jevent.TestSystem;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** SIGCHLD in a JVM that has not started any process before. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signal")
class ChildSignalTest {
  /** The program of that JVM. */
  static final class Program {
    private Program() {}

    public static void main(final String[] args) throws Exception {
      System.setProperty("jevent.binding", "jni"); // JNA starts a process when it is loaded
      final EventBase base = new EventBase(new EventConfig().method(args[0]));
      final AtomicInteger recorded = new AtomicInteger();
      base.newSignal(Signals.CHLD.number(base), (event, what) -> recorded.incrementAndGet()).add();
      for (int i = 0; i < 2; i++) {
        recorded.set(0);
        final int exit = new ProcessBuilder("sh", "-c", "exit 3").start().waitFor();
        base.loopExit(Duration.ofSeconds(TestSystem.patience(20)));
        while (recorded.get() == 0 && !base.gotExit()) {
          base.loop(EventBase.LOOP_ONCE);
        }
        System.out.println("exit " + exit + ", raised " + (recorded.get() > 0));
      }
      Runtime.getRuntime().halt(0);
    }
  }

  @EngineTest
  void theEndOfTheFirstProcessIsReported(final Bases bases) throws Exception {
    final Outcome outcome = Outcome.of(Program.class, bases.method());
    assertThat(outcome.said()).containsExactly("exit 3, raised true", "exit 3, raised true");
    assertThat(outcome.exit()).isZero();
  }
}
