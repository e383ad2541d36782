package org.jevent.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/** The options that all servers and clients share. */
final class ServerOptions {
  @Option(names = "--host", defaultValue = "127.0.0.1", description = "default: ${DEFAULT-VALUE}")
  String host;

  @Option(
      names = "--port",
      defaultValue = "40713",
      description = "default: ${DEFAULT-VALUE}; a server given 0 picks one")
  int port;

  @Option(names = "--engine", paramLabel = "NAME", description = "epoll, nio, ...: see doctor")
  String engine;

  InetSocketAddress address() throws IOException {
    if (port < 0 || port > 65_535) {
      throw new IOException("port " + port + " is not within 0..65535");
    }
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }
}
