package org.jevent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server of HTTP takes its turn under wrk: one process, all cases, and then idle connections. */
final class HttpTurn implements CostContest.Turn {
  private static final double NANOS_IN_US = 1e3;

  /** More than this part of failed requests makes a case worth nothing. */
  private static final double MAX_FAILED = 0.01;

  private static final byte[] REQUEST =
      "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ANSWER = 4096;

  private final Starter starter;
  private final Kind kind;
  private final Set<HttpCase> cases;
  private final Settings settings;

  /** A server does not do what a case asks for; it may do what others ask for. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(final String message) {
      super(message);
    }
  }

  /** How a server is started. */
  interface Starter {
    NameServer start() throws IOException, InterruptedException;
  }

  /** What runs a server. */
  enum Kind {
    /** A JVM, which {@link AllocationMeter} has started. */
    JVM,
    NATIVE
  }

  /**
   * What all turns have in common.
   *
   * @param scripts a directory with the script of each case, by its name
   * @param warmUp seconds of each case before it counts, in a JVM
   * @param idle how many connections
   */
  record Settings(Path scripts, int seconds, int warmUp, int idle) {}

  /**
   * @param cases those that the server has
   */
  HttpTurn(
      final Starter starter, final Kind kind, final Set<HttpCase> cases, final Settings settings) {
    this.starter = starter;
    this.kind = kind;
    this.cases = cases;
    this.settings = settings;
  }

  @Override
  public Map<String, Double> take() throws IOException, InterruptedException {
    final Map<String, Double> figures = new HashMap<>();
    try (NameServer server = starter.start()) {
      for (final HttpCase each : HttpCase.values()) {
        if (cases.contains(each)) {
          try {
            run(each, server, figures);
          } catch (final RefusedException e) {
            System.out.println("no figure: " + e.getMessage());
          }
        }
      }
      figures.put(HttpCase.IDLE, idle(server));
    }
    return figures;
  }

  private void run(final HttpCase each, final NameServer server, final Map<String, Double> figures)
      throws IOException, InterruptedException {
    load(each, server, kind == Kind.JVM ? settings.warmUp : 1);
    final long allocated = allocated(server);
    final long used = NameServer.processorTime(server.pid()).toNanos();
    final Map<String, Double> found = load(each, server, settings.seconds);
    final long nanos = NameServer.processorTime(server.pid()).toNanos() - used;
    final double requests = found.get("requests");
    if (found.get("bad") + found.get("failed") > requests * MAX_FAILED) {
      throw new RefusedException(
          kind + " server, " + each.title + ": too many requests have failed: " + found);
    }
    figures.put(each.cost(), nanos / NANOS_IN_US / requests);
    figures.put(each.rate(), requests / found.get("seconds"));
    for (final String which : List.of("p50", "p99", "p999")) {
      figures.put(each.percentile(which), found.get(which));
    }
    if (kind == Kind.JVM) {
      figures.put(each.allocated(), (allocated(server) - allocated) / requests);
    }
  }

  private long allocated(final NameServer server) throws IOException {
    return kind == Kind.JVM ? ((ServerProcess) server).allocated() : 0;
  }

  private Map<String, Double> load(final HttpCase each, final NameServer server, final int seconds)
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
            settings.scripts.resolve(each.name()).toString(),
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

  /** What the process has more with a second lot of idle connections, for each, in bytes. */
  private double idle(final NameServer server) throws IOException {
    final List<SocketChannel> open = new ArrayList<>();
    try {
      connect(server, open);
      final long before = memory(server);
      connect(server, open);
      return Math.max(0.0, (double) (memory(server) - before) / settings.idle);
    } finally {
      for (final SocketChannel each : open) {
        each.close();
      }
    }
  }

  /** Connections that have had one answer. */
  private void connect(final NameServer server, final List<SocketChannel> open) throws IOException {
    final ByteBuffer answer = ByteBuffer.allocate(ANSWER);
    for (int i = 0; i < settings.idle; i++) {
      final SocketChannel socket =
          SocketChannel.open(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      open.add(socket);
      socket.write(ByteBuffer.wrap(REQUEST));
      if (socket.read(answer.clear()) <= 0) {
        throw new IOException("no answer for an idle connection");
      }
    }
  }

  private long memory(final NameServer server) throws IOException {
    return kind == Kind.JVM
        ? ((ServerProcess) server).heap() + Memory.resident(server.pid())
        : Memory.resident(server.pid());
  }
}
