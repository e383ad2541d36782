package org.jevent.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is measured runs in a separate process: no contestant profits or suffers from what the
 * compiler has learned of another.
 */
final class Child {
  private static final Pattern FIGURE = Pattern.compile("\\b(\\w+)=([0-9.]+)");

  private Child() {}

  /** The command that starts a program of this JVM's class path. */
  static List<String> java(final List<String> options, final String main, final String... args) {
    return java(Jvm.own(), options, main, args);
  }

  /** The same on another JVM. */
  static List<String> java(
      final Jvm jvm, final List<String> options, final String main, final String... args) {
    final List<String> command = new ArrayList<>();
    command.add(jvm.launcher().toString());
    if (jvm.asksBeforeNativeAccess()) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(args));
    return command;
  }

  /** A program of {@code native/bench}; null where it was not built. */
  static Path inC(final String name) {
    final Path program = Crossing.NATIVE.resolve(name);
    return Files.isExecutable(program) ? program : null;
  }

  /** Runs it to its end and finds {@code key=number} in what it prints. */
  static double figure(final List<String> command, final String key)
      throws IOException, InterruptedException {
    final Double figure = figures(command).get(key);
    if (figure == null) {
      throw new IOException(shown(command) + " did not print " + key);
    }
    return figure;
  }

  /** Runs it to its end and finds every {@code key=number} in what it prints. */
  static Map<String, Double> figures(final List<String> command)
      throws IOException, InterruptedException {
    return figures(text(command));
  }

  /** Runs it to its end and gives what it prints. */
  static String text(final List<String> command) throws IOException, InterruptedException {
    return text(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  /** The same; what it says of errors goes where the builder says. */
  static String text(final ProcessBuilder builder) throws IOException, InterruptedException {
    final Process process = builder.start();
    process.getOutputStream().close();
    final String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    final int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          shown(builder.command()) + " ended with " + status + " and printed: " + printed.trim());
    }
    return printed;
  }

  /** The command for people, who do not want to read a class path. */
  static String shown(final List<String> command) {
    return String.join(" ", command).replace(System.getProperty("java.class.path"), "...");
  }

  /** Every {@code key=number} in the text. */
  static Map<String, Double> figures(final String printed) {
    final Map<String, Double> figures = new HashMap<>();
    FIGURE
        .matcher(printed)
        .results()
        .forEach(found -> figures.put(found.group(1), Double.valueOf(found.group(2))));
    return figures;
  }
}
