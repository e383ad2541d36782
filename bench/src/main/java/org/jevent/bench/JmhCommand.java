package org.jevent.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Benchmarks that JMH runs. */
@Command(mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
  private final List<Class<?>> benchmarks;
  private final List<String> profilers;
  private Consumer<Collection<RunResult>> summary = results -> {};

  @Parameters(
      arity = "0..*",
      paramLabel = "OPTION",
      description = "Options of JMH, after --, such as -f 3 -i 10 -p events=64.")
  private List<String> options = new ArrayList<>();

  JmhCommand(final Class<?> benchmark, final String... profilers) {
    this(List.of(benchmark), profilers);
  }

  JmhCommand(final List<Class<?>> benchmarks, final String... profilers) {
    this.benchmarks = benchmarks;
    this.profilers = List.of(profilers);
  }

  /** Something is printed of all results at the end. */
  JmhCommand summary(final Consumer<Collection<RunResult>> next) {
    summary = next;
    return this;
  }

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.description());
    final OptionsBuilder builder = new OptionsBuilder();
    builder.parent(new CommandLineOptions(options.toArray(String[]::new)));
    benchmarks.forEach(each -> builder.include("\\b" + each.getSimpleName() + "\\b"));
    profilers.forEach(builder::addProfiler);
    if (Runtime.version().feature() >= 22) {
      builder.jvmArgsPrepend("--enable-native-access=ALL-UNNAMED");
    }
    summary.accept(new Runner(builder.build()).run());
    return 0;
  }
}
