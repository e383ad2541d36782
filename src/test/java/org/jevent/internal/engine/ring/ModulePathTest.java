package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library as a module, and in JVMs that let no native code run. */
@Timeout(120)
class ModulePathTest {
  @TempDir private Path directory;

  private ForkedJvm jvm() throws Exception {
    return new ForkedJvm(directory).with(Altered.jar(directory, Altered.library())).jna();
  }

  @Test
  void aModuleIsBoundByJnaWhereJnaIsResolvedAndByJniWhereNot() throws Exception {
    final ForkedJvm.Result with =
        jvm().option("--add-modules", "com.sun.jna").probeAsModule("open");
    assertThat(with.out()).as("%s", with).containsExactly(TestSystem.METHOD + " jna works");
    final ForkedJvm.Result without = jvm().probeAsModule("open");
    assertThat(without.out()).as("%s", without).containsExactly(TestSystem.METHOD + " jni works");
    assertThat(without.log()).isEmpty();
  }

  @Test
  void whereTheJvmForbidsNativeCodeNioIsLeft() throws Exception {
    assumeThat(Runtime.version().feature())
        .as("JDK 24 is the first that can forbid native code")
        .isGreaterThanOrEqualTo(24);
    for (final String binding : new String[] {"jna", "jni"}) {
      final ForkedJvm.Result result =
          jvm()
              .withoutNativeAccess()
              .option("--illegal-native-access=deny")
              .set("jevent.binding", binding)
              .probe("open", TestSystem.METHOD);
      assertThat(result.exit()).as("%s", result).isZero();
      assertThat(result.out()).hasSize(2).first().isEqualTo("nio none works");
      assertThat(result.out().get(1))
          .startsWith("unavailable: method " + TestSystem.METHOD + " cannot be used: ")
          .contains("Illegal native access");
      assertThat(result.log()).hasSize(1);
      assertThat(result.log().get(0)).contains("Illegal native access");
    }
  }
}
