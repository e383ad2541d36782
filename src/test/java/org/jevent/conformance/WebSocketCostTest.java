package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;

/** What a message and an idle socket cost in memory. */
class WebSocketCostTest {
  private static final int IDLE = 10_000;

  /** What the random bytes of a client's mask cost: the source of the JDK makes arrays. */
  private static final long MASK = 16;

  private static long[] measured(final Bases bases, final String what, final int lines)
      throws Exception {
    final Outcome outcome = Outcome.of(WebSocketCost.class, bases.method(), what);
    assertThat(outcome.exit()).as("%s", outcome).isZero();
    assertThat(outcome.said()).hasSize(lines);
    return outcome.said().stream()
        .flatMap(line -> Stream.of(line.split(" ")))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  @EngineTest
  @Timeout(120)
  void anEchoAllocatesNothing(final Bases bases) throws Exception {
    assumeTrue(bases.method().equals("epoll"), "other engines allocate themselves");
    final long[] bytes = measured(bases, "echo", 2);
    assertThat(bytes[0]).as("a server's message").isZero();
    assertThat(bytes[1]).as("a server's bytes").isZero();
    assertThat(bytes[2]).as("a client's message").isLessThanOrEqualTo(MASK);
    assertThat(bytes[3]).as("a client's bytes").isLessThanOrEqualTo(MASK);
  }

  @EngineTest
  @Timeout(120)
  void anIdleSocketIsSmall(final Bases bases) throws Exception {
    final long[] bytes = measured(bases, String.valueOf(IDLE), 1);
    assertThat(bytes[0]).as("bytes of a socket, its stream and the peer's").isLessThan(2048);
    assertThat(bytes[1]).as("bytes outside the heap").isLessThan(64);
  }
}
