package org.jevent.bench;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The benchmarks by name. */
@Command(
    name = "scripts/bench",
    description = "Measures this library beside what it is compared with.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    subcommands = {
      BuffersCommand.class,
      BuffersRun.class,
      CascadeCommand.class,
      ChainCommand.class,
      CountCommand.class,
      DispatchCommand.class,
      DnsCommand.class,
      GcCommand.class,
      IdleCommand.class,
      LadderCommand.class,
      ReportCommand.class,
      Rot13Command.class,
      ScalingCommand.class,
      ServersCommand.class,
      SimCommand.class,
      StartupCommand.class,
      TimeoutsCommand.class,
      TimeoutsRun.class,
      TlsCommand.class,
      HttpCommand.class,
      WebSocketCommand.class,
      TlsEngineRun.class,
      WakeupsCommand.class,
      WakeupsRun.class
    })
public final class Main {
  private Main() {}

  /** Runs the benchmark that the first argument names, or lists them. */
  public static void main(final String[] args) {
    final CommandLine commands = new CommandLine(new Main());
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setExecutionExceptionHandler(Main::explain);
    add(
        commands,
        "crossing",
        "What it costs to bring events from C to Java: the ring, a call each, a callback each.",
        new JmhCommand(CrossingBenchmark.class));
    add(
        commands,
        "timers",
        "Timers added, cancelled and fired while a million are pending.",
        new JmhCommand(TimerBenchmark.class));
    add(
        commands,
        "search",
        "Bytes, patterns and lines found in a buffer, beside a loop over an array.",
        new JmhCommand(SearchBenchmark.class));
    add(
        commands,
        "binary",
        "What binary protocols do with a buffer, beside Netty's ByteBuf.",
        new JmhCommand(
                List.of(BinaryBenchmark.class, IntegersBenchmark.class, QueueBenchmark.class), "gc")
            .summary(NettyTable::print));
    add(
        commands,
        "alloc",
        "What an event allocates: nothing, in steady state.",
        new JmhCommand(AllocationBenchmark.class, "gc"));
    if (args.length == 0) {
      commands.usage(System.out);
      return;
    }
    System.exit(commands.execute(args));
  }

  /** A refusal by the outside world is printed in a line; anything else is a mistake in here. */
  private static int explain(
      final Exception reason, final CommandLine command, final ParseResult arguments)
      throws Exception {
    if (reason instanceof IOException) {
      System.err.println(command.getCommandName() + ": " + reason.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    }
    throw reason;
  }

  private static void add(
      final CommandLine commands, final String name, final String what, final JmhCommand command) {
    commands.addSubcommand(name, command);
    commands.getSubcommands().get(name).getCommandSpec().usageMessage().description(what);
  }
}
