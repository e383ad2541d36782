package org.jevent.internal.engine.ring;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths of Unix domain sockets to and from the bytes that the system has for them. A peer chooses
 * its path, for which the locale of this JVM may have no characters. No {@code String} leads to
 * such a {@code Path}, but a URI does, which holds bytes.
 */
final class SocketPath {
  private static final boolean WINDOWS = File.separatorChar != '/';
  private static final String FILE = "file:///";

  private SocketPath() {}

  /**
   * The path of those bytes, whatever they are. Zeros, of which a name outside of the file system
   * has one at its start, are shown as {@code @}. On Windows, where paths are text, what its rules
   * forbid is shown as {@code _}.
   */
  static Path of(final byte[] name) {
    final byte[] shown = name.clone();
    for (int i = 0; i < shown.length; i++) {
      shown[i] = shown[i] == 0 ? (byte) '@' : shown[i];
    }
    if (WINDOWS) {
      return onWindows(new String(shown, StandardCharsets.UTF_8));
    }
    return isAscii(shown) ? Path.of(new String(shown, StandardCharsets.US_ASCII)) : exact(shown);
  }

  /** The bytes that the system gets for a path. */
  static byte[] bytes(final Path path) {
    final byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
    // ASCII is the same in every locale, and only other characters may stand for different bytes.
    return WINDOWS || isAscii(text) ? text : exactBytes(path);
  }

  private static boolean isAscii(final byte[] name) {
    for (final byte each : name) {
      if (each < 0) {
        return false;
      }
    }
    return true;
  }

  private static Path exact(final byte[] name) {
    int length = name.length;
    while (name[length - 1] == '/') {
      length--;
    }
    final StringBuilder uri = new StringBuilder(FILE);
    for (int i = 0; i < length; i++) {
      uri.append('%')
          .append(Character.forDigit(name[i] >> 4 & 0xf, 16))
          .append(Character.forDigit(name[i] & 0xf, 16));
    }
    final Path absolute = Path.of(URI.create(uri.toString()));
    return name[0] == '/' ? absolute : absolute.subpath(0, absolute.getNameCount());
  }

  private static byte[] exactBytes(final Path path) {
    final String uri = Path.of("/").resolve(path).toUri().getRawPath();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length());
    // It ends with a slash where there is such a directory, and always starts with one.
    final int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
    for (int i = path.isAbsolute() ? 0 : 1; i < end; i++) {
      if (uri.charAt(i) == '%') {
        bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(uri.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  private static Path onWindows(final String text) {
    try {
      return Path.of(text);
    } catch (final InvalidPathException e) {
      return Path.of(text.replaceAll("[^\\w@.\\\\/-]", "_").replaceAll("[\\\\/]+", "/"));
    }
  }
}
