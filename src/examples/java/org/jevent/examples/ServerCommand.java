package org.jevent.examples;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rot13-server}: answers each line with its ROT13. */
@Command(
    name = "rot13-server",
    description = "Answers each line with its ROT13, in one of the styles of the libevent book.",
    mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
  @Option(
      names = "--style",
      paramLabel = "STYLE",
      defaultValue = "event",
      description = "threads, busy-poll, select or event (default)")
  private String style;

  @Option(names = "--virtual", description = "virtual threads, with --style threads on Java 21+")
  private boolean virtual;

  @Mixin private ServerOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      final Rot13Server server = make();
      final InetSocketAddress address = options.address();
      final int port = server.open(address);
      final CountDownLatch ended = stopOnSignals(server);
      System.out.println(
          "listening on "
              + options.host
              + ":"
              + port
              + " (style "
              + style
              + ", engine "
              + server.engine()
              + ")");
      server.serve();
      System.out.println(server.counts());
      System.out.flush();
      ended.countDown();
      return 0;
    } catch (final IOException | ErrnoException | EngineUnavailableException e) {
      System.err.println("rot13-server: " + e.getMessage());
      return 1;
    }
  }

  private Rot13Server make() {
    if (virtual && !style.equals("threads")) {
      throw new ParameterException(spec.commandLine(), "--virtual goes with --style threads");
    }
    return switch (style) {
      case "threads" -> new ThreadServer(virtual ? virtualThreads() : daemonThreads());
      case "busy-poll" -> new BusyPollServer();
      case "select" -> new SelectServer();
      case "event" -> new EventServer(options.engine);
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "unknown style " + style + ": one of threads, busy-poll, select, event");
    };
  }

  private static ThreadFactory daemonThreads() {
    return task -> {
      final Thread thread = new Thread(task, "connection");
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * {@code Thread.startVirtualThread}, which this source cannot name as it must compile for Java
   * 17.
   */
  private ThreadFactory virtualThreads() {
    try {
      final MethodHandle builder =
          MethodHandles.publicLookup()
              .findStatic(
                  Thread.class,
                  "ofVirtual",
                  MethodType.methodType(Class.forName("java.lang.Thread$Builder$OfVirtual")));
      final MethodHandle factory =
          MethodHandles.publicLookup()
              .findVirtual(
                  Class.forName("java.lang.Thread$Builder"),
                  "factory",
                  MethodType.methodType(ThreadFactory.class));
      return (ThreadFactory) factory.invoke(builder.invoke());
    } catch (final Throwable absent) {
      throw new ParameterException(
          spec.commandLine(),
          "--virtual needs Java 21 or newer, this is " + System.getProperty("java.version"));
    }
  }

  /**
   * The library's signals where it runs the loop; else the JVM's way, a shutdown hook that waits
   * for the counts.
   */
  private static CountDownLatch stopOnSignals(final Rot13Server server) {
    final CountDownLatch ended = new CountDownLatch(1);
    if (server instanceof EventServer events) {
      stopOn(Signals.INT, events);
      stopOn(Signals.TERM, events);
    } else {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(server, ended)));
    }
    return ended;
  }

  private static void stopOn(final Signals signal, final EventServer server) {
    final EventBase base = server.base();
    try {
      base.newSignal(signal.number(base), (event, what) -> server.stop()).add();
    } catch (final ErrnoException refused) {
      // whoever started this process has it ignore the signal, and pure Java keeps to that
    }
  }

  private static void stopAndWait(final Rot13Server server, final CountDownLatch ended) {
    server.stop();
    try {
      ended.await();
      Runtime.getRuntime().halt(0); // the signal was obeyed: no failure to report
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
