package org.jevent.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the examples in a separate process, as a user starts it. */
final class Program implements AutoCloseable {
  private static final String MAIN = "org.jevent.examples.Main";
  private static final long PATIENCE_SECONDS = 40;
  private static final Pattern READY =
      Pattern.compile("listening on (\\S+):(\\d+) \\(style (\\S+), engine (\\S+)\\)");

  private final Process process;
  private final Path errors;
  private final BufferedReader out;
  private String ready;

  private Program(final ProcessBuilder.Redirect input, final String... arguments)
      throws IOException {
    errors = Files.createTempFile("program", ".err");
    process =
        new ProcessBuilder(command(arguments))
            .redirectInput(input)
            .redirectError(errors.toFile())
            .start();
    out = process.inputReader(StandardCharsets.ISO_8859_1);
  }

  /** What starts the program. */
  static List<String> command(final String... arguments) {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xmx256m");
    command.add("-Dpicocli.ansi=false"); // on Windows it would guess from the environment
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-Djevent.binding=" + System.getProperty("jevent.binding", "jna"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Its standard input is a pipe: see {@link #input}. */
  static Program start(final String... arguments) throws IOException {
    return new Program(ProcessBuilder.Redirect.PIPE, arguments);
  }

  static Program startWithInput(final Path input, final String... arguments) throws IOException {
    return new Program(ProcessBuilder.Redirect.from(input.toFile()), arguments);
  }

  /** A server that has said that it is ready. */
  static Program server(final String... arguments) throws IOException {
    final Program program = start(arguments);
    program.ready = program.out.readLine();
    if (program.ready == null || !READY.matcher(program.ready).matches()) {
      final String said = program.ready + "\n" + program.errors();
      program.close();
      throw new IOException("not ready: " + said);
    }
    return program;
  }

  private String readyPart(final int group) {
    final Matcher matcher = READY.matcher(ready);
    if (!matcher.matches()) {
      throw new IllegalStateException(ready);
    }
    return matcher.group(group);
  }

  int port() {
    return Integer.parseInt(readyPart(2));
  }

  String style() {
    return readyPart(3);
  }

  String engine() {
    return readyPart(4);
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  String readLine() throws IOException {
    return out.readLine();
  }

  /** All that it prints until it ends, byte for byte. */
  byte[] outputBytes() throws IOException {
    final StringBuilder text = new StringBuilder();
    final char[] part = new char[65_536];
    int count;
    while ((count = out.read(part)) > 0) {
      text.append(part, 0, count);
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  String output() throws IOException {
    return new String(outputBytes(), StandardCharsets.UTF_8);
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status; it must end unaided in time. */
  int exit() throws InterruptedException, IOException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("does not end; its errors: " + errors());
    }
    return process.exitValue();
  }

  /** Sends it a signal by its name, such as INT. */
  void signal(final String name) throws IOException, InterruptedException {
    final int status = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    if (status != 0) {
      throw new AssertionError("kill -" + name + " ended with " + status);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
    deleteErrors();
  }

  /** Windows may release the files of an ended process late. */
  private void deleteErrors() throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      try {
        Files.deleteIfExists(errors);
        return;
      } catch (final FileSystemException inUse) {
        LockSupport.parkNanos(50_000_000);
      }
    }
    Files.deleteIfExists(errors);
  }
}
