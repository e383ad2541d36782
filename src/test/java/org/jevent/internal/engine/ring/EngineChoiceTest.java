package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user says from outside a program: properties and the environment, and what the report
 * says.
 */
@Timeout(120)
class EngineChoiceTest {
  private static final String RULED_OUT = "JEVENT_NO" + TestSystem.METHOD.toUpperCase(Locale.ROOT);

  @TempDir private Path directory;

  private ForkedJvm jvm() throws Exception {
    Altered.library();
    return new ForkedJvm(directory).built().jna();
  }

  private ForkedJvm withoutLibrary() throws Exception {
    return new ForkedJvm(directory).with(Altered.jar(directory, null)).jna();
  }

  @Test
  void theEnvironmentNamesAMethodUnlessTheProgramIgnoresIt() throws Exception {
    final ForkedJvm.Result result =
        jvm()
            .environment("JEVENT_ENGINE", "nio")
            .probe("open", "open-ignoring-environment", TestSystem.METHOD);
    assertThat(result.out())
        .containsExactly(
            "nio none works", TestSystem.METHOD + " jna works", TestSystem.METHOD + " jna works");
    assertThat(result.log()).as("NIO was asked for").isEmpty();
  }

  @Test
  void thePropertyComesBeforeTheEnvironment() throws Exception {
    final ForkedJvm.Result result =
        jvm()
            .environment("JEVENT_ENGINE", TestSystem.METHOD)
            .set("jevent.engine", "nio")
            .probe("open", "open-ignoring-environment", TestSystem.METHOD);
    assertThat(result.out())
        .containsExactly("nio none works", "nio none works", TestSystem.METHOD + " jna works");
    assertThat(result.log()).isEmpty();
  }

  @Test
  void theEnvironmentRulesAMethodOutUnlessTheProgramIgnoresIt() throws Exception {
    final ForkedJvm jvm = jvm();
    for (final String name : List.of("EPOLL", "POLL", "SELECT", "IO_URING", "IOCP")) {
      jvm.environment("JEVENT_NO" + name, "1");
    }
    final ForkedJvm.Result result =
        jvm.probe("open", "open", "open-ignoring-environment", TestSystem.METHOD);
    assertThat(result.out())
        .containsExactly(
            "nio none works",
            "nio none works",
            TestSystem.METHOD + " jna works",
            "unavailable: method "
                + TestSystem.METHOD
                + " cannot be used:"
                + " ruled out by the environment's "
                + RULED_OUT);
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0))
        .contains(TestSystem.METHOD + ": ruled out by the environment's " + RULED_OUT);
  }

  @Test
  void anEngineThatIsAskedForFromOutsideIsNotReplaced() throws Exception {
    final String reason =
        "unavailable: method "
            + TestSystem.METHOD
            + " cannot be used: the native library is not loaded: ";
    final ForkedJvm.Result named =
        withoutLibrary().environment("JEVENT_ENGINE", TestSystem.METHOD).probe("open", "nio");
    assertThat(named.out()).hasSize(2);
    assertThat(named.out().get(0)).startsWith(reason);
    assertThat(named.out().get(1)).isEqualTo("nio none works");
    assertThat(named.log()).isEmpty();
    assertThat(withoutLibrary().set("jevent.engine", TestSystem.METHOD).probe("open").out().get(0))
        .startsWith(reason);
    assertThat(jvm().set("jevent.engine", "pigeon").probe("open").out().get(0))
        .startsWith("unavailable: method pigeon cannot be used: no such method; there are ");
  }

  @Test
  void nioNeedsNothingAndLoadsNothing() throws Exception {
    final ForkedJvm.Result result =
        new ForkedJvm(directory)
            .with(Altered.jar(directory, null))
            .set("jevent.engine", "nio")
            .probe("open");
    assertThat(result.out()).containsExactly("nio none works");
    assertThat(result.log()).isEmpty();
    assertThat(result.err()).isEmpty();
  }

  private static ForkedJvm.Result report(final ForkedJvm jvm) throws Exception {
    final ForkedJvm.Result result = jvm.probe("report");
    assertThat(result.exit()).as("%s", result).isZero();
    return result;
  }

  @Test
  void theReportSaysWhatIsUsable() throws Exception {
    assertThat(report(jvm()).text())
        .contains("library   ")
        .contains("bound by jna")
        .contains("method    " + TestSystem.METHOD + ": usable, features ")
        .contains("method    nio: usable");
  }

  @Test
  void theReportGivesTheReasonThatTheLogGives() throws Exception {
    final String text = report(withoutLibrary().set("jevent.engine", TestSystem.METHOD)).text();
    assertThat(text)
        .contains("library   not loaded")
        .contains("property  jevent.engine=" + TestSystem.METHOD)
        .contains(
            "method    " + TestSystem.METHOD + ": not usable: the native library is not loaded");
    final String log = withoutLibrary().probe("open").log().get(0);
    final List<String> attempts =
        text.lines()
            .filter(line -> line.contains("tried in vain: "))
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .toList();
    assertThat(attempts).hasSize(1);
    assertThat(log).endsWith("the native library is not loaded: " + attempts.get(0));
    assertThat(text).containsOnlyOnce(attempts.get(0));
  }
}
