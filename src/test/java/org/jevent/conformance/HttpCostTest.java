package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;

/** What a request costs: bytes that are allocated, counted where an engine allocates none. */
class HttpCostTest {
  private static final int ROUNDS = 12;
  private static final int REQUESTS = 1000;

  /** Asks again and again; how many bytes an answer has. */
  private static void ask(final Socket socket, final int length) throws IOException {
    final byte[] request = HttpKit.get("/hello").getBytes(StandardCharsets.US_ASCII);
    final byte[] answer = new byte[length];
    final DataInputStream in = new DataInputStream(socket.getInputStream());
    for (int i = 0; i < ROUNDS * REQUESTS; i++) {
      socket.getOutputStream().write(request);
      in.readFully(answer);
    }
  }

  @EngineTest
  @Timeout(120)
  void aGetAllocatesNothing(final Bases bases) throws Exception {
    final HttpKit kit = new HttpKit(bases);
    assumeTrue(kit.base.method().equals("epoll"), "other engines allocate themselves");
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final long[] marks = new long[ROUNDS + 1];
    final AtomicLong served = new AtomicLong();
    kit.server.handle(
        "/hello",
        exchange -> {
          final long count = served.get();
          if (count % REQUESTS == 0) {
            marks[(int) (count / REQUESTS)] = threads.getCurrentThreadAllocatedBytes();
          }
          served.lazySet(count + 1);
          exchange.header("Cache-Control", "no-store").respond(200, "Hello\n");
        });
    final HttpKit.Client first = kit.client().say(HttpKit.get("/hello"));
    final int length = first.until("Hello\n").length();
    served.set(0);
    try (Socket socket = new Socket(kit.address.getAddress(), kit.address.getPort())) {
      final Thread client =
          new Thread(
              () -> {
                try {
                  ask(socket, length);
                } catch (final IOException e) {
                  throw new AssertionError(e);
                }
              });
      client.start();
      Streams.run(kit.base, 60, () -> !client.isAlive());
    }
    long least = Long.MAX_VALUE;
    for (int i = 1; i < ROUNDS; i++) {
      least = Math.min(least, marks[i] - marks[i - 1]);
    }
    assertThat(least / REQUESTS).as("bytes a request").isZero();
  }
}
