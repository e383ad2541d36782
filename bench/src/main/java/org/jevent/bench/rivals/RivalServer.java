package org.jevent.bench.rivals;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts one of the rivals, or this library as they are started. */
@Command(
    name = "rival-server",
    description = "A ROT13 or echo server to compare with.",
    mixinStandardHelpOptions = true)
public final class RivalServer implements Callable<Integer> {
  /** The exit status of a server that cannot run here. */
  public static final int UNSUPPORTED = 3;

  private enum Style {
    NIO,
    NETTY,
    JEVENT
  }

  private enum Mode {
    ROT13,
    ECHO
  }

  @Option(names = "--style", required = true, description = "nio, netty or jevent.")
  private Style style;

  @Option(
      names = "--engine",
      defaultValue = "nio",
      description = "Netty's: nio, epoll, io_uring; jevent's: see doctor.")
  private String engine;

  @Option(names = "--mode", defaultValue = "rot13", description = "rot13 or echo.")
  private Mode mode;

  @Option(names = "--port", defaultValue = "40713", description = "0: one that is free.")
  private int port;

  @Option(names = "--loops", defaultValue = "1", description = "Threads that serve.")
  private int loops;

  @Option(
      names = "--work",
      paramLabel = "TIMES",
      defaultValue = "0",
      description = "How often 16 KiB are summed up for each block that comes.")
  private int work;

  private RivalServer() {}

  /** Serves until the process is ended. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new RivalServer());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    final Rival rival =
        switch (style) {
          case NIO -> new NioServer(loops, work);
          case NETTY ->
              new NettyServer(NettyTransport.valueOf(engine.toUpperCase(Locale.ROOT)), loops, work);
          case JEVENT -> new JeventServer(engine, loops, work);
        };
    final int actual;
    try {
      actual = rival.open(port, mode == Mode.ROT13);
    } catch (final UnsupportedOperationException e) {
      System.err.println(e.getMessage() + ": " + e.getCause());
      return UNSUPPORTED;
    }
    Rival.announce(actual, rival.style(), rival.engine());
    rival.serve();
    return 0;
  }
}
