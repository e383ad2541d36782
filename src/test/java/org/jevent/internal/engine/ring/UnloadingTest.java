package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A class loader that a program was deployed in goes when the program has ended, with all of it.
 */
@Timeout(400)
class UnloadingTest {
  private static final int DEPLOYMENTS = 50;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"shared, ", "own, ", "shared, jni", "own, jni"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "what is left is found by way of /proc")
  void nothingIsLeftOfFiftyDeployments(final String jna, final String binding) throws Exception {
    final List<String> arguments =
        new ArrayList<>(
            List.of(
                Altered.jar(directory, Altered.library()).toString(),
                ForkedJvm.locate("com/sun/jna/Native.class").toString(),
                jna,
                String.valueOf(DEPLOYMENTS)));
    Engines.ranked(Providers.ALL).stream()
        .filter(EngineProvider::usable)
        .map(EngineProvider::name)
        .forEach(arguments::add);
    final ForkedJvm jvm =
        new ForkedJvm(directory).seconds(300).set("jevent.leakDetection", "paranoid");
    if (binding != null) {
      jvm.set("jevent.binding", binding);
    }
    final ForkedJvm.Result result =
        jvm.run(Deployments.class.getName(), arguments.toArray(new String[0]));
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).hasSize(DEPLOYMENTS + 1);
    assertThat(result.out().subList(0, DEPLOYMENTS))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\w+ (jni|none) here=7 pooled=7 stream=7 datagram=7 signal=1 file=3"));
    assertThat(result.out().get(DEPLOYMENTS)).isEqualTo("loaders 0 left []");
    assertThat(result.log())
        .as("leak detection worked in each of them")
        .filteredOn(line -> line.startsWith("WARNING LEAK: an event base"))
        .hasSizeGreaterThanOrEqualTo(DEPLOYMENTS);
  }
}
