package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Servers of others as processes, and the files that configure them. */
final class OtherServers {
  private OtherServers() {}

  /** Runs a server of others until it accepts connections. */
  static Process started(final int port, final String... command) throws Exception {
    return started(Map.of(), port, command);
  }

  /** The same with these variables in its environment. */
  static Process started(
      final Map<String, String> variables, final int port, final String... command)
      throws Exception {
    final ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    final Process process = builder.start();
    for (int tries = 0; tries < 200; tries++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return process;
      } catch (final ConnectException early) {
        assertThat(process.isAlive()).as("%s", (Object) command).isTrue();
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    process.destroyForcibly();
    throw new AssertionError("does not listen: " + String.join(" ", command));
  }

  /** Ends it, and waits for that. */
  static void stop(final Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static String program(final String path) {
    Assumptions.assumeTrue(Path.of(path).toFile().canExecute(), "there is no " + path);
    return path;
  }

  static String nginx() {
    return program("/usr/sbin/nginx");
  }

  static Path nginxFile(final Path folder, final int port, final String location)
      throws IOException {
    final Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            """
            daemon off;%4$s
            worker_processes 1;
            error_log stderr;
            pid %1$s/nginx.pid;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server { listen 127.0.0.1:%2$d; location / { %3$s } }
            }
            """,
            folder,
            port,
            location,
            System.getProperty("user.name").equals("root") ? " user root;" : ""));
    return file;
  }

  static String haproxy() {
    return program("/usr/sbin/haproxy");
  }

  /**
   * HAProxy before a server of this machine.
   *
   * @param port where it listens
   * @param server the port of the server
   */
  static Path haproxyFile(final Path folder, final int port, final int server) throws IOException {
    final Path file = folder.resolve("haproxy.conf");
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            """
            defaults
              mode http
              timeout connect 5s
              timeout client 30s
              timeout server 30s
              timeout tunnel 1h
            frontend front
              bind 127.0.0.1:%d
              default_backend back
            backend back
              server one 127.0.0.1:%d
            """,
            port,
            server));
    return file;
  }
}
