package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the library is looked for and how it is bound, as properties say. */
@Timeout(120)
class LoaderPropertyTest {
  @TempDir private Path directory;

  private ForkedJvm jvm() {
    return new ForkedJvm(directory).built().jna();
  }

  private static void loads(final ForkedJvm jvm, final String binding, final Path file)
      throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "report");
    assertThat(result.out())
        .as("%s", result)
        .startsWith(TestSystem.METHOD + " " + binding + " works");
    assertThat(result.text()).contains("library   " + file + ", bound by " + binding);
    assertThat(result.log()).isEmpty();
  }

  private static String fallsBack(final ForkedJvm jvm) throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "report");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).startsWith("nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.text()).contains("library   not loaded");
    return result.log().get(0);
  }

  @Test
  void theLibraryPathNamesAFileOrItsDirectory() throws Exception {
    final Path file = Altered.file(directory, Altered.library());
    final Path renamed = Files.copy(file, directory.resolve("any name.so"));
    for (final String binding : new String[] {"jna", "jni"}) {
      loads(
          jvm().set("jevent.binding", binding).set("jevent.library.path", file.getParent()),
          binding,
          file);
      loads(
          jvm().set("jevent.binding", binding).set("jevent.library.path", renamed),
          binding,
          renamed);
    }
    final Path relative = directory.relativize(file);
    loads(jvm().set("jevent.library.path", relative), "jna", relative);
  }

  @Test
  void nothingElseIsTriedWhenTheLibraryPathIsWrong() throws Exception {
    Altered.library();
    final Path none = directory.resolve("none");
    final String reason = "jevent.library.path: there is no " + none;
    assertThat(fallsBack(jvm().set("jevent.library.path", none))).containsOnlyOnce(reason);
    assertThat(fallsBack(jvm().set("jevent.library.path", none).set("jevent.binding", "jni")))
        .containsOnlyOnce(reason);
    final Path empty = Files.createTempDirectory(directory, "empty");
    assertThat(fallsBack(jvm().set("jevent.library.path", empty)))
        .contains("there is no " + empty.resolve(Altered.FILE_NAME));
  }

  @Test
  void theJavaLibraryPathComesBeforeTheJar() throws Exception {
    final Path file = Altered.file(directory, Altered.library());
    final String path = directory.resolve("none") + File.pathSeparator + file.getParent();
    loads(jvm().set("java.library.path", path), "jna", file);
    loads(jvm().set("java.library.path", path).set("jevent.binding", "jni"), "jni", file);
  }

  @Test
  void aBadLibraryOnTheJavaLibraryPathIsPassedOver() throws Exception {
    final Path cut = Altered.file(directory, Altered.truncated());
    final Path changed = Altered.file(directory, Altered.layout(2, 1));
    final Path good = Altered.file(directory, Altered.library());
    final String path =
        cut.getParent() + File.pathSeparator + changed.getParent() + File.pathSeparator;
    final ForkedJvm.Result result =
        jvm().set("java.library.path", path + good.getParent()).probe("open", "report");
    assertThat(result.out()).startsWith(TestSystem.METHOD + " jna works");
    assertThat(result.text())
        .contains("library   " + good)
        .contains("tried in vain: " + cut + ": it is cut short")
        .contains("tried in vain: " + changed + " is of another version");
    final ForkedJvm.Result jar = jvm().set("java.library.path", path).probe("open", "report");
    assertThat(jar.out()).startsWith(TestSystem.METHOD + " jna works");
    assertThat(jar.text()).contains("library   the library in the jar, bound by jna");
    assertThat(jar.log()).isEmpty();
  }

  @Test
  void theJvmPassesOverBadLibrariesToo() throws Exception {
    final Path cut = Altered.file(directory, Altered.truncated());
    final Path changed = Altered.file(directory, Altered.layout(2, 1));
    final ForkedJvm.Result result =
        jvm()
            .set("jevent.binding", "jni")
            .set("java.library.path", cut.getParent() + File.pathSeparator + changed.getParent())
            .probe("open", "report");
    assertThat(result.out()).startsWith(TestSystem.METHOD + " jni works");
    assertThat(result.text())
        .contains("library   the library in the jar, bound by jni")
        .contains("tried in vain: " + cut + ": it is cut short")
        .contains("tried in vain: " + changed + " (JNI) is of another version: ENGINE_KQUEUE is 1");
  }

  @Test
  void anUnknownBindingIsRefusedByName() throws Exception {
    assertThat(fallsBack(jvm().set("jevent.binding", "telepathy")))
        .contains("jevent.binding=telepathy is neither jna nor jni");
  }

  @Test
  void theBindingIsTheOneAskedFor() throws Exception {
    Altered.library();
    assertThat(jvm().set("jevent.binding", "jna").probe("open").out())
        .containsExactly(TestSystem.METHOD + " jna works");
    assertThat(jvm().set("jevent.binding", "jni").probe("open").out())
        .containsExactly(TestSystem.METHOD + " jni works");
  }
}
