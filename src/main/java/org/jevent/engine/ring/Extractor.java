package org.jevent.engine.ring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Copies the library out of the jar where JNA is not there to do it, for the owner's eyes only. */
final class Extractor {
  private Extractor() {}

  /**
   * The library as a file, which the caller deletes once it is loaded.
   *
   * @throws IOException if the jar has none for this platform, or the directory cannot be written
   */
  static Path extract() throws IOException {
    try (InputStream in = open()) {
      final Path file = create(directory());
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    }
  }

  /**
   * The library's bytes in the jar.
   *
   * @throws IOException if the jar has none for this platform
   */
  static InputStream open() throws IOException {
    final String resource = "/" + Platform.prefix() + "/" + System.mapLibraryName("jevent");
    final InputStream in = Shim.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("there is no " + resource + " in it");
    }
    return in;
  }

  /** {@code jna.tmpdir} if set, so that one property serves both ways of binding. */
  private static Path directory() {
    final String named = System.getProperty("jna.tmpdir");
    return Path.of(named != null ? named : System.getProperty("java.io.tmpdir"));
  }

  private static Path create(final Path directory) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return Files.createTempFile(
          directory,
          "jevent",
          ".so",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.createTempFile(directory, "jevent", ".dll");
  }
}
