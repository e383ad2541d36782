package org.jevent.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chat-server}: lets people talk. */
@Command(
    name = "chat-server",
    description = "Sends each line of one client to all others; try nc, or --web and a browser.",
    mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
  @Option(names = "--web", description = "serves a page that talks by WebSocket")
  private boolean web;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Override
  public Integer call() {
    return Serving.run("chat-server", this::make, web ? "websocket" : "chat", options);
  }

  private Server make() throws IOException {
    final LoopServer server = web ? new WebChat(options.engine) : new ChatServer(options.engine);
    return server.tls(tls.context());
  }
}
