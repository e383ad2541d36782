package org.jevent.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server takes its turn under a load: one process, all cases, and then idle connections.
 *
 * @param <C> what is asked of it
 */
abstract class LoadTurn<C extends ServerCase> implements CostContest.Turn {
  private static final double NANOS_IN_US = 1e3;

  /** More than this part of failed requests makes a case worth nothing. */
  private static final double MAX_FAILED = 0.01;

  private final Starter starter;
  private final Kind kind;
  private final Collection<C> cases;
  private final Times times;

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
   * How long, and how many.
   *
   * @param seconds of each case
   * @param warmUp seconds of each case before it counts, in a JVM
   * @param idle connections whose memory is measured
   */
  record Times(int seconds, int warmUp, int idle) {}

  /** A server does not do what a case asks for; it may do what others ask for. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(final String message) {
      super(message);
    }
  }

  /**
   * @param cases those that the server has, in their order
   */
  LoadTurn(final Starter starter, final Kind kind, final Collection<C> cases, final Times times) {
    this.starter = starter;
    this.kind = kind;
    this.cases = cases;
    this.times = times;
  }

  /**
   * Loads the server for some seconds; what the client has printed: {@code requests}, {@code
   * seconds}, {@code bad}, {@code failed}, {@code p50}, {@code p99} and {@code p999} in
   * microseconds.
   */
  abstract Map<String, Double> load(C each, NameServer server, int seconds)
      throws IOException, InterruptedException;

  /** Opens a connection that stays idle. */
  abstract SocketChannel connect(NameServer server) throws IOException;

  @Override
  public final Map<String, Double> take() throws IOException, InterruptedException {
    final Map<String, Double> figures = new HashMap<>();
    try (NameServer server = starter.start()) {
      for (final C each : cases) {
        try {
          run(each, server, figures);
        } catch (final RefusedException e) {
          System.out.println("no figure: " + e.getMessage());
        }
      }
      figures.put(ServerCase.IDLE, idle(server));
    }
    return figures;
  }

  private void run(final C each, final NameServer server, final Map<String, Double> figures)
      throws IOException, InterruptedException {
    load(each, server, kind == Kind.JVM ? times.warmUp : 1);
    final long allocated = allocated(server);
    final long used = NameServer.processorTime(server.pid()).toNanos();
    final Map<String, Double> found = load(each, server, times.seconds);
    final long nanos = NameServer.processorTime(server.pid()).toNanos() - used;
    final double requests = found.get("requests");
    if (requests == 0 || found.get("bad") + found.get("failed") > requests * MAX_FAILED) {
      throw new RefusedException(
          kind + " server, " + each.title() + ": too many requests have failed: " + found);
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

  /** What the process has more with a second lot of idle connections, for each, in bytes. */
  private double idle(final NameServer server) throws IOException {
    final List<SocketChannel> open = new ArrayList<>();
    try {
      connect(server, open);
      final long before = memory(server);
      connect(server, open);
      return Math.max(0.0, (double) (memory(server) - before) / times.idle);
    } finally {
      for (final SocketChannel each : open) {
        each.close();
      }
    }
  }

  private void connect(final NameServer server, final List<SocketChannel> open) throws IOException {
    for (int i = 0; i < times.idle; i++) {
      open.add(connect(server));
    }
  }

  private long memory(final NameServer server) throws IOException {
    return kind == Kind.JVM
        ? ((ServerProcess) server).heap() + Memory.resident(server.pid())
        : Memory.resident(server.pid());
  }
}
