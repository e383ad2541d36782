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

/** nginx in one process, which answers {@code /hello} itself and sends files by the system. */
final class Nginx implements NameServer {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"), Path.of("/usr/local/bin/nginx"));
  private static final int PATIENCE_MS = 5000;
  private static final int PAUSE_MS = 50;

  private final Path folder = Files.createTempDirectory("jevent-bench");
  private final int port = freePort();
  private final Process process;

  private Nginx(final Path program, final Path content) throws IOException, InterruptedException {
    final Path settings = folder.resolve("nginx.conf");
    Files.writeString(settings, settings(content));
    final List<String> command =
        List.of(program.toString(), "-p", folder.toString(), "-c", settings.toString());
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

  /**
   * @param content a directory with the files {@code 10k} and {@code file}
   */
  static Nginx start(final Path content) throws IOException, InterruptedException {
    final Path program =
        PLACES.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("nginx is not here"));
    return new Nginx(program, content);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String settings(final Path content) {
    return String.join(
        "\n",
        "daemon off;",
        "master_process off;",
        "error_log stderr crit;",
        "pid " + folder.resolve("pid") + ";",
        "events { worker_connections 20000; }",
        "http {",
        "  access_log off;",
        "  default_type text/plain;",
        "  server_tokens off;",
        "  sendfile on;",
        "  tcp_nopush on;",
        "  open_file_cache max=16;",
        "  keepalive_requests 1000000000;",
        "  keepalive_timeout 600s;",
        "  client_body_buffer_size 128k;",
        "  client_body_temp_path " + folder.resolve("body") + ";",
        "  proxy_temp_path " + folder.resolve("proxy") + ";",
        "  fastcgi_temp_path " + folder.resolve("fastcgi") + ";",
        "  uwsgi_temp_path " + folder.resolve("uwsgi") + ";",
        "  scgi_temp_path " + folder.resolve("scgi") + ";",
        "  server {",
        "    listen 127.0.0.1:" + port + " backlog=4096;",
        "    root " + content + ";",
        "    location = /hello { return 200 \"Hello, World!\"; }",
        "  }",
        "}",
        "");
  }

  private void await() throws IOException, InterruptedException {
    for (int waited = 0; ; waited += PAUSE_MS) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (final IOException e) {
        if (!process.isAlive() || waited > PATIENCE_MS) {
          throw new IOException(
              "nginx does not listen: " + Files.readString(folder.resolve("out")).trim(), e);
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  @Override
  public int port() {
    return port;
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
