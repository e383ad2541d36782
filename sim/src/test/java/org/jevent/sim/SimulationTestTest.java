package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.sim.junit.SimulationTest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What JUnit says of tests with the annotation. */
class SimulationTestTest {
  /** Run by the tests below only: the names of some have to fail. */
  static final class Samples {
    static final List<String> SEEN = new ArrayList<>();

    @SimulationTest(seeds = 5)
    void assumesNothingTrue(final World world) {
      Assumptions.assumeTrue(world == null, "not in any world");
    }

    @SimulationTest(seeds = 5)
    void assumesInACallback(final World world) {
      world
          .host("one")
          .start(
              host ->
                  new EventBase()
                      .newTimer((self, what) -> Assumptions.assumeTrue(false, "not in callbacks"))
                      .add(Duration.ofSeconds(1)));
      world.run(Duration.ofSeconds(2));
    }

    @SimulationTest(exhaustive = 1)
    void assumesSomeWorlds(final World world, final Choices choices) {
      Assumptions.assumeTrue(choices.between("which", 0, 3) == 2);
      SEEN.add("a world");
    }

    @SimulationTest(seeds = 5)
    void overflows(final World world) {
      SEEN.add("depth " + depth(0));
    }

    private static int depth(final int known) {
      return known < 0 ? 0 : 1 + depth(known + 1);
    }

    @SimulationTest(seeds = 5)
    void wantsTestInfo(final World world, final TestInfo info, final Choices choices) {
      SEEN.add(info.getTestMethod().orElseThrow().getName() + " " + (choices != null));
    }

    @SimulationTest(seeds = 5)
    void wantsText(final World world, final String text) {}

    @SimulationTest(seeds = 5)
    void wantsNoWorld(final Choices choices) {}
  }

  /** Runs the one test that is selected. */
  static TestExecutionResult run(final DiscoverySelector selector) {
    final List<TestExecutionResult> results = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selector).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(
                  final TestIdentifier test, final TestExecutionResult result) {
                if (test.isTest()) {
                  results.add(result);
                }
              }
            });
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private static TestExecutionResult run(final String method, final Class<?>... parameters) {
    Samples.SEEN.clear();
    return run(selectMethod(Samples.class, method, parameters));
  }

  static String message(final TestExecutionResult result) {
    return result.getThrowable().orElseThrow().getMessage();
  }

  @Test
  void anAssumptionThatHoldsInNoWorldAbortsTheTest() {
    final TestExecutionResult result = run("assumesNothingTrue", World.class);
    assertThat(result.getStatus()).isEqualTo(Status.ABORTED);
    assertThat(message(result)).contains("not in any world");
  }

  @Test
  void anAssumptionInACallbackAbortsTheTest() {
    final TestExecutionResult result = run("assumesInACallback", World.class);
    assertThat(result.getStatus()).isEqualTo(Status.ABORTED);
    assertThat(message(result)).contains("not in callbacks");
  }

  @Test
  void worldsWhoseAssumptionsHoldCount() {
    final TestExecutionResult result = run("assumesSomeWorlds", World.class, Choices.class);
    assertThat(result.getStatus()).isEqualTo(Status.SUCCESSFUL);
    assertThat(Samples.SEEN).containsExactly("a world");
  }

  @Test
  void anOverflowOfTheStackHasItsSeed() {
    final TestExecutionResult result = run("overflows", World.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(message(result))
        .contains("THROWN", "StackOverflowError", "Repeat it with -Djevent.sim.seed=0x");
  }

  @Test
  void otherParametersAreResolvedByOthers() {
    final TestExecutionResult result =
        run("wantsTestInfo", World.class, TestInfo.class, Choices.class);
    assertThat(result.getStatus()).isEqualTo(Status.SUCCESSFUL);
    assertThat(Samples.SEEN).contains("wantsTestInfo true");
  }

  @Test
  void aParameterOfNoResolverIsRefused() {
    final TestExecutionResult result = run("wantsText", World.class, String.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(message(result)).contains("No ParameterResolver", "java.lang.String");
  }

  @Test
  void aTestWithoutAWorldIsRefused() {
    final TestExecutionResult result = run("wantsNoWorld", Choices.class);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(message(result)).contains("wantsNoWorld", "org.jevent.sim.World");
  }
}
