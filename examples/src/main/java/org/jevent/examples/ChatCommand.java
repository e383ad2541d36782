package org.jevent.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chat-server}: lets people talk. */
@Command(
    name = "chat-server",
    description = "Sends each line of one client to all others; try nc.",
    mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Override
  public Integer call() {
    return Serving.run("chat-server", () -> new ChatServer(options.engine), "chat", options);
  }
}
