package org.jevent.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Operations on buffers beside libevent's and Netty's. */
@Command(
    name = "buffers",
    description =
        "Bytes added and removed, moved from buffer to buffer, and searched: EventBuffer beside"
            + " libevent's evbuffer in C and Netty's pooled ByteBuf.",
    mixinStandardHelpOptions = true)
final class BuffersCommand implements Callable<Integer> {
  private static final String LIBEVENT = "libevent (C)";

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
    cases.put("small", "64 B through");
    cases.put("large", "16 KiB through");
    cases.put("move", "64 B moved");
    cases.put("find", "newline in 16 KiB");
    final CostContest contest = new CostContest(cases);
    final Path libevent = Child.inC("buffer_libevent");
    if (libevent == null) {
      contest.leaveOut(LIBEVENT, "libevent or its headers are not here");
    } else {
      contest.enter(LIBEVENT, List.of(libevent.toString()));
    }
    contest.enter("jevent", run("jevent"));
    contest.enter("Netty, pooled ByteBuf", run("netty"));
    contest.run(rounds);
    contest.print("ns");
    json.add(
        new Comparison(
            "buffers",
            "Operations on buffers",
            "Through: added from an array and removed into one. Moved: added, handed from one"
                + " buffer to another without a copy, and dropped. The newline is the last byte.",
            "ns",
            true,
            LIBEVENT,
            contest.results(),
            contest.leftOut()));
    return contest.failed() ? 1 : 0;
  }

  private static List<String> run(final String library) {
    return Child.java(
        Contestants.nettyOptions(), Main.class.getName(), "buffers-run", "--on", library);
  }
}
