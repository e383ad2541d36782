package org.jevent.bench;

import io.netty.channel.epoll.Epoll;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tasks given to a loop by another thread, beside Netty's. */
@Command(
    name = "wakeups",
    description =
        "Tasks that another thread gives to a loop: many at once, and one at a time to a loop that"
            + " waits; this library's execute beside that of Netty's event loops.",
    mixinStandardHelpOptions = true)
final class WakeupsCommand implements Callable<Integer> {
  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    final Map<String, String> cases = new LinkedHashMap<>();
    cases.put("flood", "one of many");
    cases.put("trip", "there and back");
    final CostContest contest = new CostContest(cases);
    if (Child.inC("bare_epoll") == null) {
      contest.leaveOut("jevent on epoll", "the native library was not built here");
    } else {
      contest.enter("jevent on epoll", run("jevent", "epoll"));
    }
    contest.enter("jevent on nio", run("jevent", "nio"));
    if (Epoll.isAvailable()) {
      contest.enter("Netty on epoll", run("netty", "epoll"));
    } else {
      contest.leaveOut("Netty on epoll", Epoll.unavailabilityCause().getMessage());
    }
    contest.enter("Netty on nio", run("netty", "nio"));
    contest.run(rounds);
    contest.print("ns");
    json.add(
        new Comparison(
            "wakeups",
            "Tasks from another thread",
            "One of many: giving 20,000 tasks and running all, for each. There and back: giving one"
                + " to a loop that waits, and being woken by it.",
            "ns",
            true,
            "Netty on epoll",
            contest.results(),
            contest.leftOut()));
    return contest.failed() ? 1 : 0;
  }

  private static List<String> run(final String library, final String engine) {
    return Child.java(
        Contestants.nettyOptions(),
        Main.class.getName(),
        "wakeups-run",
        "--on",
        library,
        "--engine",
        engine);
  }
}
