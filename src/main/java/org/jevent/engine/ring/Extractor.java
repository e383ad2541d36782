package org.jevent.engine.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Copies the library out of the jar where JNA is not there to do it, for the owner's eyes only. */
final class Extractor {
  private Extractor() {}

  /**
   * The library as a file, which the caller {@linkplain #delete deletes} once it is loaded.
   *
   * @throws IOException if the jar has none for this platform, or the directory cannot be written
   */
  static Path extract(final Path directory) throws IOException {
    try (InputStream in = open()) {
      final Path file = create(directory);
      // Into the file as it is: a copy that replaces it would have the mode of any other file.
      try (OutputStream out = Files.newOutputStream(file)) {
        in.transferTo(out);
      } catch (final IOException e) {
        delete(file);
        throw e;
      }
      return file;
    }
  }

  /** Where a library that is loaded cannot be deleted, it goes with the process. */
  static void delete(final Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (final IOException e) {
      file.toFile().deleteOnExit();
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

  /**
   * Where it may be put, in order. {@code jna.tmpdir} is the first if set, so that one property
   * serves both ways of binding.
   */
  static List<Path> directories() {
    final List<Path> directories = new ArrayList<>();
    for (final String property : new String[] {"jna.tmpdir", "java.io.tmpdir"}) {
      final String named = System.getProperty(property);
      if (named != null && !directories.contains(Path.of(named))) {
        directories.add(Path.of(named));
      }
    }
    return directories;
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
