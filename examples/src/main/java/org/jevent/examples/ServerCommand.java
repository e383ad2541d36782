package org.jevent.examples;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.jevent.tls.TlsContext;
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
      description = "threads, busy-poll, select, event (default) or bufferevent")
  private String style;

  @Option(names = "--virtual", description = "virtual threads, with --style threads on Java 21+")
  private boolean virtual;

  @Option(
      names = "--lossless",
      description = "no newline after a piece of a line that is too long, with --style bufferevent")
  private boolean lossless;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return Serving.run("rot13-server", this::make, style, options);
  }

  private Server make() throws IOException {
    final TlsContext context = tls.context();
    if (context != null && !style.equals("bufferevent")) {
      throw new ParameterException(
          spec.commandLine(), "--tls goes with --style bufferevent: the others read sockets");
    }
    if (virtual && !style.equals("threads")) {
      throw new ParameterException(spec.commandLine(), "--virtual goes with --style threads");
    }
    if (lossless && !style.equals("bufferevent")) {
      throw new ParameterException(
          spec.commandLine(), "--lossless goes with --style bufferevent: the others always are");
    }
    return switch (style) {
      case "threads" -> new ThreadServer(virtual ? virtualThreads() : daemonThreads());
      case "busy-poll" -> new BusyPollServer();
      case "select" -> new SelectServer();
      case "event" -> new EventServer(options.engine);
      case "bufferevent" -> new BufferEventServer(options.engine, lossless).tls(context);
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "unknown style " + style + ": one of threads, busy-poll, select, event, bufferevent");
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
}
