package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  private Path file(final String name) throws IOException {
    return Files.createFile(directory.resolve(name));
  }

  @Test
  void whatIsMarkedAsLeftOverIsDeletedAndNothingElse() throws Exception {
    final Path old = file("jevent1.dll");
    final Path marker = file("jevent1.dll.x");
    final Path lone = file("jevent4.dll.x");
    final List<Path> others = new ArrayList<>();
    final Path loaded = Files.createDirectory(directory.resolve("jevent2.dll"));
    others.add(Files.createFile(loaded.resolve("busy")));
    others.add(file("jevent2.dll.x"));
    others.add(file("jevent3.dll")); // not marked
    others.add(Files.createDirectory(directory.resolve("jevent5.dll"))); // empty
    others.add(file("jevent5.dll.x"));
    for (final String name :
        new String[] {"jevent-of-victim", "jevent", "jevent1.so", "jevent.dll", "jevent1x.dll"}) {
      others.add(file(name));
      others.add(file(name + ".x"));
    }
    Extractor.deleteLeftOvers(directory, old);
    assertThat(old).doesNotExist();
    assertThat(marker).doesNotExist();
    assertThat(lone).doesNotExist();
    assertThat(others).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a link takes a privilege there")
  void aLinkIsNeitherALeftOverNorAMarker() throws Exception {
    final Path victim = file("victim");
    final Path library = Files.createSymbolicLink(directory.resolve("jevent1.dll"), victim);
    final Path marker = file("jevent1.dll.x");
    final Path other = file("jevent2.dll");
    final Path linked = Files.createSymbolicLink(directory.resolve("jevent2.dll.x"), victim);
    Extractor.deleteLeftOvers(directory, victim);
    assertThat(List.of(victim, library, marker, other, linked))
        .allSatisfy(path -> assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file is given away only by its owner there")
  void whatBelongsToAnotherUserStays() throws Exception {
    final Path theirs = file("jevent1.dll");
    final Path marker = file("jevent1.dll.x");
    final Path ours = file("jevent2.dll");
    final Path theirMarker = file("jevent2.dll.x");
    assumeThat(run("chown", "65534", theirs.toString(), theirMarker.toString()))
        .as("files can be given away here")
        .isTrue();
    Extractor.deleteLeftOvers(directory, ours);
    assertThat(List.of(theirs, marker, ours, theirMarker))
        .allSatisfy(path -> assertThat(path).exists());
  }

  /** In a directory that others may write to, a name says nothing of whose file it is. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "what is loaded is not deleted there")
  void nothingButItsOwnFileIsDeletedWhereThatIsEnough() throws Exception {
    Altered.library();
    final List<Path> others = new ArrayList<>();
    for (final String name : new String[] {"jevent-of-victim", "jevent1.so", "jevent1.dll"}) {
      others.add(file(name));
      others.add(file(name + ".x"));
    }
    for (final String binding : new String[] {"jna", "jni"}) {
      opens(
          jvm()
              .set("jevent.binding", binding)
              .set("java.io.tmpdir", directory)
              .set("jna.tmpdir", directory),
          TestSystem.METHOD + " " + binding);
    }
    Extractor.delete(Extractor.extract(directory));
    assertThat(others).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void whatCannotBeDeletedIsMarked() throws Exception {
    final Path loaded = Files.createDirectory(directory.resolve("jevent2.dll"));
    Files.createFile(loaded.resolve("busy"));
    Extractor.delete(loaded);
    assertThat(directory.resolve("jevent2.dll.x")).isEmptyFile();
    Extractor.delete(loaded);
    assertThat(loaded).exists();
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

  /** Each has a separate file: none reads what another one is still writing or deletes. */
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
