package org.jevent.http;

import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jevent.buffer.EventBuffer;

/**
 * Undoes the codings gzip (RFC 1952, several members, all checks) and deflate (zlib, or raw as some
 * servers send it) of a body that comes in pieces.
 */
final class Inflation implements AutoCloseable {
  /** How many bytes one step gives at most. */
  static final int STEP = 16 * 1024;

  /** More bytes than that from one are an attack. */
  static final int MAX_RATIO = 200;

  /** This many bytes may come whatever the ratio. */
  static final long FREE = 1 << 20;

  private static final int ROOM = 8 * 1024;

  /** Extra field, name and comment of a member, which have no use here. */
  private static final int MAX_HEADER = 64 * 1024;

  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;

  private static final int HAS_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  /** The body is not what its coding says. */
  static final class CodingException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean bomb;

    CodingException(final String message, final boolean bomb) {
      super(message);
      this.bomb = bomb;
    }

    /** It would become too large. */
    boolean isBomb() {
      return bomb;
    }
  }

  /** What the next bytes are. */
  private enum Part {
    /** The first two bytes of deflate, which say what it is. */
    KIND,
    HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    DATA,
    TRAILER,

    /** Behind a member: the next one, zeros, or nothing. */
    BETWEEN,

    /** Behind the data of deflate, or in zeros. */
    END
  }

  private final boolean gzip;
  private final byte[] in = new byte[ROOM + 1];
  private final byte[] out = new byte[STEP];
  private final CRC32 dataCrc = new CRC32();
  private final CRC32 headerCrc = new CRC32();
  private Inflater inflater;
  private Part part;
  private int at;
  private int end;

  /** Bytes of this part, and what they have in them. */
  private int count;

  private long value;
  private int flags;

  /** The last bytes filled the array: there may be more of them. */
  private boolean wasFull;

  private int headerSize;
  private long memberSize;
  private long consumed;
  private long produced;

  private Inflation(final boolean gzip) {
    this.gzip = gzip;
    part = gzip ? Part.HEADER : Part.KIND;
    if (gzip) {
      inflater = new Inflater(true);
    }
  }

  /**
   * For a response that has one coding which is undone here, else null. The fields that describe
   * the coded body are removed then.
   */
  static Inflation of(final HttpHeaders headers) {
    final List<String> codings = headers.all("content-encoding");
    final Inflation made = codings.size() == 1 ? of(codings.get(0)) : null;
    if (made != null) {
      headers.remove("content-encoding");
      headers.remove("content-length");
    }
    return made;
  }

  private static Inflation of(final String coding) {
    return switch (coding.toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new Inflation(true);
      case "deflate" -> new Inflation(false);
      default -> null;
    };
  }

  /** Whether it has bytes that it has not looked at. */
  boolean hasInput() {
    return at < end || mayGive();
  }

  /** Whether data was given to zlib that may still give bytes. */
  private boolean mayGive() {
    return part == Part.DATA && (wasFull || !inflater.needsInput());
  }

  /**
   * Takes bytes, and adds what becomes of them.
   *
   * @return how many were added; 0: it needs more input, or that was the end
   */
  int step(final EventBuffer input, final EventBuffer into) throws CodingException {
    for (; ; ) {
      if (mayGive()) {
        final int made = inflate();
        if (made > 0) {
          into.add(out, 0, made);
          return made;
        }
        continue;
      }
      if (at == end) {
        at = 0;
        end = input.remove(in, 0, ROOM);
        if (end == 0) {
          return 0;
        }
        consumed += end;
      }
      if (part == Part.DATA) {
        inflater.setInput(in, at, end - at);
        at = end;
      } else {
        take(in[at++] & 0xff);
      }
    }
  }

  private int inflate() throws CodingException {
    final int made;
    try {
      made = inflater.inflate(out);
    } catch (final DataFormatException e) {
      throw fault(e.getMessage() == null ? "invalid data" : e.getMessage());
    }
    wasFull = made == out.length;
    produced += made;
    memberSize += made;
    if (produced > FREE && produced / MAX_RATIO > consumed) {
      throw new CodingException(
          produced + " bytes would come from " + consumed + ", which is more than any use has",
          true);
    }
    if (gzip) {
      dataCrc.update(out, 0, made);
    }
    if (inflater.finished()) {
      at = end - inflater.getRemaining();
      next(gzip ? Part.TRAILER : Part.END);
    } else if (inflater.needsDictionary()) {
      throw fault("a preset dictionary is needed");
    }
    return made;
  }

  private void next(final Part following) {
    part = following;
    count = 0;
    value = 0;
  }

  // ---- bytes outside of the data ----

  private void take(final int octet) throws CodingException {
    switch (part) {
      case KIND -> takeKind(octet);
      case HEADER, EXTRA_LENGTH, EXTRA, NAME, COMMENT -> {
        headerCrc.update(octet);
        if (++headerSize > MAX_HEADER) {
          throw fault("a header of more than " + MAX_HEADER + " bytes");
        }
        takeHeader(octet);
      }
      case HEADER_CRC -> takeHeaderCrc(octet);
      case TRAILER -> takeTrailer(octet);
      case BETWEEN -> {
        if (octet == 0) {
          next(Part.END);
        } else {
          beginMember();
          headerCrc.update(octet);
          headerSize++;
          takeHeader(octet);
        }
      }
      case END -> {
        if (octet != 0) {
          throw fault("bytes behind the end");
        }
      }
      default -> throw new AssertionError(part);
    }
  }

  private void beginMember() {
    next(Part.HEADER);
    headerCrc.reset();
    dataCrc.reset();
    inflater.reset();
    headerSize = 0;
    memberSize = 0;
  }

  /** RFC 1950: the method is 8, and the two bytes are a multiple of 31. Both are data as well. */
  private void takeKind(final int octet) {
    value = value << 8 | octet;
    if (++count < 2) {
      return;
    }
    inflater = new Inflater((value >> 8 & 0xf) != 8 || value % 31 != 0);
    if (at == 1) { // the first of them came in an array before this one
      System.arraycopy(in, 1, in, 2, end - 1);
      in[0] = (byte) (value >> 8);
      in[1] = (byte) octet;
      end++;
    }
    at = 0;
    next(Part.DATA);
  }

  private void takeHeader(final int octet) throws CodingException {
    switch (part) {
      case HEADER -> takeFixed(octet);
      case EXTRA_LENGTH -> {
        value |= (long) octet << (8 * count);
        if (++count == 2) {
          final int length = (int) value;
          next(Part.EXTRA);
          value = length;
          if (length == 0) {
            afterPart();
          }
        }
      }
      case EXTRA -> {
        if (++count == value) {
          afterPart();
        }
      }
      case NAME, COMMENT -> {
        if (octet == 0) {
          afterPart();
        }
      }
      default -> throw new AssertionError(part);
    }
  }

  private void takeFixed(final int octet) throws CodingException {
    final boolean wrong =
        switch (count) {
          case 0 -> octet != 0x1f;
          case 1 -> octet != 0x8b;
          case 2 -> octet != 8;
          case 3 -> (octet & RESERVED) != 0;
          default -> false;
        };
    if (wrong) {
      throw fault("no header of gzip");
    }
    if (count == 3) {
      flags = octet;
    }
    if (++count == FIXED_HEADER) {
      afterPart();
    }
  }

  /** What of the header comes next, as the flags say. */
  private void afterPart() {
    final Part last = part;
    if (last == Part.HEADER && (flags & HAS_EXTRA) != 0) {
      next(Part.EXTRA_LENGTH);
    } else if (last.compareTo(Part.NAME) < 0 && (flags & HAS_NAME) != 0) {
      next(Part.NAME);
    } else if (last.compareTo(Part.COMMENT) < 0 && (flags & HAS_COMMENT) != 0) {
      next(Part.COMMENT);
    } else {
      next((flags & HAS_CRC) != 0 ? Part.HEADER_CRC : Part.DATA);
    }
  }

  private void takeHeaderCrc(final int octet) throws CodingException {
    value |= (long) octet << (8 * count);
    if (++count == 2) {
      if (value != (headerCrc.getValue() & 0xffff)) {
        throw fault("the checksum of a header is wrong");
      }
      next(Part.DATA);
    }
  }

  private void takeTrailer(final int octet) throws CodingException {
    value |= (long) octet << (8 * count);
    if (++count == TRAILER) {
      if ((value & 0xffffffffL) != dataCrc.getValue()) {
        throw fault("the checksum is wrong");
      }
      if (value >>> 32 != (memberSize & 0xffffffffL)) {
        throw fault("the length is wrong");
      }
      next(Part.BETWEEN);
    }
  }

  /**
   * No more input will come. What is still to be given is given first, by {@link #step}.
   *
   * @throws CodingException if the data has no end
   */
  void end() throws CodingException {
    if (consumed > 0 && part != Part.BETWEEN && part != Part.END) {
      throw fault("the data is cut");
    }
  }

  private CodingException fault(final String what) {
    return new CodingException((gzip ? "gzip: " : "deflate: ") + what, false);
  }

  /** How many bytes it has given. */
  long produced() {
    return produced;
  }

  /** Gives the memory of zlib back. A second call does nothing. */
  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
      part = Part.END;
    }
  }
}
