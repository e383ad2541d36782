package org.jevent.examples;

import java.util.concurrent.Callable;
import org.jevent.websocket.OriginCheck;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ws-echo}: sends each message of a WebSocket back. */
@Command(
    name = "ws-echo",
    description = "Sends back each message that comes by WebSocket; try ws-client.",
    mixinStandardHelpOptions = true)
final class WebSocketEchoCommand implements Callable<Integer> {
  @Option(
      names = "--max-message",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "a longer message ends the connection; default: ${DEFAULT-VALUE}")
  private long maxMessage;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Mixin private DeflateOptions deflate;

  @Override
  public Integer call() {
    return Serving.run(
        "ws-echo",
        () ->
            new WebServer(options.engine, false)
                .handler(WebSocket.accept(config(), WebSocketEchoCommand::serve))
                .tls(tls.context()),
        "websocket",
        options);
  }

  /** Pages of all origins may come, as an echo depends on no user. */
  private WebSocketConfig config() {
    return WebSocketConfig.DEFAULT
        .origin(OriginCheck.ANY)
        .maxFrame(maxMessage)
        .maxMessage(maxMessage)
        .deflate(deflate.config());
  }

  /** A client that does not read what it gets is not read either. */
  private static void serve(final WebSocket client) {
    client.onMessage(
        (self, message) -> {
          if (self.send(message) && !self.isWritable()) {
            self.pause();
          }
        });
    client.onWritable(WebSocket::resume);
  }
}
