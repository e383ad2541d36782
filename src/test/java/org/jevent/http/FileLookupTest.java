package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of requests, and what they may not reach. */
class FileLookupTest {
  @TempDir private Path directory;
  private Path root;
  private FileLookup lookup;

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    Files.writeString(directory.resolve("secret"), "secret");
    Files.createDirectories(root.resolve("a").resolve(".git"));
    Files.createDirectories(root.resolve(".well-known"));
    Files.writeString(root.resolve("a").resolve("b.txt"), "text");
    Files.writeString(root.resolve("a").resolve("\u00e4 %+&.txt"), "");
    Files.writeString(root.resolve(".well-known").resolve("acme"), "");
    Files.writeString(root.resolve("a").resolve(".git").resolve("config"), "");
    lookup = new FileLookup(root, false);
  }

  @Test
  void filesAndDirectoriesAreFound() throws IOException {
    final FileLookup.Found file = lookup.find("/a/b.txt");
    assertThat(file.path()).isEqualTo(root.toRealPath().resolve("a").resolve("b.txt"));
    assertThat(file.isDirectory()).isFalse();
    assertThat(file.size()).isEqualTo(4);
    assertThat(file).isEqualTo(lookup.again(file)).isEqualTo(lookup.find("/a/b.txt"));
    assertThat(lookup.find("/a/\u00e4 %+&.txt")).isNotNull();
    for (final String each : new String[] {"", "/", "/a", "/a/", "/.well-known/"}) {
      assertThat(lookup.find(each).isDirectory()).as(each).isTrue();
    }
    assertThat(lookup.find("/.well-known/acme")).isNotNull();
    assertThat(lookup.findIn(lookup.find("/a"), "b.txt")).isEqualTo(file);
    assertThat(lookup.findIn(lookup.find("/"), "a")).isNull();
    assertThat(lookup.beside(file, ".gz")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/none",
        "/a/none",
        "/a/b.txt/",
        "/a/b.txt/c",
        "/../secret",
        "/a/../../secret",
        "/a/..",
        "/..",
        "/.",
        "/a/.",
        "/a/./b.txt",
        "//a",
        "//",
        "/a//b.txt",
        "/a//",
        "/a/b.txt\0",
        "/a\\b.txt",
        "/..\\secret",
        "/a/.git/config",
        "/a/.git/",
        "/a/b.txt\n",
        "/a%2Fb.txt",
        "/\ud800",
        "/\ufffd"
      })
  void whatIsNotThereOrNotToBeSeen(final String path) {
    assertThat(lookup.find(path)).isNull();
  }

  @Test
  void namesWithADotCanBeAsked() {
    assertThat(new FileLookup(root, true).find("/a/.git/config")).isNotNull();
    assertThat(new FileLookup(root, true).find("/../secret")).isNull();
  }

  @Test
  void aNameOfAnyLengthIsNotFound() {
    assertThat(lookup.find("/" + "x".repeat(5000))).isNull();
    assertThat(lookup.find("/x".repeat(3000))).isNull();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
  void linksLeadOnlyToWhatIsBelowTheRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("in"), root.resolve("a").resolve("b.txt"));
    Files.createSymbolicLink(root.resolve("out"), directory.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), directory);
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
    Files.createDirectories(directory.resolve("root2"));
    Files.createSymbolicLink(root.resolve("twin"), directory.resolve("root2"));
    assertThat(lookup.find("/in")).isEqualTo(lookup.find("/a/b.txt"));
    assertThat(lookup.find("/out")).isNull();
    assertThat(lookup.find("/up")).isNull();
    assertThat(lookup.find("/up/secret")).isNull();
    assertThat(lookup.find("/up/root/a/b.txt")).isEqualTo(lookup.find("/a/b.txt"));
    assertThat(lookup.find("/loop")).isNull();
    assertThat(lookup.find("/twin/")).isNull();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
  void theRootMayBeALinkThatChanges() throws IOException {
    final Path second = Files.createDirectories(directory.resolve("second"));
    Files.writeString(second.resolve("new.txt"), "");
    final Path current = directory.resolve("current");
    Files.createSymbolicLink(current, root);
    final FileLookup through = new FileLookup(current, false);
    assertThat(through.find("/a/b.txt")).isNotNull();
    Files.delete(current);
    Files.createSymbolicLink(current, second);
    assertThat(through.find("/new.txt")).isNotNull();
    assertThat(through.find("/a/b.txt")).isNull();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has neither pipes nor devices as files")
  void pipesAndDevicesAreNoFiles() throws Exception {
    final Path pipe = root.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(lookup.find("/pipe")).isNull();
    assertThat(new FileLookup(Path.of("/dev"), false).find("/null")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.",
        "a ",
        "a.txt...",
        "a:b",
        "a.txt::$DATA",
        "con",
        "CON",
        "Con.txt",
        "aux.a.b",
        "nul ",
        "nul .txt",
        "com1",
        "COM9.log",
        "lpt\u00b9",
        "conin$",
        "c:"
      })
  void namesThatMeanSomethingElseOnWindows(final String name) {
    assertThat(FileLookup.isSafeOnWindows(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a.b", "console", "com", "com10", "comx", "lpt", "null", "acon", ".a"})
  void otherNamesAreSafeThere(final String name) {
    assertThat(FileLookup.isSafeOnWindows(name)).isTrue();
  }

  private long allocated(final String path) {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      final long before = threads.getCurrentThreadAllocatedBytes();
      assertThat(lookup.find(path)).isNull();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /** A path is put together once, and not anew for each of its names. */
  @Test
  void aPathOfManyNamesCostsWhatItsLengthDoes() {
    final long few = allocated("/a".repeat(250));
    assertThat(allocated("/a".repeat(4000))).isLessThan(few * 16 * 2);
  }
}
