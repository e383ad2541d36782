package org.jevent.internal.engine.ring;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jevent.internal.log.LibraryLog;

/**
 * Finds the shim, loads it and checks it, once per process. It is looked for where {@code
 * -Djevent.library.path} says (a file or a directory) and nowhere else if that is set. Otherwise it
 * is looked for on {@code java.library.path}, then in the jar.
 *
 * <p>JNA loads it, or the JVM itself. {@code -Djevent.binding=jni} asks for the JVM. The JVM also
 * takes over where JNA is absent or cannot start, and comes first in a class loader that may be
 * unloaded. {@code -Djevent.binding=jna} prefers JNA there, too. Either way the library registers
 * its functions as the native methods of {@link Shim}, so that calls cost the same.
 */
public final class ShimLoader {
  /** Where the library is: a file, or the directory that holds it. */
  public static final String LIBRARY_PATH_PROPERTY = "jevent.library.path";

  /** {@code jna} or {@code jni}. */
  public static final String BINDING_PROPERTY = "jevent.binding";

  private static final String FILE_NAME = System.mapLibraryName("jevent");

  private static final String FROM_JAR = "the library in the jar";

  private final List<String> attempts = new ArrayList<>();
  private String library = "";

  private ShimLoader() {}

  private static final class Loaded {
    static final ShimLoader LOADER = new ShimLoader();
    static final ShimStatus STATUS = LOADER.load();

    static {
      if (STATUS.loaded()) {
        LibraryLog.source((debug, fatal) -> ShimLog.listen(STATUS.binding(), debug, fatal));
      }
    }
  }

  /** The status of the shim; the first call loads it. */
  static ShimStatus status() {
    return Loaded.STATUS;
  }

  /** Refuses to go on without the shim. */
  static void requireLoaded() {
    if (!status().loaded()) {
      throw new IllegalStateException(status().reason());
    }
  }

  private ShimStatus load() {
    final String asked = System.getProperty(BINDING_PROPERTY);
    if (asked != null && !asked.equals("jna") && !asked.equals("jni")) {
      failed(BINDING_PROPERTY + "=" + asked + " is neither jna nor jni");
      return new ShimStatus(false, "none", "", attempts);
    }
    final boolean jniFirst = asked == null ? mayBeUnloaded() : asked.equals("jni");
    if (jniFirst && load(this::bindByJni)) {
      return new ShimStatus(true, "jni", library, attempts);
    }
    if (!"jni".equals(asked) && jnaStarts() && load(this::bindByJna)) {
      return new ShimStatus(true, "jna", library, attempts);
    }
    if (!jniFirst && load(this::bindByJni)) {
      return new ShimStatus(true, "jni", library, attempts);
    }
    return new ShimStatus(false, "none", "", attempts);
  }

  /**
   * A thread that does not end retains JNA's classes, and so their loader. That does no harm in the
   * JVM's own loader alone. Libraries that the JVM loads go with their loader.
   */
  private static boolean mayBeUnloaded() {
    return Shim.class.getClassLoader() != ClassLoader.getSystemClassLoader();
  }

  /** Logged once, though both ways of binding may meet it. */
  private void failed(final String attempt) {
    if (!attempts.contains(attempt)) {
      attempts.add(attempt);
    }
  }

  private boolean jnaStarts() {
    try {
      return JnaLoader.start();
    } catch (final RuntimeException | Error e) { // JNA throws Error itself where versions differ
      failed("JNA cannot start: " + describe(e));
      return false;
    }
  }

  /** Binds the functions of a file to {@link Shim}, or records why not. */
  @FunctionalInterface
  private interface Binder {
    boolean bind(Path file, String name);
  }

  private boolean load(final Binder binder) {
    for (final Path file : named()) {
      if (binder.bind(file, file.toString())) {
        return true;
      }
    }
    if (System.getProperty(LIBRARY_PATH_PROPERTY) != null) {
      return false;
    }
    for (final String directory : Extractor.directories()) {
      try {
        final Path file = Extractor.extract(Path.of(directory));
        try {
          if (binder.bind(file, FROM_JAR)) {
            return true;
          }
        } finally {
          Extractor.delete(file);
        }
      } catch (final IOException | InvalidPathException e) { // a name that the locale cannot encode
        failed("taking the library out of the jar failed: " + describe(e));
      }
    }
    return false;
  }

  private boolean bindByJna(final Path file, final String name) {
    return !refused(file, name) && bind(name, "", () -> JnaLoader.load(file));
  }

  private boolean bindByJni(final Path file, final String name) {
    return !refused(file, name)
        && bind(
            name,
            " (JNI)",
            () -> {
              System.load(file.toAbsolutePath().toString());
              return 0; // its functions are registered, or the first call says that they are not
            });
  }

  /** Loads it, and asks it who it is. */
  private boolean bind(final String name, final String how, final IntSupplier load) {
    try {
      final int registered = load.getAsInt();
      final int version = Shim.abiVersion();
      final String wrong =
          version == Layout.ABI_VERSION
              ? LayoutCheck.verify(Shim::layout)
              : LayoutCheck.wrongVersion(version);
      if (wrong != null) {
        failed(name + how + " is of another version: " + wrong);
      } else if (registered != 0) {
        failed(name + how + ": the JVM refused its functions (" + registered + ")");
      } else {
        library = name;
        return true;
      }
    } catch (final RuntimeException | Error e) {
      // A JVM may forbid native code. JNA starts a process, which the program's logger hears of.
      // An error that left here would keep this class from ever being used.
      failed(name + how + ": " + describe(e));
    }
    return false;
  }

  private boolean refused(final Path file, final String name) {
    final String problem = LibraryFile.problem(file);
    if (problem != null) {
      failed(name + ": " + problem);
    }
    return problem != null;
  }

  /** The files that exist where properties point to. */
  private List<Path> named() {
    final String explicit = System.getProperty(LIBRARY_PATH_PROPERTY);
    if (explicit != null) {
      return explicit(explicit);
    }
    final List<Path> files = new ArrayList<>();
    for (final String directory :
        System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && new File(directory, FILE_NAME).exists()) {
        files.add(Path.of(directory, FILE_NAME));
      }
    }
    return files;
  }

  private List<Path> explicit(final String named) {
    try {
      final Path path = Path.of(named);
      final Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
      if (Files.exists(file)) {
        return List.of(file);
      }
      failed(LIBRARY_PATH_PROPERTY + ": there is no " + file);
    } catch (final InvalidPathException e) {
      failed(LIBRARY_PATH_PROPERTY + ": " + describe(e));
    }
    return List.of();
  }

  /** The message in one line, for logs. */
  private static String describe(final Throwable problem) {
    final String message = problem.getMessage();
    if (message == null) {
      return problem instanceof ExceptionInInitializerError && problem.getCause() != null
          ? describe(problem.getCause())
          : problem.toString();
    }
    if (problem instanceof FileSystemException file && file.getReason() == null) {
      return problem.getClass().getSimpleName() + ": " + message;
    }
    if (problem instanceof NoClassDefFoundError && message.matches("\\S+")) {
      return "there is no class " + message.replace('/', '.');
    }
    if (message.startsWith("'")) { // the JVM's name of a native method that it did not find
      return "there is no function for " + message;
    }
    final String text = message.strip().replaceAll("\\s+", " ");
    final boolean noexec =
        text.contains("failed to map segment") || text.contains("Operation not permitted");
    return noexec
        ? text + " (is the directory mounted noexec? set jna.tmpdir to one that is not)"
        : text;
  }
}
