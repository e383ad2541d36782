package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Standard input, whatever it is, as a stream of a loop: in a separate process. */
class StandardInputTest {
  private static final int LENGTH = 1_000_000;

  @TempDir private Path directory;

  private static ProcessBuilder counter(final Bases bases) {
    return new ProcessBuilder(Peer.command(StandardInputCounter.class, bases.method()))
        .redirectError(Redirect.INHERIT);
  }

  private static ProcessBuilder counter(final Bases bases, final String redirection) {
    final List<String> command =
        new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"));
    command.addAll(Peer.command(StandardInputCounter.class, bases.method()));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT);
  }

  private static String said(final Process process) throws Exception {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      final List<String> lines = out.lines().toList();
      assertThat(process.waitFor()).isZero();
      return lines.get(lines.size() - 1);
    }
  }

  private static byte[] random() {
    final byte[] bytes = new byte[LENGTH];
    new Random(LENGTH).nextBytes(bytes);
    return bytes;
  }

  private static String all(final byte[] bytes) {
    final CRC32 sum = new CRC32();
    sum.update(bytes);
    return bytes.length + " bytes, sum " + sum.getValue() + ", READING|EOF";
  }

  @EngineTest
  void aPipe(final Bases bases) throws Exception {
    final byte[] bytes = random();
    final Process process = counter(bases).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(bytes, 0, 10);
      in.flush();
      in.write(bytes, 10, LENGTH - 10);
    }
    assertThat(said(process)).isEqualTo(all(bytes));
  }

  @EngineTest
  void aFile(final Bases bases) throws Exception {
    final byte[] bytes = random();
    final File file = Files.write(directory.resolve("in"), bytes).toFile();
    assertThat(said(counter(bases).redirectInput(file).start())).isEqualTo(all(bytes));
  }

  @EngineTest
  @DisabledOnOs(OS.WINDOWS)
  void theNullDevice(final Bases bases) throws Exception {
    assertThat(said(counter(bases, "</dev/null").start())).isEqualTo(all(new byte[0]));
  }

  @EngineTest
  @DisabledOnOs(OS.WINDOWS)
  void aDirectoryIsRefusedWithTheReason(final Bases bases) throws Exception {
    final String said = said(counter(bases, "<" + directory).start());
    if (bases.isNio()) {
      assertThat(said).endsWith("READING|EOF"); // all that the JDK's stream lets a pipe show
    } else {
      assertThat(said).isEqualTo("0 bytes, sum 0, READING|ERROR EISDIR");
    }
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aTerminal(final Bases bases) throws Exception {
    final int master = Native.call("posix_openpt", 0x102 /* O_RDWR | O_NOCTTY */);
    Native.call("grantpt", master);
    Native.call("unlockpt", master);
    final byte[] name = new byte[64];
    Native.call("ptsname_r", master, name, (long) name.length);
    final File terminal = new File(new String(name, StandardCharsets.US_ASCII).trim());
    final Process process = counter(bases).redirectInput(terminal).start();
    final byte[] typed = "two\nlines\n".getBytes(StandardCharsets.US_ASCII);
    final byte[] end = {4};
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      Native.call("write", master, typed, (long) typed.length);
      Native.call("write", master, end, 1L);
      assertThat(out.readLine()).isEqualTo(all(typed));
      assertThat(process.waitFor()).isZero();
    } finally {
      Native.close(master);
    }
  }

  /** A shell shares the open file with the programs that it starts, and goes on reading itself. */
  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void theModeIsLeftAsItWas(final Bases bases) throws Exception {
    final List<String> command = new ArrayList<>(List.of("sh", "-c"));
    command.add("\"$@\"; grep flags /proc/self/fdinfo/0");
    command.add("sh");
    command.addAll(Peer.command(StandardInputCounter.class, bases.method()));
    final Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    process.getOutputStream().close();
    final String flags = said(process);
    assertThat(flags).startsWith("flags:");
    assertThat(Integer.parseInt(flags.substring(6).trim(), 8) & 04000).as("O_NONBLOCK").isZero();
  }
}
