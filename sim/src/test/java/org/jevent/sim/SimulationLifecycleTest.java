package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jevent.sim.junit.SimulationTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Each world has its own instance of the test, and the methods before and after. */
class SimulationLifecycleTest {
  private static final int SEEDS = 40;
  private static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

  /** Run by the tests below only, as all the others here. */
  static final class Counting {
    private final List<Long> seeds = new ArrayList<>();

    @BeforeEach
    void prepare(final World world, final Choices choices) {
      seeds.add(world.seed() + choices.choose("before", 1000));
    }

    @SimulationTest(seeds = SEEDS, jobs = 4)
    void test(final World world, final Choices choices) {
      seeds.add(world.seed());
    }

    @AfterEach
    void look(final World world) {
      world.host("that works, as the world is still open");
      SEEN.add(seeds.size() + " " + (seeds.get(1) == world.seed()));
    }
  }

  /** What JUnit says of the order is true in each world. */
  static class Outer {
    final List<String> calls = new ArrayList<>();

    @BeforeEach
    void before() {
      calls.add("outer before");
    }

    @AfterEach
    void after(final TestInfo info) {
      calls.add("outer after " + info.getTestMethod().orElseThrow().getName());
      SEEN.add(String.join(", ", calls));
    }

    @Nested
    class Inner {
      @BeforeEach
      void before() {
        calls.add("inner before");
      }

      @AfterEach
      void after() {
        calls.add("inner after");
      }

      @SimulationTest(seeds = 1)
      void test(final World world) {
        calls.add("test");
      }
    }
  }

  /** Asks for one instance, whose worlds would race if they ran side by side. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class Shared {
    private final Thread first = Thread.currentThread();
    private int worlds;

    @SimulationTest(seeds = SEEDS, jobs = 4)
    void test(final World world) {
      worlds++;
      SEEN.add(worlds + " " + (Thread.currentThread() == first));
    }
  }

  static final class Failing {
    @BeforeEach
    void prepare() throws Exception {
      throw new Exception("planted before");
    }

    @SimulationTest(seeds = 1)
    void test(final World world) {
      SEEN.add("test");
    }

    @AfterEach
    void look() {
      throw new IllegalStateException("planted after");
    }
  }

  static final class Constructed {
    Constructed(final World world) {}

    @SimulationTest
    void test(final World world) {}
  }

  static final class Filled {
    @TempDir private Path directory;

    @SimulationTest
    void test(final World world) {
      SEEN.add("in " + directory);
    }
  }

  static final class Parameters {
    @TempDir static Path all;

    private Path directory;

    @BeforeEach
    void prepare(@TempDir final Path found) {
      directory = found;
    }

    @SimulationTest(seeds = 1)
    void test(final World world) {
      SEEN.add((all != null) + " " + directory.toFile().isDirectory());
    }
  }

  private static TestExecutionResult run(final Class<?> type, final Class<?>... parameters) {
    SEEN.clear();
    return SimulationTestTest.run(selectMethod(type, "test", parameters));
  }

  private static void requireSuccess(final TestExecutionResult result) {
    assertThat(result.getThrowable()).isEmpty();
    assertThat(result.getStatus()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void eachWorldHasItsOwnInstanceAndMethodsAroundIt() {
    requireSuccess(run(Counting.class, World.class, Choices.class));
    // those that are run again to compare them, and those of the seeds
    assertThat(SEEN).hasSize(SEEDS + SEEDS / 20).containsOnly("2 true");
  }

  @Test
  void methodsOfAClassAroundItRunOutsideOfItsOwn() {
    SEEN.clear();
    requireSuccess(
        SimulationTestTest.run(
            selectNestedMethod(
                List.of(Outer.class), Outer.Inner.class, "test", "org.jevent.sim.World")));
    assertThat(SEEN)
        .hasSize(2)
        .containsOnly("outer before, inner before, test, inner after, outer after test");
  }

  @Test
  void worldsShareAnInstanceAndAThreadIfTheClassSaysSo() {
    requireSuccess(run(Shared.class, World.class));
    assertThat(SEEN).hasSize(SEEDS + SEEDS / 20).contains("1 true", "42 true");
    assertThat(SEEN).allMatch(seen -> seen.endsWith("true"));
  }

  @Test
  void whatFailsBeforeAWorldIsItsFailureAndTheMethodsAfterItRun() {
    final TestExecutionResult result = run(Failing.class, World.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(SEEN).isEmpty();
    final Throwable failure = result.getThrowable().orElseThrow();
    assertThat(failure).isInstanceOf(SimulationFailure.class);
    assertThat(failure).hasMessageContaining("Repeat it with -Djevent.sim.seed=0x");
    assertThat(failure).rootCause().hasMessage("planted before");
    assertThat(failure)
        .rootCause()
        .hasSuppressedException(new IllegalStateException("planted after"));
  }

  @Test
  void aConstructorHasNoWorld() {
    final TestExecutionResult result = run(Constructed.class, World.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(SimulationTestTest.message(result)).contains("Constructed", "before each one");
  }

  @Test
  void aFieldThatWouldBeMissingIsRefused() {
    final TestExecutionResult result = run(Filled.class, World.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(SimulationTestTest.message(result)).contains("directory", "make it static");
    assertThat(SEEN).isEmpty();
  }

  @Test
  void otherExtensionsGiveParametersAndStaticFields() {
    requireSuccess(run(Parameters.class, World.class));
    assertThat(SEEN).hasSize(2).containsOnly("true true");
  }
}
