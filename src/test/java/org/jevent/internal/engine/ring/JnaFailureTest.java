package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JNA absent or unable to start: the JVM's own interface takes its place, without a word. */
@Timeout(120)
class JnaFailureTest {
  @TempDir private Path directory;

  private static void bindsByJni(final ForkedJvm jvm, final String reason) throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "report");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).as("%s", result).startsWith(TestSystem.METHOD + " jni works");
    assertThat(result.log()).isEmpty();
    assertThat(result.text())
        .contains("bound by jni")
        .contains("tried in vain: JNA cannot start: " + reason);
  }

  private static String bindsByNothing(final ForkedJvm jvm) throws Exception {
    final ForkedJvm.Result result = jvm.probe("open", "open", "report");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).startsWith("nio none works", "nio none works");
    assertThat(result.log()).hasSize(1);
    for (final String line : result.out()) {
      if (line.contains("tried in vain: ")) {
        assertThat(result.log().get(0)).contains(line.substring(line.indexOf(": ") + 2));
      }
    }
    return result.log().get(0);
  }

  @Test
  void withoutJnaOnTheClassPathTheLibraryIsBoundByJni() throws Exception {
    Altered.library();
    bindsByJni(new ForkedJvm(directory).built(), "there is no class com.sun.jna.Native");
    bindsByJni(
        new ForkedJvm(directory).with(Altered.jar(directory, Altered.library())),
        "there is no class com.sun.jna.Native");
  }

  @Test
  void withoutJnaAndWithoutTheLibraryNioIsLeft() throws Exception {
    final Path jar = Altered.jar(directory, null);
    assertThat(bindsByNothing(new ForkedJvm(directory).with(jar)))
        .contains("JNA cannot start: there is no class com.sun.jna.Native")
        .contains("there is no /" + Platform.prefix());
    final ForkedJvm.Result insisting =
        new ForkedJvm(directory).with(jar).set("jevent.engine", TestSystem.METHOD).probe("open");
    assertThat(insisting.text())
        .startsWith("unavailable: method " + TestSystem.METHOD + " cannot be used: ")
        .contains("JNA cannot start")
        .contains("there is no /" + Platform.prefix());
  }

  @Test
  void withJnasOwnLibraryNowhereTheLibraryIsBoundByJni() throws Exception {
    Altered.library();
    bindsByJni(
        new ForkedJvm(directory)
            .built()
            .jna()
            .set("jna.nosys", true)
            .set("jna.noclasspath", true)
            .set("jna.boot.library.path", directory.resolve("none")),
        "Unable to locate JNA native support library");
  }

  @Test
  void withGarbageForJnasOwnLibraryTheLibraryIsBoundByJni() throws Exception {
    Altered.library();
    Files.writeString(directory.resolve(System.mapLibraryName("jnidispatch")), "garbage");
    bindsByJni(
        new ForkedJvm(directory)
            .built()
            .jna()
            .set("jna.nosys", true)
            .set("jna.noclasspath", true)
            .set("jna.boot.library.path", directory),
        "");
  }

  @Test
  void withJnasOwnLibraryOfAnotherVersionTheLibraryIsBoundByJni() throws Exception {
    Altered.library();
    Altered.compiled(
        "typedef void *(*new_string)(void *, const char *);\n"
            + "void *Java_com_sun_jna_Native_getNativeVersion(void *env, void *owner) {\n"
            + "  (void)owner; return (*(new_string **)env)[167](env, \"1.2.3\"); }\n",
        directory.resolve(System.mapLibraryName("jnidispatch")));
    bindsByJni(
        new ForkedJvm(directory).built().jna().set("jna.boot.library.path", directory),
        "There is an incompatible JNA native library");
  }

  @Test
  void whereJnaCannotWriteTheLibraryIsBoundByJniFromAnotherDirectory() throws Exception {
    final Path jar = Altered.jar(directory, Altered.library());
    final Path file = Files.createFile(directory.resolve("a file and no directory"));
    bindsByJni(new ForkedJvm(directory).with(jar).jna().set("jna.tmpdir", file), "");
    bindsByJni(
        new ForkedJvm(directory).with(jar).jna().set("jna.tmpdir", file.resolve("below")), "");
  }

  @Test
  void whereNoDirectoryIsWritableNioIsLeft() throws Exception {
    final Path jar = Altered.jar(directory, Altered.library());
    final Path file = Files.createFile(directory.resolve("a file and no directory"));
    final String log =
        bindsByNothing(
            new ForkedJvm(directory)
                .with(jar)
                .jna()
                .set("jna.tmpdir", file)
                .set("java.io.tmpdir", file.resolve("below")));
    assertThat(log).contains("JNA cannot start: ").contains(file.toString());
  }
}
