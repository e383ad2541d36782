package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies the library out of the jar, into a separate file for each process, readable by the owner
 * only. JNA can do that too, into a directory that is known beforehand.
 */
final class Extractor {
  private static final String PREFIX = "jevent";

  /**
   * Beside a file that could not be deleted, under its name and this: what JNA does with its own.
   */
  private static final String LEFT_OVER = ".x";

  /** Such a file, as {@link #name} names them on Windows. */
  private static final Pattern MARKER =
      Pattern.compile("(" + PREFIX + "\\d+\\.dll)" + Pattern.quote(LEFT_OVER));

  private static final boolean WINDOWS = Platform.prefix().startsWith("win32");

  private Extractor() {}

  /**
   * The library as a file, which the caller {@linkplain #delete deletes} once it is loaded.
   *
   * @throws IOException if the jar has none for this platform, or the directory cannot be written
   */
  static Path extract(final Path directory) throws IOException {
    try (InputStream in = inJar()) {
      final Path file = directory.resolve(name());
      final SeekableByteChannel created = create(file);
      // By its name, where others may write too, it may be another file already.
      try (OutputStream out = Channels.newOutputStream(created)) {
        if (WINDOWS) {
          deleteLeftOvers(directory, file);
        }
        in.transferTo(out);
      } catch (final IOException e) {
        delete(file);
        throw e;
      }
      return file;
    }
  }

  /**
   * Windows does not delete a loaded file, and a library stays loaded until the process ends. There
   * the file is marked, and the next extraction deletes it.
   */
  static void delete(final Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (final IOException loaded) {
      try {
        Files.createFile(file.resolveSibling(file.getFileName() + LEFT_OVER));
      } catch (final IOException e) {
        return; // it stays, as the directory's permissions must not be changed
      }
    }
  }

  /**
   * Deletes what ended processes left in the directory, of the owner of {@code own}. Others may
   * write there, too: their names and markers make this delete nothing.
   */
  static void deleteLeftOvers(final Path directory, final Path own) {
    try (DirectoryStream<Path> markers =
        Files.newDirectoryStream(directory, PREFIX + "*" + LEFT_OVER)) {
      final UserPrincipal owner = Files.getOwner(own);
      for (final Path marker : markers) {
        final Matcher name = MARKER.matcher(marker.getFileName().toString());
        if (name.matches()) {
          deleteLeftOver(marker.resolveSibling(name.group(1)), marker, owner);
        }
      }
    } catch (final IOException | DirectoryIteratorException e) {
      return; // the directory cannot be read, or files have no owners there
    }
  }

  private static void deleteLeftOver(
      final Path library, final Path marker, final UserPrincipal owner) {
    try {
      if (!isFileOf(owner, marker)) {
        return;
      }
      if (isFileOf(owner, library)) {
        Files.delete(library);
      }
      if (Files.notExists(library, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(marker);
      }
    } catch (final IOException inUse) {
      // the marker stays for the next extraction after the process has ended
    }
  }

  private static boolean isFileOf(final UserPrincipal owner, final Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(owner);
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
   * The candidate directories, in order. {@code jna.tmpdir} is the first if set, so that one
   * property serves JNA's own library and this one.
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

  /** The name cannot be predicted. */
  private static String name() {
    final String number = Long.toUnsignedString(new SecureRandom().nextLong());
    return PREFIX + number + (WINDOWS ? ".dll" : ".so");
  }

  private static SeekableByteChannel create(final Path file) throws IOException {
    final Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? Files.newByteChannel(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
        : Files.newByteChannel(file, options);
  }
}
