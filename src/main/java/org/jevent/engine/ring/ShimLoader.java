package org.jevent.engine.ring;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the shim, loads it, checks it and binds it, once per process. It is looked for where {@code
 * -Djevent.library.path} says (a file or a directory) and nowhere else if that is set; else on
 * {@code java.library.path}; else in the jar. {@code -Djevent.binding=jni} binds it without JNA,
 * which is also what happens where JNA is absent or cannot start.
 */
public final class ShimLoader {
  /** Where the library is: a file, or the directory that holds it. */
  public static final String LIBRARY_PATH_PROPERTY = "jevent.library.path";

  /** {@code jna} or {@code jni}. */
  public static final String BINDING_PROPERTY = "jevent.binding";

  private static final String FILE_NAME = System.mapLibraryName("jevent");

  private final List<String> attempts = new ArrayList<>();
  private NativeMemory memory;
  private String library = "";
  private boolean extracted;

  private ShimLoader() {}

  private static final class Loaded {
    static final ShimLoader LOADER = new ShimLoader();
    static final ShimStatus STATUS = LOADER.load();
  }

  /** What became of it; loads it at the first call. */
  static ShimStatus status() {
    return Loaded.STATUS;
  }

  /** Memory of the loaded shim. */
  static NativeMemory memory() {
    if (!status().loaded()) {
      throw new IllegalStateException(status().reason());
    }
    return Loaded.LOADER.memory;
  }

  private ShimStatus load() {
    final String asked = System.getProperty(BINDING_PROPERTY, "jna");
    if (!asked.equals("jna") && !asked.equals("jni")) {
      attempts.add(BINDING_PROPERTY + "=" + asked + " is neither jna nor jni");
      return failed();
    }
    if (asked.equals("jna") && jnaStarts() && loadByJna()) {
      return new ShimStatus(true, "jna", library, attempts);
    }
    if (loadByJni()) {
      return new ShimStatus(true, "jni", library, attempts);
    }
    return failed();
  }

  private ShimStatus failed() {
    return new ShimStatus(false, "none", "", attempts);
  }

  private boolean jnaStarts() {
    try {
      JnaBinding.version();
      return true;
    } catch (final LinkageError e) {
      attempts.add("JNA cannot start: " + describe(e));
      return false;
    }
  }

  private boolean loadByJna() {
    for (final Path file : named()) {
      if (bindByJna(file)) {
        return true;
      }
    }
    if (System.getProperty(LIBRARY_PATH_PROPERTY) != null) {
      return false;
    }
    try {
      return bindByJna(JnaBinding.extract());
    } catch (final IOException | LinkageError e) {
      notExtracted(e);
      return false;
    }
  }

  private boolean bindByJna(final Path file) {
    try {
      final String wrong = JnaBinding.bind(file);
      return accept(file, wrong, new JnaBinding());
    } catch (final LinkageError | RuntimeException e) {
      attempts.add(file + ": " + describe(e));
      return false;
    }
  }

  private boolean loadByJni() {
    for (final Path file : named()) {
      if (bindByJni(file)) {
        return true;
      }
    }
    if (System.getProperty(LIBRARY_PATH_PROPERTY) != null) {
      return false;
    }
    try {
      final Path file = Extractor.extract();
      extracted = true;
      try {
        return bindByJni(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (final IOException e) {
      notExtracted(e);
      return false;
    }
  }

  /** Told once, though both ways of binding try. */
  private void notExtracted(final Throwable problem) {
    final String attempt = "taking the library out of the jar failed: " + describe(problem);
    if (!attempts.contains(attempt)) {
      attempts.add(attempt);
    }
  }

  private boolean bindByJni(final Path file) {
    try {
      System.load(file.toAbsolutePath().toString());
      final int abi = Shim.abiVersion();
      final String wrong =
          abi == Layout.ABI_VERSION
              ? null
              : "its version is " + abi + ", not " + Layout.ABI_VERSION;
      return accept(file, wrong, new JniMemory());
    } catch (final LinkageError e) {
      attempts.add(file + " (JNI): " + describe(e));
      return false;
    }
  }

  private boolean accept(final Path file, final String wrong, final NativeMemory with) {
    final String different = wrong != null ? wrong : Layout.verify(Shim::layout);
    if (different != null) {
      attempts.add(file + " is of another version: " + different);
      return false;
    }
    memory = with;
    library = extracted ? "from the jar" : file.toString();
    return true;
  }

  /** The files that exist where properties point to. */
  private List<Path> named() {
    final List<Path> files = new ArrayList<>();
    final String explicit = System.getProperty(LIBRARY_PATH_PROPERTY);
    if (explicit != null) {
      final Path path = Path.of(explicit);
      final Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
      if (Files.exists(file)) {
        files.add(file);
      } else {
        attempts.add(LIBRARY_PATH_PROPERTY + ": there is no " + file);
      }
      return files;
    }
    for (final String directory :
        System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.exists(Path.of(directory, FILE_NAME))) {
        files.add(Path.of(directory, FILE_NAME));
      }
    }
    return files;
  }

  private static String describe(final Throwable problem) {
    final String message = problem.getMessage();
    final String text = message == null ? problem.toString() : message.strip();
    final boolean noexec =
        text.contains("failed to map segment") || text.contains("Operation not permitted");
    return noexec
        ? text + " (is the directory mounted noexec? set jna.tmpdir to one that is not)"
        : text;
  }
}
