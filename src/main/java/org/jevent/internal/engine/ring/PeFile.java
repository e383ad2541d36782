package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;

/** A library in the format of Windows. */
final class PeFile {
  private static final int DOS_MAGIC = 0x5a4d;
  private static final int DOS_HEADER = 64;
  private static final int HEADER_POINTER = 60;
  private static final int MAGIC = 0x4550;
  private static final int HEADER = 24;
  private static final int SECTION = 40;

  /** PE's numbers of the processors, by JNA's names of them. */
  private static final Map<String, Integer> MACHINES =
      Map.of("x86", 0x14c, "x86-64", 0x8664, "aarch64", 0xaa64);

  private PeFile() {}

  /** What keeps the file from being loaded, or null if nothing does. */
  static String problem(final SeekableByteChannel channel, final String processor)
      throws IOException {
    final long length = channel.size();
    final ByteBuffer start = read(channel, 0, DOS_HEADER);
    if (start == null) {
      return LibraryFile.cutShort(length);
    }
    if (Short.toUnsignedInt(start.getShort(0)) != DOS_MAGIC) {
      return "it is no PE file";
    }
    final long at = Integer.toUnsignedLong(start.getInt(HEADER_POINTER));
    final ByteBuffer header = read(channel, at, HEADER);
    if (header == null) {
      return LibraryFile.cutShort(length);
    }
    if (header.getInt(0) != MAGIC) {
      return "it is no PE file";
    }
    final int machine = Short.toUnsignedInt(header.getShort(4));
    final Integer expected = MACHINES.get(processor);
    if (expected != null && machine != expected) {
      return "it is for another processor, PE machine " + machine + " and not " + expected;
    }
    final int sections = Short.toUnsignedInt(header.getShort(6));
    final int optional = Short.toUnsignedInt(header.getShort(20));
    final ByteBuffer table = read(channel, at + HEADER + optional, sections * SECTION);
    return table == null || !holds(table, length) ? LibraryFile.cutShort(length) : null;
  }

  /** All that is to be mapped must be there. */
  private static boolean holds(final ByteBuffer table, final long length) {
    for (int at = 0; at < table.limit(); at += SECTION) {
      final long bytes = Integer.toUnsignedLong(table.getInt(at + 16));
      final long offset = Integer.toUnsignedLong(table.getInt(at + 20));
      if (bytes > 0 && offset + bytes > length) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer read(final SeekableByteChannel channel, final long at, final int length)
      throws IOException {
    final ByteBuffer bytes = LibraryFile.read(channel, at, length);
    return bytes == null ? null : bytes.order(ByteOrder.LITTLE_ENDIAN);
  }
}
