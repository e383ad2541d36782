package org.jevent.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Time-outs beside libevent's heap and Netty's wheel. */
@Command(
    name = "timeouts",
    description = {
      "Time-outs added, added again, cancelled and fired while others are pending: this library's,"
          + " libevent's in C, each with the lock that programs of several threads need and"
          + " without, and Netty's HashedWheelTimer.",
      "The wheel only takes a note when it is asked; its own thread does the work later, which is"
          + " not in its figures."
    },
    mixinStandardHelpOptions = true)
final class TimeoutsCommand implements Callable<Integer> {
  private static final String LIBEVENT = "libevent (C)";

  @Option(
      names = "--pending",
      split = ",",
      defaultValue = "1000,1000000",
      description = "How many others are pending (default: ${DEFAULT-VALUE}).")
  private List<Integer> pending;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  private boolean failed;

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    for (final int count : pending) {
      contest(count);
    }
    return failed ? 1 : 0;
  }

  private void contest(final int count) throws Exception {
    final Map<String, String> cases = new LinkedHashMap<>();
    cases.put("add", "add");
    cases.put("again", "add again");
    cases.put("cancel", "cancel");
    cases.put("fire", "fire");
    final CostContest contest = new CostContest(cases);
    final Path libevent = Child.inC("timer_libevent");
    if (libevent == null) {
      contest.leaveOut(LIBEVENT, "libevent or its headers are not here");
    } else {
      contest.enter(LIBEVENT, List.of(libevent.toString(), "-n", "" + count));
      contest.enter(
          LIBEVENT + ", with locks", List.of(libevent.toString(), "-l", "-n", "" + count));
    }
    contest.enter("jevent, noLock", run("unlocked", count));
    contest.enter("jevent", run("locked", count));
    contest.enter("Netty, HashedWheelTimer", run("netty", count));
    contest.run(rounds);
    contest.print(String.format(Locale.ROOT, "ns, %,d pending", count));
    failed |= contest.failed();
    json.add(
        new Comparison(
            "timeouts-" + count,
            String.format(Locale.ROOT, "Time-outs, %,d others pending", count),
            "What an operation on a time-out of half an hour to an hour costs. Netty's wheel only"
                + " takes a note of it; its own thread does the work at its next tick.",
            "ns",
            true,
            LIBEVENT,
            contest.results(),
            contest.leftOut()));
  }

  private static List<String> run(final String kind, final int count) {
    return Child.java(
        List.of("-Xmx4g"),
        Main.class.getName(),
        "timeouts-run",
        "--on",
        kind,
        "-n",
        Integer.toString(count));
  }
}
