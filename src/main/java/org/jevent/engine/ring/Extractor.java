package org.jevent.engine.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the library out of the jar, into a file of its own for each process, for the owner's eyes
 * only. JNA can do that too, into a directory that is known beforehand.
 */
final class Extractor {
  private static final String PREFIX = "jevent";

  /**
   * Beside a file that could not be deleted, under its name and this: what JNA does with its own.
   */
  private static final String LEFT_OVER = ".x";

  private Extractor() {}

  /**
   * The library as a file, which the caller {@linkplain #delete deletes} once it is loaded.
   *
   * @throws IOException if the jar has none for this platform, or the directory cannot be written
   */
  static Path extract(final Path directory) throws IOException {
    try (InputStream in = inJar()) {
      deleteLeftOvers(directory);
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

  /**
   * Windows does not delete what is loaded, which a library is until the process has ended: there
   * it is marked, and whoever extracts next deletes it.
   */
  static void delete(final Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (final IOException loaded) {
      try {
        Files.createFile(marker(file));
      } catch (final IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }

  private static Path marker(final Path file) {
    return file.resolveSibling(file.getFileName() + LEFT_OVER);
  }

  private static void delete(final Path library, final Path marker) {
    try {
      Files.deleteIfExists(library);
      Files.deleteIfExists(marker);
    } catch (final IOException inUse) {
      // the marker stays, for whoever extracts after the process that uses it
    }
  }

  /** What earlier processes left in this directory, as far as they have ended. */
  private static void deleteLeftOvers(final Path directory) {
    try (DirectoryStream<Path> markers =
        Files.newDirectoryStream(directory, PREFIX + "*" + LEFT_OVER)) {
      for (final Path marker : markers) {
        final String name = marker.getFileName().toString();
        final String library = name.substring(0, name.length() - LEFT_OVER.length());
        delete(marker.resolveSibling(library), marker);
      }
    } catch (final IOException | DirectoryIteratorException e) {
      return; // extracting will tell what is wrong with the directory
    }
  }

  private static InputStream inJar() throws IOException {
    final String resource = "/" + Platform.prefix() + "/" + System.mapLibraryName("jevent");
    final InputStream in = Shim.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("there is no " + resource + " in it");
    }
    return in;
  }

  /**
   * Where it may be put, in order. {@code jna.tmpdir} is the first if set, so that one property
   * serves JNA's own library and this one.
   */
  static List<String> directories() {
    final List<String> directories = new ArrayList<>();
    for (final String property : new String[] {"jna.tmpdir", "java.io.tmpdir"}) {
      final String named = System.getProperty(property);
      if (named != null && !directories.contains(named)) {
        directories.add(named);
      }
    }
    return directories;
  }

  private static Path create(final Path directory) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return Files.createTempFile(
          directory,
          PREFIX,
          ".so",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.createTempFile(directory, PREFIX, ".dll");
  }
}
