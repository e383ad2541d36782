package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A jar whose library is missing, foreign, truncated or of another version. Programs run on NIO,
 * get the reason in one line, and the report says the same.
 */
@Timeout(120)
class LoaderFailureTest {
  @TempDir private Path directory;

  private ForkedJvm jvm(final byte[] library) throws Exception {
    return new ForkedJvm(directory).with(Altered.jar(directory, library)).jna();
  }

  private static void fallsBack(final ForkedJvm jvm, final String... reasons) throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "open", "report");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).startsWith("nio none works", "nio none works");
    assertThat(result.log()).hasSize(1);
    assertThat(result.log().get(0)).startsWith("WARNING using pure NIO").contains(reasons);
    for (final String reason : reasons) {
      assertThat(result.log().get(0)).as("logged once").containsOnlyOnce(reason);
    }
    assertThat(result.text())
        .contains("library   not loaded")
        .contains(TestSystem.METHOD + ": not usable: the native library is not loaded")
        .contains(reasons);
    assertThat(result.err()).isEmpty();
  }

  private static void isUnavailable(final ForkedJvm jvm, final String reason) throws Exception {
    final ForkedJvm.Result result = jvm.set("jevent.engine", TestSystem.METHOD).probe("open");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).hasSize(1);
    assertThat(result.out().get(0))
        .startsWith("unavailable: method " + TestSystem.METHOD + " cannot be used: ")
        .containsOnlyOnce(TestSystem.METHOD + " cannot")
        .contains(reason);
    assertThat(result.log()).isEmpty();
  }

  @Test
  void aJarWithTheLibraryWorksThroughEitherBinding() throws Exception {
    final byte[] library = Altered.library();
    assertThat(jvm(library).probe("open").out()).containsExactly(TestSystem.METHOD + " jna works");
    assertThat(jvm(library).set("jevent.binding", "jni").probe("open").out())
        .containsExactly(TestSystem.METHOD + " jni works");
  }

  @Test
  void aJarWithoutTheLibrary() throws Exception {
    fallsBack(jvm(null), "there is no /" + Platform.prefix() + "/" + Altered.FILE_NAME);
    isUnavailable(jvm(null), "there is no /" + Platform.prefix());
  }

  @Test
  void aLibraryForAnotherProcessor() throws Exception {
    fallsBack(jvm(Altered.foreign()), "it is for another processor");
    isUnavailable(jvm(Altered.foreign()), "it is for another processor");
  }

  @Test
  void aLibraryThatWasCutShortDoesNotEndTheProcess() throws Exception {
    final byte[] library = Altered.truncated();
    final String reason = "it is cut short, " + library.length + " bytes long";
    fallsBack(jvm(library), "the library in the jar: " + reason);
    isUnavailable(jvm(library), reason);
    final Path file = Altered.file(directory, library);
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", file),
        file + ": " + reason);
  }

  @Test
  void aLibraryThatIsNone() throws Exception {
    final Path file =
        Altered.file(
            directory, "not a library at all, ".repeat(10).getBytes(StandardCharsets.US_ASCII));
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", file.getParent()),
        file + (TestSystem.WINDOWS ? ": it is no PE file" : ": it is no ELF file"));
    final Path empty = Altered.file(directory, new byte[0]);
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", empty),
        empty + ": it is cut short, 0 bytes long");
  }

  @Test
  void aLibraryOfAnotherVersion() throws Exception {
    Altered.library();
    final Path file = Altered.ofVersion(77, Files.createTempDirectory(directory, "older"));
    final String reason = "is of another version: its version is 77, not " + Layout.ABI_VERSION;
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", file),
        file + " " + reason);
    fallsBack(
        new ForkedJvm(directory)
            .built()
            .set("jevent.library.path", file)
            .set("jevent.binding", "jni"),
        file + " (JNI) " + reason);
    final byte[] content = Files.readAllBytes(file);
    fallsBack(jvm(content), "the library in the jar " + reason);
    isUnavailable(jvm(content), reason);
  }

  @Test
  void aLibraryWhoseLayoutDiffers() throws Exception {
    int entry = 0;
    while (!Layout.name(entry).equals("HEADER_MORE")) {
      entry++;
    }
    final byte[] library = Altered.layout(entry, 4242);
    final Path file = Altered.file(directory, library);
    final String reason =
        "is of another version: HEADER_MORE is 4242 in the library, " + Layout.HEADER_MORE;
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", file),
        file + " " + reason);
    fallsBack(
        new ForkedJvm(directory)
            .built()
            .set("jevent.library.path", file)
            .set("jevent.binding", "jni"),
        file + " (JNI) " + reason);
    isUnavailable(jvm(library), reason);
  }

  @Test
  void aLibraryOfSomethingElse() throws Exception {
    Altered.library();
    final Path file =
        Altered.compiled(
            "int unrelated(void) { return 1; }\n",
            Files.createTempDirectory(directory, "other").resolve(Altered.FILE_NAME));
    fallsBack(
        new ForkedJvm(directory).built().jna().set("jevent.library.path", file),
        file + ": Error looking up function 'jev_register'",
        file
            + " (JNI): there is no function for 'int"
            + " org.jevent.internal.engine.ring.Shim.abiVersion()'");
  }
}
