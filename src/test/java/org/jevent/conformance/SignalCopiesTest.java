package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.Signals;
import org.jevent.TestSystem;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Two copies of the library in one process, as an application server has them, that watch the same
 * signal and leave in either order. Each test looks at a separate JVM, which the signal ends when
 * both have left.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "raises POSIX signals")
class SignalCopiesTest {
  private static final int KILLED_BY = 128;

  /** One copy, inside of its class loader. */
  public static final class Copy implements Function<String, Integer> {
    private final AtomicInteger recorded = new AtomicInteger();
    private EventBase base;

    /** Watches the signal {@code NAME} on a method with {@code method NAME}. */
    @Override
    public Integer apply(final String command) {
      switch (command) {
        case "await" -> {
          while (recorded.get() == 0 && !base.gotExit()) {
            base.loopExit(Duration.ofSeconds(TestSystem.patience(20)));
            base.loop(EventBase.LOOP_ONCE);
          }
          return recorded.getAndSet(0);
        }
        case "leave" -> {
          base.close();
          return 0;
        }
        default -> {
          final String[] words = command.split(" ");
          base = new EventBase(new EventConfig().method(words[0]));
          final int number = Signals.valueOf(words[1]).number(base);
          base.newSignal(number, (event, what) -> recorded.incrementAndGet()).add();
          return number;
        }
      }
    }
  }

  /** The program of that JVM: the signal, the methods of the two copies, which one leaves first. */
  static final class Program {
    private Program() {}

    public static void main(final String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> say("hook")));
      final List<Function<String, Integer>> copies = new ArrayList<>(List.of(copy(), copy()));
      final int number = say(copies.get(0), args[1] + " " + args[0]);
      say(copies.get(1), args[2] + " " + args[0]);
      Raise.signal(number);
      say(say(copies.get(1), "await") > 0 ? "latest raised" : "latest not raised");
      say(copies.remove(Integer.parseInt(args[3])), "leave");
      System.gc(); // its class loader may go with it
      Raise.signal(number);
      say(say(copies.get(0), "await") > 0 ? "other raised" : "other not raised");
      say(copies.remove(0), "leave");
      System.gc();
      say("ending");
      Raise.signal(number);
      Thread.sleep(TimeUnit.SECONDS.toMillis(20));
      say("survived");
      Runtime.getRuntime().halt(1);
    }

    private static int say(final Function<String, Integer> copy, final String command) {
      return copy.apply(command);
    }

    private static void say(final String word) {
      System.out.println(word);
      System.out.flush();
    }

    @SuppressWarnings("unchecked")
    private static Function<String, Integer> copy() throws Exception {
      final URL[] path =
          Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
              .map(Program::url)
              .toArray(URL[]::new);
      final ClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
      return (Function<String, Integer>)
          Class.forName(Copy.class.getName(), true, loader).getConstructor().newInstance();
    }

    private static URL url(final String entry) {
      try {
        return Path.of(entry).toUri().toURL();
      } catch (final java.net.MalformedURLException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Outcome leaving(
      final Signals signal, final String first, final String second, final int leaves)
      throws Exception {
    return Outcome.of(Program.class, signal.name(), first, second, String.valueOf(leaves));
  }

  private static void givesTermBackToTheJvm(final Bases bases, final int leaves) throws Exception {
    final Outcome outcome = leaving(Signals.TERM, bases.method(), bases.method(), leaves);
    assertThat(outcome.said()).containsExactly("latest raised", "other raised", "ending", "hook");
    assertThat(outcome.exit()).isEqualTo(KILLED_BY + Signals.TERM.number(bases.base()));
  }

  private static void givesAlrmItsDefault(
      final Bases bases, final String first, final String second, final int leaves)
      throws Exception {
    final Outcome outcome = leaving(Signals.ALRM, first, second, leaves);
    assertThat(outcome.said()).containsExactly("latest raised", "other raised", "ending");
    assertThat(outcome.exit()).isEqualTo(KILLED_BY + Signals.ALRM.number(bases.base()));
  }

  @EngineTest
  void theCopyThatCameFirstLeavesFirst(final Bases bases) throws Exception {
    givesTermBackToTheJvm(bases, 0);
    givesAlrmItsDefault(bases, bases.method(), bases.method(), 0);
  }

  @EngineTest
  void theCopyThatCameLastLeavesFirst(final Bases bases) throws Exception {
    givesTermBackToTheJvm(bases, 1);
    givesAlrmItsDefault(bases, bases.method(), bases.method(), 1);
  }

  /** Handlers of the JVM and of the system in one chain. */
  @EngineTest
  void theOtherCopyCanBeOnAnotherMethod(final Bases bases) throws Exception {
    givesAlrmItsDefault(bases, bases.method(), "nio", 0);
    givesAlrmItsDefault(bases, bases.method(), "nio", 1);
    givesAlrmItsDefault(bases, "nio", bases.method(), 1);
  }
}
