package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks at a library's file before the system's loader does. A loader of ELF files maps what the
 * file claims to hold. A truncated file ends the process with a bus error instead of being refused.
 * That of Windows refuses, in words that depend on its language.
 */
final class LibraryFile {
  private LibraryFile() {}

  /** What keeps the file from being loaded by a JVM on this platform, or null if nothing does. */
  static String problem(final Path file) {
    final String platform = Platform.prefix();
    if (platform.startsWith("darwin")) {
      return null; // its loader checks what it loads
    }
    final String processor = platform.substring(platform.indexOf('-') + 1);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return platform.startsWith("win32")
          ? PeFile.problem(channel, processor)
          : ElfFile.problem(channel, processor);
    } catch (final IOException e) {
      return "it cannot be read: " + e.getMessage();
    }
  }

  static String cutShort(final long length) {
    return "it is cut short, " + length + " bytes long";
  }

  /** Those bytes of the file, or null where it has fewer. */
  static ByteBuffer read(final SeekableByteChannel channel, final long at, final int length)
      throws IOException {
    if (at < 0 || at > channel.size() - length) {
      return null;
    }
    final ByteBuffer bytes = ByteBuffer.allocate(length);
    channel.position(at);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        return null;
      }
    }
    return bytes.flip();
  }
}
