package org.jevent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * nsd with a zone {@code test} in which each name has one address: those of most are not to be
 * kept, that of {@code cached.test} is. It answers by UDP, TCP and TLS.
 */
final class Nsd implements NameServer {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/nsd"), Path.of("/usr/bin/nsd"), Path.of("/usr/local/sbin/nsd"));
  private static final int PATIENCE_MS = 5000;
  private static final int PAUSE_MS = 50;

  private final Path folder = Files.createTempDirectory("jevent-bench");
  private final int port = freePort();
  private final int tlsPort = freePort();
  private final Process process;

  private Nsd(final Path program, final Certificate certificate)
      throws IOException, InterruptedException {
    final Path settings = folder.resolve("nsd.conf");
    Files.writeString(folder.resolve("test.zone"), zone());
    Files.writeString(settings, settings(certificate));
    final List<String> command = List.of(program.toString(), "-d", "-c", settings.toString());
    process =
        new ProcessBuilder(Machine.pinned(command, 0))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    try {
      await();
    } catch (final IOException e) {
      close();
      throw e;
    }
  }

  static boolean isHere() {
    return PLACES.stream().anyMatch(Files::isExecutable);
  }

  static Nsd start(final Certificate certificate) throws IOException, InterruptedException {
    final Path program =
        PLACES.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("nsd is not here"));
    return new Nsd(program, certificate);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String zone() {
    return String.join(
        "\n",
        "$ORIGIN test.",
        "$TTL 0",
        "@ IN SOA ns hostmaster 1 3600 600 86400 60",
        "@ IN NS ns",
        "ns IN A 192.0.2.53",
        "cached 86400 IN A 192.0.2.2",
        "* IN A 192.0.2.1",
        "");
  }

  private String settings(final Certificate certificate) {
    return String.join(
        "\n",
        "server:",
        "  ip-address: 127.0.0.1@" + port,
        "  ip-address: 127.0.0.1@" + tlsPort,
        "  username: \"\"",
        "  chroot: \"\"",
        "  zonesdir: \"" + folder + "\"",
        "  database: \"\"",
        "  pidfile: \"" + folder.resolve("nsd.pid") + "\"",
        "  xfrdfile: \"" + folder.resolve("xfrd.state") + "\"",
        "  zonelistfile: \"" + folder.resolve("zone.list") + "\"",
        "  xfrdir: \"" + folder + "\"",
        "  server-count: 1",
        "  rrl-ratelimit: 0",
        "  tls-port: " + tlsPort,
        "  tls-service-key: \"" + certificate.key() + "\"",
        "  tls-service-pem: \"" + certificate.chain() + "\"",
        "remote-control:",
        "  control-enable: no",
        "zone:",
        "  name: \"test\"",
        "  zonefile: \"test.zone\"",
        "");
  }

  /** Until it accepts connections: its datagrams it receives by then, too. */
  private void await() throws IOException, InterruptedException {
    for (int waited = 0; ; waited += PAUSE_MS) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (final IOException e) {
        if (!process.isAlive() || waited > PATIENCE_MS) {
          throw new IOException(
              "nsd does not listen: " + Files.readString(folder.resolve("out")).trim(), e);
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  @Override
  public int port() {
    return port;
  }

  /** For DNS over TLS. */
  int tlsPort() {
    return tlsPort;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (final Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
