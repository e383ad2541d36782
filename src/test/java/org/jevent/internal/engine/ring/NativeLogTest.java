package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.jevent.TestSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the native library says, through a callback of JNA or an upcall by JNI. */
class NativeLogTest {
  @TempDir private Path directory;

  private ForkedJvm.Result run(final String binding, final String action) throws Exception {
    assumeThat(ShimLoader.status().loaded()).as(ShimLoader.status().reason()).isTrue();
    return new ForkedJvm(directory)
        .built()
        .jna()
        .set("jevent.binding", binding)
        .run(NativeLogProbe.class.getName(), TestSystem.METHOD, action);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void messagesForDebuggingComeWhileTheyAreAskedFor(final String binding) throws Exception {
    final ForkedJvm.Result result = run(binding, "debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out())
        .containsExactly(
            "DEBUG " + TestSystem.METHOD + ": a ring was made",
            "DEBUG " + TestSystem.METHOD + ": a ring was destroyed",
            "end");
    assertThat(result.log())
        .containsExactly(
            "SEVERE the log callback failed on: " + TestSystem.METHOD + ": a ring was made",
            "SEVERE the log callback failed on: " + TestSystem.METHOD + ": a ring was destroyed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void aFailureIsReportedAndEndsTheProcess(final String binding) throws Exception {
    final ForkedJvm.Result result = run(binding, "fatal");
    assertThat(result.exit()).as("%s", result).isNotZero();
    assertThat(result.out()).startsWith("fatal nothing is wrong");
    assertThat(result.err()).contains("jevent: nothing is wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void whatTheFatalCallbackThrowsDoesNotKeepTheProcessAlive(final String binding) throws Exception {
    final ForkedJvm.Result result = run(binding, "fatal-throws");
    assertThat(result.exit()).as("%s", result).isNotZero();
    assertThat(result.log())
        .containsExactly("SEVERE the fatal callback failed on: nothing is wrong");
    assertThat(result.err()).contains("jevent: nothing is wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void theFatalCallbackMayEndTheProcessInItsOwnWay(final String binding) throws Exception {
    assertThat(run(binding, "fatal-exits").exit()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void withoutACallbackTheProcessEndsAllTheSame(final String binding) throws Exception {
    final ForkedJvm.Result result = run(binding, "fatal-unset");
    assertThat(result.exit()).as("%s", result).isNotZero();
    assertThat(result.out()).noneMatch(line -> line.startsWith("fatal"));
    assertThat(result.err()).contains("jevent: nothing is wrong");
  }
}
