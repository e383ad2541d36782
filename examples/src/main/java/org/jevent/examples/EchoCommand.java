package org.jevent.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code echo-server}: sends everything back. */
@Command(
    name = "echo-server",
    description = "Sends back what comes, on buffer events.",
    mixinStandardHelpOptions = true)
final class EchoCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Override
  public Integer call() {
    return Serving.run(
        "echo-server", () -> new EchoServer(options.engine).tls(tls.context()), "echo", options);
  }
}
