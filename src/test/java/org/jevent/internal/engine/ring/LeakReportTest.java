package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.TestSystem;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A base that is never closed is freed by the garbage collector, which reports where it was made.
 */
@Timeout(120)
class LeakReportTest {
  @TempDir private Path directory;

  private ForkedJvm.Result leak(final String method, final String level, final String how)
      throws Exception {
    assumeThat(TestSystem.WINDOWS || Files.isDirectory(Path.of("/proc/self/fd")))
        .as("it can be seen that a base is freed")
        .isTrue();
    assumeThat(
            Engines.ranked(Providers.ALL).stream()
                .filter(EngineProvider::usable)
                .map(EngineProvider::name))
        .contains(method);
    final ForkedJvm jvm = new ForkedJvm(directory).built().jna().set("jevent.engine", method);
    if (level != null) {
      jvm.set("jevent.leakDetection", level);
    }
    final ForkedJvm.Result result = jvm.probe(how);
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).as("%s", result).endsWith("opened true", "freed");
    return result;
  }

  @ParameterizedTest
  @CsvSource({
    "epoll, paranoid",
    "iocp, paranoid",
    "nio, paranoid",
    "epoll, ",
    "iocp, ",
    "nio, ",
  })
  void theReportSaysWhereTheBaseWasMadeAtEveryLevel(final String method, final String level)
      throws Exception {
    final ForkedJvm.Result result = leak(method, level, "leak");
    assertThat(result.log())
        .containsExactly("WARNING LEAK: an event base (" + method + ") was never closed");
    assertThat(String.join("\n", result.err()))
        .contains("made here")
        .contains("org.jevent.EventBase.<init>")
        .contains("Probe.makeAndForget");
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "iocp", "nio"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "only the report shows that a base is freed")
  void thereIsNoReportWhenNoneIsWanted(final String method) throws Exception {
    final ForkedJvm.Result result = leak(method, "disabled", "leak");
    assertThat(result.log()).isEmpty();
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "iocp", "nio"})
  void aBaseThatWatchesIsFoundToo(final String method) throws Exception {
    if (method.equals("nio")) {
      TestSystem.notUnderWine("a selector that another thread closes breaks the heap");
    }
    final ForkedJvm.Result result = leak(method, "paranoid", "leak-watching");
    assertThat(result.log())
        .contains(
            "WARNING LEAK: an event base (" + method + ") was never closed",
            "WARNING LEAK: an event was never closed");
    assertThat(String.join("\n", result.err())).contains("Probe.watchAndForget");
  }
}
