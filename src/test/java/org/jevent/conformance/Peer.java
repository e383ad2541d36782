package org.jevent.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The other side of a test, with separate descriptors: a main class of the tests in a process. */
final class Peer implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private Peer(final List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  static Peer start(final Class<?> main, final Object... arguments) throws IOException {
    return new Peer(command(main, arguments));
  }

  /** How many descriptors it may have open. */
  static Peer startWithin(final int descriptors, final Class<?> main, final Object... arguments)
      throws IOException {
    final List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
    command.addAll(command(main, arguments));
    return new Peer(command);
  }

  /** It has that locale, and none of the environment's. */
  static Peer startIn(final String locale, final Class<?> main, final Object... arguments)
      throws IOException {
    final List<String> command = new ArrayList<>(List.of("env", "LC_ALL=" + locale));
    command.addAll(command(main, arguments));
    return new Peer(command);
  }

  /** The properties by which another JVM finds the same library and binds it in the same way. */
  static List<String> settings() {
    return Stream.of("jevent.binding", "jevent.library.path")
        .filter(name -> System.getProperty(name) != null)
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .toList();
  }

  /** What starts it. */
  static List<String> command(final Class<?> main, final Object... arguments) {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(settings());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (final Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  String readLine() throws IOException {
    return out.readLine();
  }

  boolean hasLine() throws IOException {
    return out.ready();
  }

  void say(final String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    out.close();
  }
}
