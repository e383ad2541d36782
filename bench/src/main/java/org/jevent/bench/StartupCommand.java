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

/** From the start of a JVM to the first event. */
@Command(
    name = "startup",
    description =
        "Milliseconds from starting a JVM until its first event has happened and the process has"
            + " ended, beside a JVM that does nothing and Netty.",
    mixinStandardHelpOptions = true)
final class StartupCommand implements Callable<Integer> {
  private static final String NOTHING = "a JVM that does nothing";
  private static final double NANOS_IN_MS = 1e6;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    final Contest contest = new Contest();
    final Map<String, String> leftOut = new LinkedHashMap<>();
    enter(contest, NOTHING, "jna");
    enter(contest, "JNA and one function", "jna", FirstEvent.JNA);
    if (Child.inC("bare_epoll") == null) {
      leftOut.put("jevent on epoll", "the native library was not built here");
    } else {
      enter(contest, "jevent on epoll, JNA", "jna", FirstEvent.JEVENT, "epoll");
      enter(contest, "jevent on epoll, JNI", "jni", FirstEvent.JEVENT, "epoll");
    }
    enter(contest, "jevent on nio", "jna", FirstEvent.JEVENT, "nio");
    if (Epoll.isAvailable()) {
      enter(contest, "Netty on epoll", "jna", FirstEvent.NETTY, "epoll");
    } else {
      leftOut.put("Netty on epoll", Epoll.unavailabilityCause().getMessage());
    }
    enter(contest, "Netty on nio", "jna", FirstEvent.NETTY, "nio");
    contest.run(rounds);
    contest.print("from the start to the first event", "ms", List.of(NOTHING));
    json.add(
        new Comparison(
            "startup",
            "Starting",
            "From starting a JVM until its first event has happened and the process has ended.",
            "ms",
            true,
            NOTHING,
            List.of(contest.toCase("to the first event")),
            leftOut));
    return 0;
  }

  private static void enter(
      final Contest contest, final String name, final String binding, final String... arguments) {
    final List<String> command =
        Child.java(List.of("-Djevent.binding=" + binding), FirstEvent.class.getName(), arguments);
    contest.enter(
        name,
        () -> {
          final long start = System.nanoTime();
          Child.text(command);
          return (System.nanoTime() - start) / NANOS_IN_MS;
        });
  }
}
