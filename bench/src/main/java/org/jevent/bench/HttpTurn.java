package org.jevent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A server of HTTP takes its turn under wrk. */
final class HttpTurn extends LoadTurn<HttpCase> {
  private static final byte[] REQUEST =
      "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ANSWER = 4096;

  private final Path scripts;

  /**
   * @param cases those that the server has
   * @param scripts a directory with the script of each case, by its name
   */
  HttpTurn(
      final Starter starter,
      final Kind kind,
      final Collection<HttpCase> cases,
      final Times times,
      final Path scripts) {
    super(starter, kind, cases, times);
    this.scripts = scripts;
  }

  @Override
  Map<String, Double> load(final HttpCase each, final NameServer server, final int seconds)
      throws IOException, InterruptedException {
    final List<String> command =
        List.of(
            "wrk",
            "-t1",
            "-c" + each.connections,
            "-d" + seconds,
            "--timeout",
            "10",
            "-s",
            scripts.resolve(each.name()).toString(),
            "http://127.0.0.1:" + server.port() + each.path);
    return Child.figures(
        Child.text(
            new ProcessBuilder(
                    Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1))
                .redirectErrorStream(true)));
  }

  /** Writes the scripts. */
  static void writeScripts(final Path directory) throws IOException {
    for (final HttpCase each : HttpCase.values()) {
      Files.writeString(directory.resolve(each.name()), each.script());
    }
  }

  /** A connection that has had one answer. */
  @Override
  SocketChannel connect(final NameServer server) throws IOException {
    final SocketChannel socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.write(ByteBuffer.wrap(REQUEST));
    if (socket.read(ByteBuffer.allocate(ANSWER)) <= 0) {
      socket.close();
      throw new IOException("no answer for an idle connection");
    }
    return socket;
  }
}
