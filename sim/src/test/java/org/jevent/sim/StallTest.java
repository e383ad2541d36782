package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of hosts that wait for something outside of the simulation. */
@Timeout(30)
class StallTest {
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private void block(final Host host) {
    try {
      never.await();
    } catch (final InterruptedException e) {
      interrupted.countDown();
    }
  }

  private static SimulationFailure failureOf(final World world) {
    return catchThrowableOfType(SimulationFailure.class, () -> world.run(Duration.ofSeconds(2)));
  }

  private static void assertNamesTheThread(final SimulationFailure failure) {
    assertThat(failure.kind()).isEqualTo(SimulationFailure.Kind.STALLED);
    assertThat(failure)
        .hasMessageContaining("thread sim-a-main of host a (WAITING)")
        .hasMessageContaining("CountDownLatch.await")
        .hasMessageContaining("StallTest.block");
  }

  @Test
  void aThreadThatBlocksIsNamedAfterTheLimit() throws Exception {
    final World world = World.open(1).stallLimit(Duration.ofMillis(300));
    world.host("a").main(this::block);
    final Host other = world.host("b");
    other.main(host -> host.sleep(Duration.ofSeconds(1)));
    final SimulationFailure failure = failureOf(world);
    assertNamesTheThread(failure);
    assertThat(failure).hasMessageContaining("for PT0.3S of real time");
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> world.run(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    world.close();
  }

  @Test
  void anInterruptOfTheTestEndsTheWorld() {
    final Thread test = Thread.currentThread();
    final World world = World.open(1);
    world
        .host("a")
        .main(
            host -> {
              test.interrupt();
              block(host);
            });
    final SimulationFailure failure = failureOf(world);
    assertThat(Thread.interrupted()).isTrue();
    assertNamesTheThread(failure);
    assertThat(failure).hasMessageContaining("was interrupted");
  }

  @Test
  void anInterruptLeavesAThreadOfAHostThatComesToAWait() {
    final Thread test = Thread.currentThread();
    final boolean[] done = new boolean[2];
    try (World world = World.open(1)) {
      world
          .host("a")
          .main(
              host -> {
                test.interrupt();
                Thread.currentThread().interrupt();
                host.sleep(Duration.ofSeconds(1));
                done[0] = Thread.interrupted();
                host.sleep(Duration.ofSeconds(1));
                done[1] = true;
              });
      world.run(Duration.ofSeconds(3));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(done).containsExactly(true, true);
    }
  }

  @Test
  void aCampaignSaysTheSeedAndDoesNotBlockAgain() {
    final int[] runs = new int[1];
    assertThatThrownBy(
            () ->
                Campaign.of(
                        "stalls",
                        world -> {
                          runs[0]++;
                          world.stallLimit(Duration.ofMillis(100)).host("a").main(this::block);
                          world.run(Duration.ofSeconds(2));
                        })
                    .run(7))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("STALLED")
        .hasMessageContaining("Repeat it with -Djevent.sim.seed=0x7");
    assertThat(runs[0]).isEqualTo(1);
  }

  @Test
  void aThreadThatDoesNotEndIsNamedAtTheClose() {
    final World world = World.open(1).stallLimit(Duration.ofMillis(100));
    world
        .host("a")
        .main(
            host -> {
              try {
                host.sleep(Duration.ofSeconds(10));
              } finally {
                block(host);
              }
            });
    world.run(Duration.ofSeconds(1));
    assertThatThrownBy(world::close)
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("sim-a-main");
  }

  @Test
  void theLimitIsAboveZero() {
    try (World world = World.open(1)) {
      assertThatThrownBy(() -> world.stallLimit(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("PT0S");
    }
  }
}
