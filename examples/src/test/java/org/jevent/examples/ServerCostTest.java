package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.ring.RingEngine;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a line costs the servers on epoll, counted and never timed: system calls, crossings into the
 * shim, bytes allocated. None may rise above what {@code costs/epoll.properties} says.
 *
 * <p>One thread is the clients and turns the loop, so that a batch (a line of each client, all
 * answers) is two iterations: one receives, one sends. A busy machine can only add to that, when
 * bytes are late; so what a quarter of all batches does not exceed counts.
 */
class ServerCostTest {
  private static final int BATCHES = 2000;
  private static final String ENGINE = "epoll";

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @CsvSource({
    "EchoServer, 1, 64",
    "EchoServer, 16, 64",
    "BufferEventServer, 1, 64",
    "BufferEventServer, 16, 64",
    "BufferEventServer, 16, 16384",
    "EventServer, 1, 64",
    "EventServer, 16, 64"
  })
  @Timeout(60)
  void lineCostsNoMoreThanItDid(final String server, final int connections, final int length)
      throws Exception {
    assumeTrue(
        EventBase.supportedMethods().stream()
            .anyMatch(method -> method.name().equals(ENGINE) && method.usable()),
        "there is no epoll here");
    final Map<String, Double> costs = new TreeMap<>();
    final String prefix = server + "." + connections + "x" + length + ".";
    measure(server, connections, length).forEach((what, cost) -> costs.put(prefix + what, cost));
    final Properties known = known();
    assertThat(costs)
        .as("counted: %s", costs)
        .allSatisfy(
            (what, cost) ->
                assertThat(cost).isLessThanOrEqualTo(Double.parseDouble(known.getProperty(what))));
  }

  private static Properties known() throws IOException {
    final Properties known = new Properties();
    try (InputStream in = ServerCostTest.class.getResourceAsStream("/costs/epoll.properties")) {
      known.load(in);
    }
    return known;
  }

  private static Server server(final String type) {
    return switch (type) {
      case "EchoServer" -> new EchoServer(ENGINE);
      case "BufferEventServer" -> new BufferEventServer(ENGINE);
      case "EventServer" -> new EventServer(ENGINE);
      default -> throw new IllegalArgumentException(type);
    };
  }

  private Map<String, Double> measure(final String type, final int connections, final int length)
      throws Exception {
    final byte[] line = ("x".repeat(length - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
    final long[] calls = new long[BATCHES];
    final long[] crossings = new long[BATCHES];
    final long[] bytes = new long[BATCHES];
    try (LocalServer server = new LocalServer(server(type), connections, line)) {
      final RingEngine engine = (RingEngine) BaseAccess.services(server.base()).engine();
      final int[] iterations = new int[1];
      server.base().watchPrepare((watcher, timeout) -> iterations[0]++);
      for (int i = 0; i < BATCHES; i++) {
        server.ask();
        final EngineCounters before = engine.counters();
        iterations[0] = 0;
        bytes[i] = answer(server);
        final EngineCounters after = engine.counters();
        calls[i] = after.syscalls() - before.syscalls();
        // In thousandths, as the count of iterations may differ from batch to batch.
        crossings[i] = 1000 * (after.crossings() - before.crossings()) / iterations[0];
      }
    }
    return Map.of(
        "syscalls", (double) usual(calls) / connections,
        "crossings", usual(crossings) / 1000.0,
        "allocated", (double) usual(bytes) / connections);
  }

  /** Turns the loop until all answers are there, and returns what it allocated. */
  private long answer(final LocalServer server) throws IOException {
    long allocated = 0;
    int flags = EventBase.LOOP_ONCE;
    int missing = server.bytesOfAll();
    while (missing > 0) {
      final long before = threads.getCurrentThreadAllocatedBytes();
      server.base().loop(flags);
      allocated += threads.getCurrentThreadAllocatedBytes() - before;
      missing -= server.answered();
      flags = EventBase.LOOP_NONBLOCK;
    }
    return allocated;
  }

  private static long usual(final long... counts) {
    // The first batches are not compiled and have not filled their pools.
    final long[] sorted = Arrays.copyOfRange(counts, counts.length / 2, counts.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 4];
  }
}
