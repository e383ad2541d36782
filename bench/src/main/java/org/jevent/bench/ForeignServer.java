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
 * An installed server of others, on the first processor, with a directory of its settings that goes
 * when it is closed.
 */
abstract class ForeignServer implements NameServer {
  private static final int PATIENCE_MS = 5000;
  private static final int PAUSE_MS = 50;

  private final String name;
  private final Path folder = Files.createTempDirectory("jevent-bench");
  private final int port = freePort();
  private Process process;

  /**
   * @param name of the program
   */
  ForeignServer(final String name) throws IOException {
    this.name = name;
  }

  private static Stream<Path> places(final String name) {
    return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
        .map(each -> Path.of(each, name))
        .filter(Files::isExecutable);
  }

  static boolean isHere(final String name) {
    return places(name).findAny().isPresent();
  }

  /** Where the program is. */
  final String program() throws IOException {
    return places(name)
        .findFirst()
        .orElseThrow(() -> new IOException(name + " is not here"))
        .toString();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  final Path folder() {
    return folder;
  }

  /** Starts it, and waits until it accepts connections. */
  final void start(final List<String> command) throws IOException, InterruptedException {
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

  private void await() throws IOException, InterruptedException {
    for (int waited = 0; ; waited += PAUSE_MS) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (final IOException e) {
        if (!process.isAlive() || waited > PATIENCE_MS) {
          throw new IOException(
              name + " does not listen: " + Files.readString(folder.resolve("out")).trim(), e);
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  @Override
  public final int port() {
    return port;
  }

  @Override
  public final long pid() {
    return process.pid();
  }

  @Override
  public final void close() throws IOException {
    process.destroy();
    process.onExit().join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (final Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
