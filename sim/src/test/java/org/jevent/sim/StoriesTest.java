package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.fuzz.Input;
import org.jevent.fuzz.Story;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random programs report the same on a simulated host as they do on epoll. */
class StoriesTest {
  private static final String EPOLL = "epoll";
  private static final int PROGRAMS = 300;
  private static final int STEPS = 40;
  private static final int STEP_BYTES = 6;
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);

  private final long end = System.nanoTime() + LIMIT;

  @BeforeEach
  void requireEpoll() {
    assumeTrue(
        EventBase.supportedMethods().stream()
            .filter(MethodInfo::usable)
            .anyMatch(method -> method.name().equals(EPOLL)),
        "epoll is not usable here");
  }

  private static <T> T onSimulatedHost(final World world, final Supplier<T> body) {
    try (world) {
      return world.host("one").foreground(body);
    }
  }

  private static String onEpoll(final List<NetStory.Step> program) {
    return NetStory.of(new EventBase(new EventConfig().method(EPOLL)), program);
  }

  /** Half of the programs are the same each time. */
  private static long seed(final int program) {
    return program % 2 == 0 ? program : new Random().nextLong();
  }

  @Test
  void fuzzedStoriesAreTheSame() {
    for (int i = 0; i < PROGRAMS && System.nanoTime() < end; i++) {
      final long seed = seed(i);
      final byte[] bytes = new byte[STEPS * STEP_BYTES];
      new Random(seed).nextBytes(bytes);
      final Input input = new Input(bytes);
      final List<Story.Step> program = new ArrayList<>();
      while (input.left() > 0) {
        program.add(Story.Step.from(input));
      }
      assertThat(onSimulatedHost(World.open(seed), () -> Story.of("sim", program)))
          .as("program %d: %s", seed, program)
          .isEqualTo(Story.of(EPOLL, program));
    }
  }

  @Test
  void storiesOverLoopbackAreTheSame() {
    for (int i = 0; i < PROGRAMS && System.nanoTime() < end; i++) {
      final long seed = seed(i);
      final List<NetStory.Step> program = NetStory.program(seed, STEPS);
      assertThat(onSimulatedHost(World.open(seed), () -> NetStory.of(new EventBase(), program)))
          .as("program %d: %s", seed, program)
          .isEqualTo(onEpoll(program));
    }
  }

  /** What engines may do in different ways does not show. */
  @Test
  void storiesOfAnotherEngineAreTheSame() {
    for (int i = 0; i < PROGRAMS && System.nanoTime() < end; i++) {
      final long seed = seed(i);
      final List<NetStory.Step> program = NetStory.program(seed, STEPS);
      final World world = World.open(seed);
      world.faults(Faults.ENGINE, Faults.NETWORK).rate(0.1);
      assertThat(onSimulatedHost(world, () -> NetStory.of(new EventBase(), program)))
          .as("program %d: %s", seed, program)
          .isEqualTo(
              onSimulatedHost(World.open(seed), () -> NetStory.of(new EventBase(), program)));
    }
  }
}
