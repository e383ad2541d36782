package org.jevent.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A benchmark that JMH runs. */
@Command(mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
  private final Class<?> benchmark;
  private final List<String> profilers;

  @Parameters(
      arity = "0..*",
      paramLabel = "OPTION",
      description = "Options of JMH, after --, such as -f 3 -i 10 -p events=64.")
  private List<String> options = new ArrayList<>();

  JmhCommand(final Class<?> benchmark, final String... profilers) {
    this.benchmark = benchmark;
    this.profilers = List.of(profilers);
  }

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.description());
    final OptionsBuilder builder = new OptionsBuilder();
    builder.parent(new CommandLineOptions(options.toArray(String[]::new)));
    builder.include("\\b" + benchmark.getSimpleName() + "\\b");
    profilers.forEach(builder::addProfiler);
    if (Runtime.version().feature() >= 22) {
      builder.jvmArgsPrepend("--enable-native-access=ALL-UNNAMED");
    }
    new Runner(builder.build()).run();
    return 0;
  }
}
