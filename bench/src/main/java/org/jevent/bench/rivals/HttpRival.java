package org.jevent.bench.rivals;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a server of HTTP: one of the rivals, or this library's. */
@Command(
    name = "http-rival",
    description = "A server of HTTP to compare with.",
    mixinStandardHelpOptions = true)
public final class HttpRival implements Callable<Integer> {
  /** Whose server it is. */
  public enum Style {
    JEVENT,
    NETTY,
    VERTX,
    UNDERTOW,
    JETTY,
    JDK
  }

  @Option(names = "--style", required = true, description = "${COMPLETION-CANDIDATES}.")
  private Style style;

  @Option(names = "--file", required = true, description = "What /file is.")
  private Path file;

  private HttpRival() {}

  /** Serves until the process is ended. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new HttpRival());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    final Rival rival =
        switch (style) {
          case JEVENT -> new JeventHttpServer(file);
          case NETTY -> new NettyHttpServer(file);
          case VERTX -> new VertxHttpServer(file);
          case UNDERTOW -> new UndertowHttpServer(file);
          case JETTY -> new JettyHttpServer(file);
          case JDK -> new JdkHttpServer(file);
        };
    Rival.announce(rival.open(0, false), rival.style(), rival.engine());
    rival.serve();
    return 0;
  }
}
