package org.jevent.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code udp-echo}: sends datagrams back. */
@Command(
    name = "udp-echo",
    description = "Sends datagrams back to where they came from.",
    mixinStandardHelpOptions = true)
final class UdpEchoCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Override
  public Integer call() {
    return Serving.run("udp-echo", () -> new UdpEchoServer(options.engine), "udp", options);
  }
}
