package org.jevent.internal.engine.ring;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A separate JVM for a program, with the class path, options and environment of a test. */
final class ForkedJvm {
  private static final String RECORD = "RECORD OF ";
  private static final String LOG = RECORD + "org.jevent ";

  private final Path directory;
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final List<Path> classPath = new ArrayList<>();
  private int descriptors;
  private int seconds = 50;

  /**
   * What a program left.
   *
   * @param out the lines that it printed
   * @param log the records that the library logged, each on one line
   * @param err everything else on its standard error
   */
  record Result(int exit, List<String> out, List<String> log, List<String> err) {
    String text() {
      return String.join("\n", out);
    }
  }

  /**
   * @param directory where output goes
   */
  ForkedJvm(final Path directory) {
    this.directory = directory;
    options.add("-Xmx128m");
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-XX:-CreateCoredumpOnCrash");
    options.add("-Djava.util.logging.SimpleFormatter.format=" + RECORD + "%3$s %4$s %5$s%6$s%n");
    if (Runtime.version().feature() >= 22) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    classPath.add(locate("org/jevent/internal/engine/ring/Probe.class"));
  }

  /** With the library as it was built. */
  ForkedJvm built() {
    return with(classes());
  }

  ForkedJvm jna() {
    return with(locate("com/sun/jna/Native.class"));
  }

  ForkedJvm with(final Path entry) {
    classPath.add(entry);
    return this;
  }

  /** With no more than this many descriptors. */
  ForkedJvm descriptors(final int max) {
    descriptors = max;
    return this;
  }

  /** It may take so long. */
  ForkedJvm seconds(final int max) {
    seconds = max;
    return this;
  }

  /** Without the option that lets native code run on JDKs that warn about it. */
  ForkedJvm withoutNativeAccess() {
    options.removeIf(option -> option.startsWith("--enable-native-access"));
    return this;
  }

  ForkedJvm option(final String... words) {
    options.addAll(List.of(words));
    return this;
  }

  /** The program is part of the library's module, as a test's class can be. */
  Result probeAsModule(final String... arguments) throws Exception {
    final List<Path> modules = new ArrayList<>(classPath);
    option("--patch-module", "org.jevent=" + modules.remove(0));
    option("-p", join(modules));
    option("--add-modules", "java.logging", "--add-reads", "org.jevent=java.logging", "-m");
    classPath.clear();
    return run("org.jevent/" + Probe.class.getName(), arguments);
  }

  ForkedJvm set(final String property, final Object value) {
    options.add("-D" + property + "=" + value);
    return this;
  }

  ForkedJvm environment(final String name, final String value) {
    environment.put(name, value);
    return this;
  }

  Result probe(final String... arguments) throws Exception {
    return run(Probe.class.getName(), arguments);
  }

  Result run(final String main, final String... arguments) throws Exception {
    final List<String> command = new ArrayList<>();
    if (descriptors > 0) {
      command.addAll(
          List.of("/bin/sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "limited"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (!classPath.isEmpty()) {
      command.add("-cp");
      command.add(join(classPath));
    }
    command.add(main);
    command.addAll(List.of(arguments));
    final Path out = Files.createTempFile(directory, "out", "");
    final Path err = Files.createTempFile(directory, "err", "");
    final ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(ForkedJvm::disturbs);
    builder.environment().putAll(environment);
    final Process process = builder.start();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + command + Files.readString(err));
    }
    final List<String> lines = Files.readAllLines(err);
    return new Result(
        process.exitValue(),
        Files.readAllLines(out),
        lines.stream()
            .filter(line -> line.startsWith(LOG))
            .map(line -> line.substring(LOG.length()))
            .toList(),
        lines.stream().filter(line -> !line.startsWith(LOG)).toList());
  }

  private static String join(final List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean disturbs(final String variable) {
    return variable.startsWith("JEVENT_")
        || variable.startsWith("JAVA_TOOL")
        || variable.startsWith("_JAVA")
        || variable.equals("JDK_JAVA_OPTIONS");
  }

  /** The classes of the library itself, with the native library among them. */
  static Path classes() {
    return locate("org/jevent/EventBase.class");
  }

  /** Where those classes begin; inside of the jar where they are in one. */
  static Path root() throws IOException {
    final Path classes = classes();
    return Files.isDirectory(classes) ? classes : Opened.IN_JAR.getPath("/");
  }

  /** The jar that is tested, open as long as this process lives. */
  private static final class Opened {
    static final FileSystem IN_JAR;

    static {
      try {
        IN_JAR = FileSystems.newFileSystem(classes());
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The directory or jar of a class that is on the path here. */
  static Path locate(final String resource) {
    final URL url = ForkedJvm.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IllegalStateException("there is no " + resource + " on the class path");
    }
    final String text = url.toString();
    final String location =
        text.startsWith("jar:")
            ? text.substring("jar:".length(), text.indexOf('!'))
            : text.substring(0, text.length() - resource.length());
    try {
      return Path.of(new java.net.URI(location));
    } catch (final URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The regular files below a directory. */
  static List<Path> files(final Path below) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
