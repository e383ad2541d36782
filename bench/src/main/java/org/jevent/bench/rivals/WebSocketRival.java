package org.jevent.bench.rivals;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts a server of WebSockets: one of the rivals, or this library's. {@code /echo} sends each
 * message back, {@code /broadcast} to all that are connected there. Compression is agreed on where
 * the client offers it.
 */
@Command(
    name = "websocket-rival",
    description = "A server of WebSockets to compare with.",
    mixinStandardHelpOptions = true)
public final class WebSocketRival implements Callable<Integer> {
  /** The path where all get each message. */
  static final String BROADCAST = "/broadcast";

  /** The longest message. */
  static final int MAX_MESSAGE = 4 << 20;

  /** Whose server it is. */
  public enum Style {
    JEVENT,
    NETTY,
    VERTX,
    UNDERTOW,
    JETTY
  }

  @Option(names = "--style", required = true, description = "${COMPLETION-CANDIDATES}.")
  private Style style;

  private WebSocketRival() {}

  /** Serves until the process is ended. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new WebSocketRival());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    final Rival rival =
        switch (style) {
          case JEVENT -> new JeventWebSocketServer();
          case NETTY -> new NettyWebSocketServer();
          case VERTX -> new VertxWebSocketServer();
          case UNDERTOW -> new UndertowWebSocketServer();
          case JETTY -> new JettyWebSocketServer();
        };
    Rival.announce(rival.open(0, false), rival.style(), rival.engine());
    rival.serve();
    return 0;
  }
}
