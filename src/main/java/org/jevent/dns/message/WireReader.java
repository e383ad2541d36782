package org.jevent.dns.message;

import java.nio.ByteBuffer;

/**
 * Reads the parts of one message. Positions are relative to its header. Each read is within the
 * message, or within the data of a record while there is a limit.
 */
final class WireReader {
  /** The bytes of all names of a message, written out: pointers alone could make them many more. */
  private static final int MAX_EXPANDED = 64 * 1024;

  /**
   * Pointers that are followed in a message, for each of its bytes: a chain of them may stand
   * behind each name, and would make reading quadratic.
   */
  private static final int MAX_JUMPS = 16;

  private static final int POINTER = 0xc0;

  private final ByteBuffer bytes;
  private final int origin;
  private final int end;
  private int limit;
  private int at;
  private int expanded;
  private int jumps;

  /** Reads from the position to the limit of the buffer, both of which stay. */
  WireReader(final ByteBuffer bytes) {
    this.bytes = bytes;
    origin = bytes.position();
    end = bytes.remaining();
    limit = end;
  }

  int position() {
    return at;
  }

  int remaining() {
    return limit - at;
  }

  /** From now on nothing beyond {@code length} bytes is read. */
  void limit(final int length) {
    if (length > end - at) {
      throw malformed("data of " + length + " bytes, and " + (end - at) + " are left");
    }
    limit = at + length;
  }

  /** The limit must have been reached, and is the message's end again. */
  void endOfLimit() {
    if (at != limit) {
      throw malformed((limit - at) + " bytes of data are left over");
    }
    limit = end;
  }

  DnsFormatException malformed(final String why) {
    return new DnsFormatException("message of " + end + " bytes, at " + at + ": " + why);
  }

  private void require(final int count) {
    if (limit - at < count) {
      throw malformed(count + " bytes wanted, and " + (limit - at) + " are left");
    }
  }

  int u8() {
    require(1);
    return bytes.get(origin + at++) & 0xff;
  }

  int u16() {
    require(2);
    final int high = bytes.get(origin + at) & 0xff;
    final int low = bytes.get(origin + at + 1) & 0xff;
    at += 2;
    return (high << 8) | low;
  }

  long u32() {
    return ((long) u16() << 16) | u16();
  }

  byte[] take(final int count) {
    require(count);
    final byte[] taken = new byte[count];
    bytes.get(origin + at, taken);
    at += count;
    return taken;
  }

  RData.Bytes rest() {
    return RData.Bytes.keep(take(remaining()));
  }

  /** A string with its length before it. */
  RData.Bytes string() {
    return RData.Bytes.keep(take(u8()));
  }

  /** A name without pointers. */
  DnsName plainName() {
    return name(false);
  }

  /** A name, also with pointers. */
  DnsName name() {
    return name(true);
  }

  /**
   * Each pointer goes before the beginning of the part that holds it, so that there is no end to
   * wait for; the bytes of all names together are bounded, so that there is no quadratic one.
   */
  private DnsName name(final boolean pointers) {
    final int start = at;
    int length = 0;
    int from = at;
    int bound = limit;
    int before = at;
    boolean jumped = false;
    while (true) {
      if (from >= bound) {
        throw malformed("a name without an end");
      }
      final int size = bytes.get(origin + from) & 0xff;
      if ((size & POINTER) == POINTER && pointers) {
        if (from + 1 >= bound) {
          throw malformed("half a pointer");
        }
        final int target = target(from);
        if (target >= before) {
          throw malformed("a pointer to " + target + ", not before " + before);
        }
        if (!jumped) {
          at = from + 2;
          jumped = true;
          bound = end;
        }
        if (++jumps > MAX_JUMPS * end) {
          throw malformed("more than " + MAX_JUMPS * end + " pointers to follow");
        }
        from = target;
        before = target;
        continue;
      }
      if ((size & POINTER) != 0) {
        throw malformed("a label of type " + (size >> 6));
      }
      if (length + size + 1 > DnsName.MAX_BYTES
          || (size != 0 && length + size + 2 > DnsName.MAX_BYTES)) {
        throw malformed("a name of more than " + DnsName.MAX_BYTES + " bytes");
      }
      if (from + 1 + size > bound) {
        throw malformed("a label of " + size + " bytes beyond the end");
      }
      length += size + 1;
      from += size + 1;
      if (size == 0) {
        break;
      }
    }
    if (!jumped) {
      at = from;
    }
    expanded += length;
    if (expanded > MAX_EXPANDED) {
      throw malformed("names of more than " + MAX_EXPANDED + " bytes");
    }
    return length == 1 ? DnsName.ROOT : new DnsName(written(start, length));
  }

  private int target(final int pointer) {
    final int high = bytes.get(origin + pointer) & ~POINTER & 0xff;
    return (high << 8) | (bytes.get(origin + pointer + 1) & 0xff);
  }

  /** The bytes of a name that has been found to be one. */
  private byte[] written(final int start, final int length) {
    final byte[] name = new byte[length];
    int from = start;
    int to = 0;
    while (to < length) {
      final int size = bytes.get(origin + from) & 0xff;
      if ((size & POINTER) == POINTER) {
        from = target(from);
      } else {
        bytes.get(origin + from, name, to, size + 1);
        from += size + 1;
        to += size + 1;
      }
    }
    return name;
  }
}
