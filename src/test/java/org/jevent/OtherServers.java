package org.jevent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Servers of HTTP that are programs of others, as far as they are installed. */
public final class OtherServers implements AutoCloseable {
  private static final List<String> FOLDERS =
      List.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin");

  private final Path folder;
  private final List<Process> started = new ArrayList<>();

  /**
   * @param folder for files of theirs
   */
  public OtherServers(final Path folder) {
    this.folder = folder;
  }

  /** Where a program is, or null. */
  public static String program(final String name) {
    for (final String each : FOLDERS) {
      final Path found = Path.of(each, name);
      if (Files.isExecutable(found)) {
        return found.toString();
      }
    }
    return null;
  }

  private static String required(final String name) {
    final String found = program(name);
    if (found == null) {
      throw new IllegalStateException("there is no " + name + ": ask program() first");
    }
    return found;
  }

  /** A port that nothing listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Node with a script, which gets the port as its argument.
   *
   * @return the port
   */
  public int node(final String script) throws IOException {
    final Path file = Files.createTempFile(folder, "server", ".js");
    Files.writeString(file, script);
    final int port = freePort();
    run(port, required("node"), file.toString(), Integer.toString(port));
    return port;
  }

  /**
   * nginx, whose server has these directives.
   *
   * @return the port
   */
  public int nginx(final String directives) throws IOException {
    final int port = freePort();
    final Path place = Files.createTempDirectory(folder, "nginx");
    final Path file = place.resolve("nginx.conf");
    final String text =
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
          server { listen 127.0.0.1:%2$d; %3$s }
        }
        """;
    final boolean root = System.getProperty("user.name").equals("root");
    Files.writeString(
        file, String.format(Locale.ROOT, text, place, port, directives, root ? " user root;" : ""));
    run(port, required("nginx"), "-c", file.toString(), "-p", place.toString());
    return port;
  }

  /**
   * HAProxy before a server.
   *
   * @return the port
   */
  public int haproxy(final int server) throws IOException {
    final int port = freePort();
    final Path file = Files.createTempFile(folder, "haproxy", ".conf");
    final String text =
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
        """;
    Files.writeString(file, String.format(Locale.ROOT, text, port, server));
    run(port, required("haproxy"), "-f", file.toString(), "-db");
    return port;
  }

  private void run(final int port, final String... command) throws IOException {
    start(Map.of(), port, command);
  }

  /**
   * Runs one until it accepts connections.
   *
   * @param variables of its environment, besides those of this process
   */
  public void start(final Map<String, String> variables, final int port, final String... command)
      throws IOException {
    final ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    final Process process = builder.start();
    started.add(process);
    final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TestSystem.patience(20));
    while (!accepts(port)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("does not listen: " + String.join(" ", command));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (final InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }
  }

  private static boolean accepts(final int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (final ConnectException early) {
      return false;
    }
  }

  @Override
  public void close() {
    started.forEach(Process::destroy);
    for (final Process each : started) {
      try {
        if (!each.waitFor(20, TimeUnit.SECONDS)) {
          each.destroyForcibly();
        }
      } catch (final InterruptedException e) {
        each.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
