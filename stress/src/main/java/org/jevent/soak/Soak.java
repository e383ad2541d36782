package org.jevent.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Works the library for a long time and watches what the process holds; see {@code scripts/soak}.
 */
@Command(
    name = "soak",
    description =
        "Does everything that the library can do, again and again, checks each byte, and sees to it"
            + " that nothing is lost and nothing is left: descriptors, native memory, heap,"
            + " resident memory. Exits with 1 otherwise.",
    mixinStandardHelpOptions = true)
final class Soak implements Callable<Integer> {
  private static final double MEGABYTE = 1 << 20;

  @Option(
      names = "--minutes",
      required = true,
      description = "How long in all, shared evenly by the engines.")
  private double minutes;

  @Option(
      names = "--engine",
      split = ",",
      description = "On these engines (default: all that can be used here).")
  private List<String> engines = List.of();

  @Option(
      names = "--generation",
      defaultValue = "10",
      description = "Seconds from one base to the next (default: ${DEFAULT-VALUE}).")
  private double generation;

  @Option(names = "--seed", description = "Of the random choices (default: the time).")
  private long seed = System.currentTimeMillis();

  public static void main(final String[] arguments) {
    System.exit(new CommandLine(new Soak()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    final List<String> chosen =
        engines.isEmpty()
            ? EventBase.supportedMethods().stream()
                .filter(MethodInfo::usable)
                .map(MethodInfo::name)
                .toList()
            : engines;
    System.out.printf(
        Locale.ROOT,
        "%s, JDK %s, seed %d, engines %s, %.1f minutes each%n",
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version"),
        seed,
        String.join(", ", chosen),
        minutes / chosen.size());
    System.out.println(
        "minute  engine    gener.     rounds  MB checked  RSS MB  heap MB  JVM MB  shim KB  descr."
            + "  threads");
    final List<String> failures = new ArrayList<>();
    for (final String engine : chosen) {
      failures.addAll(soak(engine, minutes(minutes / chosen.size())));
    }
    failures.forEach(failure -> System.out.println("FAILED " + failure));
    System.out.println(failures.isEmpty() ? "VERDICT: passed" : "VERDICT: failed");
    return failures.isEmpty() ? 0 : 1;
  }

  private static Duration minutes(final double count) {
    return Duration.ofMillis((long) (count * 60_000));
  }

  private List<String> soak(final String engine, final Duration time) throws IOException {
    final EngineSoak soak = new EngineSoak(engine, seed);
    soak.warmUp(Duration.ofSeconds(2));
    final long begin = System.nanoTime();
    final long end = begin + time.toNanos();
    final Duration each = Duration.ofMillis((long) (generation * 1000));
    long recorded = 0;
    while (soak.generations() == 0 || System.nanoTime() < end) {
      soak.run(each);
      final long minute = Duration.ofNanos(System.nanoTime() - begin).toMinutes();
      if (minute > recorded) {
        recorded = minute;
        row(minute, engine, soak);
      }
    }
    System.out.println(soak.summary());
    return soak.failures();
  }

  private static void row(final long minute, final String engine, final EngineSoak soak) {
    final Figures now = soak.latest();
    System.out.printf(
        Locale.ROOT,
        "%6d  %-8s  %6d  %,9d  %,10.0f  %6.1f  %7.2f  %6.1f  %7d  %6d  %7d%n",
        minute,
        engine,
        soak.generations(),
        soak.rounds(),
        soak.bytes() / MEGABYTE,
        now.resident() / MEGABYTE,
        now.heap() / MEGABYTE,
        now.committed() / MEGABYTE,
        now.shim() / 1024,
        now.descriptors(),
        now.threads());
  }
}
