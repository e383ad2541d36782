package org.jevent.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jevent.TestSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The directory that the library is taken out of the jar to: its mode, its mount, its size. */
@Timeout(120)
class LoaderDirectoryTest {
  @TempDir private Path directory;
  private Path mounted;

  /** Ends the test as not applicable where this user may not mount. */
  private Path mount(final String options) throws Exception {
    final Path target = Files.createDirectory(directory.resolve("mounted"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", options, "none", target.toString()))
        .as("a file system can be mounted here")
        .isTrue();
    mounted = target;
    return target;
  }

  private static boolean run(final String... command) throws Exception {
    try {
      final Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (final IOException e) {
      return false;
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted != null) {
      assertThat(run("umount", mounted.toString())).as("unmounted").isTrue();
    }
  }

  private ForkedJvm jvm() throws Exception {
    return new ForkedJvm(directory).with(Altered.jar(directory, Altered.library())).jna();
  }

  private static void opens(final ForkedJvm jvm, final String expected) throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "report");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).as("%s", result).startsWith(expected + " works");
    assertThat(result.log()).hasSize(expected.startsWith("nio") ? 1 : 0);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "what is loaded is not deleted there")
  void nothingIsLeftInTheDirectoryWhenTheProcessEnds() throws Exception {
    final Path empty = Files.createTempDirectory(directory, "empty");
    for (final String binding : new String[] {"jna", "jni"}) {
      opens(
          jvm()
              .set("jevent.binding", binding)
              .set("java.io.tmpdir", empty)
              .set("jna.tmpdir", empty),
          TestSystem.METHOD + " " + binding);
      assertThat(ForkedJvm.files(empty)).as(binding).isEmpty();
    }
    opens(
        new ForkedJvm(directory)
            .with(Altered.jar(directory, Altered.foreign()))
            .jna()
            .set("java.io.tmpdir", empty)
            .set("jna.tmpdir", empty),
        "nio none");
    assertThat(ForkedJvm.files(empty)).as("refused").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  @EnabledOnOs(value = OS.WINDOWS, disabledReason = "elsewhere what is loaded can be deleted")
  void whatCouldNotBeDeletedTheNextProcessDeletes(final String binding) throws Exception {
    final Path empty = Files.createTempDirectory(directory, "empty");
    int files = 0;
    for (int i = 0; i < 3; i++) {
      opens(
          jvm()
              .set("jevent.binding", binding)
              .set("java.io.tmpdir", empty)
              .set("jna.tmpdir", empty),
          TestSystem.METHOD + " " + binding);
      final int now = ForkedJvm.files(empty).size();
      assertThat(files).as("after %d processes", i).isIn(0, now);
      files = now;
    }
  }

  @Test
  void whatIsMarkedAsLeftOverIsDeletedBeforeTheNextOneAndNothingElse() throws Exception {
    Altered.library();
    final Path old = Files.createFile(directory.resolve("jevent1.dll"));
    final Path marker = Files.createFile(directory.resolve("jevent1.dll.x"));
    final Path loaded = Files.createDirectory(directory.resolve("jevent2.dll"));
    final Path busy = Files.createFile(loaded.resolve("busy"));
    final Path its = Files.createFile(directory.resolve("jevent2.dll.x"));
    final Path unmarked = Files.createFile(directory.resolve("jevent3.dll"));
    final Path file = Extractor.extract(directory);
    assertThat(old).doesNotExist();
    assertThat(marker).doesNotExist();
    assertThat(busy).exists();
    assertThat(its).exists();
    assertThat(unmarked).exists();
    Extractor.delete(file);
    assertThat(file).doesNotExist();
    Extractor.delete(loaded);
    Files.delete(its);
    Extractor.delete(loaded);
    assertThat(its).as("it cannot be deleted, and is marked").exists();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file has no mode there")
  void theFileIsItsOwnersAlone() throws Exception {
    Altered.library();
    final Path file = Extractor.extract(directory);
    assertThat(Files.getPosixFilePermissions(file))
        .containsOnly(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    assertThat(file).hasBinaryContent(Altered.library());
    assertThat(file.getParent()).isEqualTo(directory);
    Extractor.delete(file);
    assertThat(file).doesNotExist();
    Extractor.delete(file);
  }

  /** Bytes of a property that the locale has no characters for lead to no path, and do no harm. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its locales can spell every path")
  void aDirectoryThatTheLocaleCannotSpellIsPassedOver() throws Exception {
    opens(inTheLocaleC("jna.tmpdir"), TestSystem.METHOD + " jna");
    opens(inTheLocaleC("jna.tmpdir", "java.io.tmpdir"), "nio none");
  }

  private ForkedJvm inTheLocaleC(final String... properties) throws Exception {
    final Path arguments = Files.createTempFile(directory, "arguments", "");
    for (final String property : properties) {
      Files.writeString(
          arguments,
          "-D" + property + "=" + directory + "/caf\u00e9\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.APPEND);
    }
    return jvm().environment("LC_ALL", "C").option("@" + arguments);
  }

  /** Each has a file of its own: none reads what another one is still writing or deletes. */
  @Test
  void manyProcessesCanTakeItOutAtOnce() throws Exception {
    final Path common = Files.createTempDirectory(directory, "common");
    final Path jar = Altered.jar(directory, Altered.library());
    final ExecutorService starters = Executors.newFixedThreadPool(6);
    try {
      final List<Future<ForkedJvm.Result>> results = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        final String binding = i % 2 == 0 ? "jna" : "jni";
        results.add(
            starters.submit(
                () ->
                    new ForkedJvm(directory)
                        .with(jar)
                        .jna()
                        .set("java.io.tmpdir", common)
                        .set("jna.tmpdir", common)
                        .set("jevent.binding", binding)
                        .probe("open", "open")));
      }
      for (int i = 0; i < 6; i++) {
        final String works = TestSystem.METHOD + (i % 2 == 0 ? " jna works" : " jni works");
        assertThat(results.get(i).get().out()).containsExactly(works, works);
      }
    } finally {
      starters.shutdownNow();
    }
    if (!TestSystem.WINDOWS) {
      assertThat(ForkedJvm.files(common)).isEmpty();
    }
  }

  /** As in an application server: copies of one version, and one whose library is of another. */
  @ParameterizedTest
  @CsvSource({"jna, shared", "jna, own", "jni, own"})
  void severalVersionsCanBeInOneProcess(final String binding, final String classesOfJna)
      throws Exception {
    final String jar = Altered.jar(directory, Altered.library()).toString();
    final String copy = Altered.jar(directory, Altered.library()).toString();
    final String other = Altered.jar(directory, Altered.layout(2, 999)).toString();
    final ForkedJvm.Result result =
        new ForkedJvm(directory)
            .set("jevent.binding", binding)
            .run(
                SideBySide.class.getName(),
                ForkedJvm.locate("com/sun/jna/Native.class").toString(),
                classesOfJna,
                jar,
                other,
                copy);
    final String works = TestSystem.METHOD + " " + binding + " works";
    assertThat(result.out())
        .as("%s", result)
        .containsExactly(works, "nio none works", works, works, "nio none works", works);
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0)).contains("is of another version");
  }

  @Test
  void aDirectoryThatIsNoneIsNamed() throws Exception {
    Altered.library();
    final Path none = directory.resolve("none");
    assertThatThrownBy(() -> Extractor.extract(none))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(none.toString());
    final Path file = Files.createFile(directory.resolve("file"));
    final ForkedJvm.Result result =
        jvm().set("jevent.binding", "jni").set("java.io.tmpdir", file).probe("open");
    assertThat(result.out()).containsExactly("nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0))
        .contains("taking the library out of the jar failed: ")
        .contains(file.toString());
  }

  @Test
  void fromADirectoryThatForbidsExecutionAnotherOneIsTaken() throws Exception {
    final Path noexec = mount("noexec,size=4m");
    opens(jvm().set("jna.tmpdir", noexec), TestSystem.METHOD + " jni");
    opens(jvm().set("jna.tmpdir", noexec).set("jevent.binding", "jni"), TestSystem.METHOD + " jni");
    assertThat(ForkedJvm.files(noexec)).isEmpty();
  }

  @Test
  void whereAllDirectoriesForbidExecutionTheLogSaysWhatToDo() throws Exception {
    final Path noexec = mount("noexec,size=4m");
    for (final String binding : new String[] {"jna", "jni"}) {
      final ForkedJvm.Result result =
          jvm()
              .set("jevent.binding", binding)
              .set("jna.tmpdir", noexec)
              .set("java.io.tmpdir", noexec)
              .probe("open", "report");
      assertThat(result.exit()).as("%s", result).isZero();
      assertThat(result.out()).startsWith("nio none works");
      assertThat(result.log()).hasSize(1);
      assertThat(result.log().get(0))
          .contains("is the directory mounted noexec? set jna.tmpdir to one that is not");
      assertThat(result.text())
          .contains("is the directory mounted noexec? set jna.tmpdir to one that is not");
      assertThat(ForkedJvm.files(noexec)).isEmpty();
    }
  }

  @Test
  void aLibraryOnADiskThatForbidsExecutionIsRefusedWithTheHint() throws Exception {
    final Path noexec = mount("noexec,size=4m");
    final Path file = Altered.file(noexec, Altered.library());
    final ForkedJvm.Result result = jvm().set("jevent.library.path", file).probe("open");
    assertThat(result.out()).as("%s", result).containsExactly("nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0)).contains(file.toString()).contains("mounted noexec?");
  }

  @Test
  void aReadOnlyDirectoryIsNotWrittenTo() throws Exception {
    final Path readOnly = mount("ro,size=4m");
    opens(jvm().set("jna.tmpdir", readOnly), TestSystem.METHOD + " jni");
    final ForkedJvm.Result result =
        jvm().set("jna.tmpdir", readOnly).set("java.io.tmpdir", readOnly).probe("open");
    assertThat(result.out()).as("%s", result).containsExactly("nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0)).contains(readOnly.toString());
  }

  @Test
  void aFullDiskLeavesNoHalfOfALibraryBehind() throws Exception {
    final Path small = mount("size=16k");
    final ForkedJvm.Result result =
        jvm()
            .set("jevent.binding", "jni")
            .set("java.io.tmpdir", small)
            .set("jna.tmpdir", small)
            .probe("open");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).containsExactly("nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0)).contains("No space left on device");
    assertThat(ForkedJvm.files(small)).isEmpty();
    opens(jvm().set("jna.tmpdir", small), TestSystem.METHOD + " jni");
  }
}
