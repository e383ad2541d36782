package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.SignalMask;
import org.jevent.Signals;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What a signal does in a process that has stopped watching it: what it did before. Each test looks
 * at a separate JVM, which the signal ends.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "raises POSIX signals")
class SignalRestoreTest {
  private static final int KILLED_BY = 128;
  private static final int TERM = 15;

  /** The program of that JVM: method, signal, and how it stops watching. */
  static final class Program {
    private Program() {}

    public static void main(final String[] args) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> say("hook")));
      final EventBase base = new EventBase(new EventConfig().method(args[0]));
      final int number = Signals.valueOf(args[1]).number(base);
      final Event event =
          base.newSignal(
              number,
              (self, what) -> {
                say("caught");
                if (args[2].equals("delete")) {
                  self.delete();
                } else {
                  base.loopBreak();
                }
              });
      try {
        event.add();
      } catch (final ErrnoException e) {
        say("refused");
        Runtime.getRuntime().halt(0);
      }
      Raise.signal(number);
      base.dispatch();
      if (args[2].equals("leave")) {
        Runtime.getRuntime().halt(0);
      }
      if (args[2].equals("close")) {
        base.close();
      }
      say("ending");
      Raise.signal(number);
      pause();
      say("survived");
      Runtime.getRuntime().halt(1);
    }

    private static void say(final String word) {
      System.out.println(word);
      System.out.flush();
    }

    private static void pause() {
      try {
        Thread.sleep(TimeUnit.SECONDS.toMillis(20));
      } catch (final InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Outcome run(final Bases bases, final Signals signal, final String how)
      throws Exception {
    Assumptions.assumeFalse(
        SignalMask.ignores(signal.number(bases.base())),
        () -> signal + " is ignored here, and so in the processes that are started from here");
    return Outcome.of(Program.class, bases.method(), signal.name(), how);
  }

  @EngineTest
  void deletingTheLastEventGivesTermBackToTheJvm(final Bases bases) throws Exception {
    final Outcome outcome = run(bases, Signals.TERM, "delete");
    assertThat(outcome.said()).containsExactly("caught", "ending", "hook");
    assertThat(outcome.exit()).isEqualTo(KILLED_BY + TERM);
  }

  /** A JVM keeps to what it was started with, as by nohup; it must not seem to watch. */
  @EngineTest
  void aSignalThatWasIgnoredFromTheStartIsCaughtOrRefused(final Bases bases) throws Exception {
    final List<String> ignoring = List.of("sh", "-c", "trap '' HUP && exec \"$@\"", "sh");
    final Outcome outcome =
        Outcome.of(ignoring, Map.of(), Program.class, bases.method(), Signals.HUP.name(), "leave");
    assertThat(outcome.said()).containsExactly(bases.method().equals("nio") ? "refused" : "caught");
    assertThat(outcome.exit()).isZero();
  }

  /** It is the JVM's own otherwise. */
  @EngineTest
  void usr2IsCaughtWhereTheJvmIsSetToUseAnotherOne(final Bases bases) throws Exception {
    for (final String suspending : new String[] {"40", "0"}) {
      final Outcome outcome =
          Outcome.of(
              List.of(),
              Map.of("_JAVA_SR_SIGNUM", suspending),
              Program.class,
              bases.method(),
              Signals.USR2.name(),
              "leave");
      assertThat(outcome.said()).last().isEqualTo(suspending.equals("40") ? "caught" : "refused");
      assertThat(outcome.exit()).isZero();
    }
  }

  @EngineTest
  void closingTheBaseGivesTermBackToTheJvm(final Bases bases) throws Exception {
    final Outcome outcome = run(bases, Signals.TERM, "close");
    assertThat(outcome.said()).containsExactly("caught", "ending", "hook");
    assertThat(outcome.exit()).isEqualTo(KILLED_BY + TERM);
  }

  @EngineTest
  void aSignalThatHadTheDefaultActionHasItAgain(final Bases bases) throws Exception {
    final int number = Signals.ALRM.number(bases.base());
    final Outcome outcome = run(bases, Signals.ALRM, "delete");
    assertThat(outcome.said()).containsExactly("caught", "ending");
    assertThat(outcome.exit()).isEqualTo(KILLED_BY + number);
  }
}
