package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;

/** A library in the format of Linux, the BSDs and Solaris. */
final class ElfFile {
  private static final int MAGIC = 0x7f454c46;
  private static final int HEADER = 64;
  private static final int LOAD = 1;

  /** ELF's numbers of the processors, by JNA's names of them. */
  private static final Map<String, Integer> MACHINES =
      Map.of(
          "x86",
          3,
          "arm",
          40,
          "x86-64",
          62,
          "aarch64",
          183,
          "ppc64le",
          21,
          "s390x",
          22,
          "riscv64",
          243,
          "loongarch64",
          258);

  private ElfFile() {}

  /** What keeps the file from being loaded, or null if nothing does. */
  static String problem(final SeekableByteChannel channel, final String processor)
      throws IOException {
    final ByteBuffer header = LibraryFile.read(channel, 0, HEADER);
    if (header == null) {
      return LibraryFile.cutShort(channel.size());
    }
    if (header.getInt(0) != MAGIC) {
      return "it is no ELF file";
    }
    final boolean wide = header.get(4) == 2;
    header.order(header.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    final int machine = Short.toUnsignedInt(header.getShort(18));
    final Integer expected = MACHINES.get(processor);
    if (expected != null && machine != expected) {
      return "it is for another processor, ELF machine " + machine + " and not " + expected;
    }
    final long at = wide ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
    final int size = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
    final int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
    final ByteBuffer table = LibraryFile.read(channel, at, size * count);
    if (table == null || size < (wide ? 56 : 32)) {
      return LibraryFile.cutShort(channel.size());
    }
    table.order(header.order());
    return segments(table, size, wide, channel.size());
  }

  /** All that is to be mapped must be there. */
  private static String segments(
      final ByteBuffer table, final int size, final boolean wide, final long length) {
    for (int at = 0; at < table.limit(); at += size) {
      final long offset =
          wide ? table.getLong(at + 8) : Integer.toUnsignedLong(table.getInt(at + 4));
      final long bytes =
          wide ? table.getLong(at + 32) : Integer.toUnsignedLong(table.getInt(at + 16));
      if (table.getInt(at) == LOAD && (offset < 0 || bytes < 0 || bytes > length - offset)) {
        return LibraryFile.cutShort(length);
      }
    }
    return null;
  }
}
