package org.jevent.http;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the file that a path of a request means, below a root. What a link leads to has to be below
 * it as well, and the names of Windows that mean something else than a file are refused there.
 */
final class FileLookup {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final String WELL_KNOWN = ".well-known";

  private static final Set<String> DEVICES =
      Set.of("con", "prn", "aux", "nul", "conin$", "conout$", "clock$");

  /**
   * A file or a directory.
   *
   * @param path without links
   * @param size in bytes
   * @param modified to the nanosecond, as far as the system keeps it
   */
  record Found(Path path, boolean isDirectory, long size, Instant modified) {}

  private final Path root;
  private final boolean hidden;

  /** Where the root was when a file was found last; it may be a link to another place by now. */
  private volatile Path realRoot;

  /**
   * @param hidden finds names that begin with a dot
   */
  FileLookup(final Path root, final boolean hidden) {
    this.root = root.toAbsolutePath();
    this.hidden = hidden;
  }

  /**
   * The file or directory of a path.
   *
   * @param path decoded, empty or with a slash at its beginning
   * @return null: there is none, or it is not to be seen
   */
  Found find(final String path) {
    assert path.isEmpty() || path.startsWith("/") : path;
    final boolean directory = path.endsWith("/");
    final int end = path.length() - (directory ? 1 : 0);
    if (!areAllowed(path, end)) {
      return null;
    }
    try {
      final Found found = find(end < 1 ? root : root.resolve(path.substring(1, end)));
      return found == null || (directory && !found.isDirectory) ? null : found;
    } catch (final IOException | InvalidPathException | SecurityException e) {
      return null;
    }
  }

  /** Whether each name of a path is that of something within a directory. */
  private boolean areAllowed(final String path, final int end) {
    for (int at = 1; at <= end; ) {
      final int slash = path.indexOf('/', at);
      final int next = slash < 0 || slash > end ? end : slash;
      if (!isAllowed(path.substring(at, next))) {
        return false;
      }
      at = next + 1;
    }
    return true;
  }

  /** A file of that name in the directory, or null. */
  Found findIn(final Found directory, final String name) {
    return fileAt(directory.path.resolve(name));
  }

  /** A file beside that one, whose name is longer by so much, or null. */
  Found beside(final Found file, final String suffix) {
    return fileAt(file.path.resolveSibling(file.path.getFileName() + suffix));
  }

  /** What is there now; null: no file is. */
  Found again(final Found file) {
    return fileAt(file.path);
  }

  private Found fileAt(final Path wanted) {
    try {
      final Found found = find(wanted);
      return found == null || found.isDirectory ? null : found;
    } catch (final IOException | SecurityException e) {
      return null;
    }
  }

  /** The name of something within a directory, and nothing else. */
  private boolean isAllowed(final String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      return false;
    }
    if (name.charAt(0) == '.' && !hidden && !name.equals(WELL_KNOWN)) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      final char letter = name.charAt(i);
      if (letter < ' ' || letter == 0x7f || letter == '/' || letter == '\\') {
        return false;
      }
    }
    return !WINDOWS || isSafeOnWindows(name);
  }

  /** Windows drops dots and blanks at the end, has streams behind colons, and names of devices. */
  static boolean isSafeOnWindows(final String name) {
    final char last = name.charAt(name.length() - 1);
    if (last == '.' || last == ' ' || name.indexOf(':') >= 0) {
      return false;
    }
    final int dot = name.indexOf('.');
    final String stem =
        name.substring(0, dot < 0 ? name.length() : dot).strip().toLowerCase(Locale.ROOT);
    final boolean numbered =
        stem.length() == 4
            && (stem.startsWith("com") || stem.startsWith("lpt"))
            && "0123456789\u00b9\u00b2\u00b3".indexOf(stem.charAt(3)) >= 0;
    return !numbered && !DEVICES.contains(stem);
  }

  private Found find(final Path wanted) throws IOException {
    final Path real = wanted.toRealPath();
    if (!isBelowRoot(real)) {
      return null;
    }
    final BasicFileAttributes found = Files.readAttributes(real, BasicFileAttributes.class);
    return found.isRegularFile() || found.isDirectory()
        ? new Found(real, found.isDirectory(), found.size(), found.lastModifiedTime().toInstant())
        : null; // a device or a pipe would hold up the loop
  }

  private boolean isBelowRoot(final Path real) throws IOException {
    final Path known = realRoot;
    if (known != null && real.startsWith(known)) {
      return true;
    }
    final Path now = root.toRealPath();
    realRoot = now;
    return real.startsWith(now);
  }
}
