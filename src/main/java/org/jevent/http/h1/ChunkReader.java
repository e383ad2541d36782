package org.jevent.http.h1;

/**
 * Reads what is between the data of chunks: RFC 9112, 7.1. A line ends at the first CRLF, whatever
 * is quoted before it, and an LF alone is refused everywhere. Each byte is looked at once.
 */
final class ChunkReader {
  /** The part that the next byte belongs to. */
  enum Part {
    SIZE,
    BLANKS,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,

    /** Behind the last chunk: an empty line, or fields. */
    LAST,

    LAST_LF,

    /** The first byte of a field comes next; others read these. */
    FIELDS,

    DONE;

    boolean leadsTo(final Part next) {
      return switch (this) {
        case SIZE -> next == BLANKS || next == EXTENSION || next == SIZE_LF;
        case BLANKS -> next == EXTENSION || next == SIZE_LF;
        case EXTENSION -> next == SIZE_LF;
        case SIZE_LF -> next == DATA || next == LAST;
        case DATA -> next == DATA_CR;
        case DATA_CR -> next == DATA_LF;
        case DATA_LF -> next == SIZE;
        case LAST -> next == LAST_LF || next == FIELDS;
        case LAST_LF, FIELDS -> next == DONE;
        case DONE -> false;
      };
    }
  }

  private static final Refusal NO_SIZE =
      Refusal.bad("the size of a chunk is not a hexadecimal number");
  private static final Refusal TOO_BIG = Refusal.bad("the size of a chunk is 2^63 or more");
  private static final Refusal LINE_BYTE =
      Refusal.bad("the line of a chunk has a control character, or ends in LF without CR");
  private static final Refusal BLANK_END =
      Refusal.bad("the size of a chunk has a blank and nothing behind it");
  private static final Refusal LINE_LENGTH = Refusal.bad("the line of a chunk is too long");
  private static final Refusal EXTENSIONS =
      Refusal.bad("the extensions of the chunks are too long");
  private static final Refusal BARE_CR = Refusal.bad("a chunk has a CR without LF");
  private static final Refusal DATA_END =
      Refusal.bad("the data of a chunk is longer or shorter than its size");

  private static final int MAX_DIGITS = 16;
  private static final long MAX_BEFORE_DIGIT = Long.MAX_VALUE >> 4;

  private final boolean toleratesBlanks;
  private int maxLine;
  private int maxExtensions;
  private Part part = Part.SIZE;
  private Refusal refusal;
  private long size;
  private int digits;
  private int lineLength;
  private int extensions;

  ChunkReader(final boolean toleratesBlanks) {
    this.toleratesBlanks = toleratesBlanks;
  }

  /** Another body begins. */
  void begin(final ParserLimits limits) {
    maxLine = limits.chunkLine();
    maxExtensions = limits.chunkExtensions();
    part = Part.SIZE;
    refusal = null;
    extensions = 0;
    beginLine();
  }

  private void beginLine() {
    size = 0;
    digits = 0;
    lineLength = 0;
  }

  Part part() {
    return part;
  }

  /** What is wrong, or null. */
  Refusal refusal() {
    return refusal;
  }

  /** How many bytes of data follow; only in {@link Part#DATA}. */
  long left() {
    return part == Part.DATA ? size : 0;
  }

  /** Data has been taken. */
  void took(final long count) {
    assert part == Part.DATA && count <= size : part + ", " + count;
    size -= count;
    if (size == 0) {
      become(Part.DATA_CR);
    }
  }

  /** The fields behind the last chunk have ended. */
  void fieldsEnded() {
    become(Part.DONE);
  }

  private void become(final Part next) {
    assert part.leadsTo(next) : part + " to " + next;
    part = next;
  }

  private void refuse(final Refusal why) {
    assert refusal == null : refusal;
    refusal = why;
  }

  /**
   * Reads on until data or fields come next, the body has ended or is refused, or there are no more
   * bytes.
   *
   * @return the place behind the last byte that was taken
   */
  int scan(final byte[] bytes, final int from, final int end) {
    int at = from;
    while (at < end
        && refusal == null
        && part != Part.DATA
        && part != Part.FIELDS
        && part != Part.DONE) {
      if (take(bytes[at])) {
        at++;
      }
    }
    return at;
  }

  /** Whether the byte was taken; false: it is refused, or belongs to fields. */
  private boolean take(final byte value) {
    switch (part) {
      case SIZE -> size(value);
      case BLANKS -> blank(value);
      case EXTENSION -> extension(value);
      case SIZE_LF -> {
        if (isLf(value)) {
          become(size == 0 ? Part.LAST : Part.DATA);
        }
      }
      case DATA_CR -> {
        if (value == Chars.CR) {
          become(Part.DATA_LF);
        } else {
          refuse(DATA_END);
        }
      }
      case DATA_LF -> {
        if (isLf(value)) {
          become(Part.SIZE);
          beginLine();
        }
      }
      case LAST -> {
        if (value != Chars.CR) {
          become(Part.FIELDS);
          return false;
        }
        become(Part.LAST_LF);
      }
      default -> {
        if (isLf(value)) {
          become(Part.DONE);
        }
      }
    }
    return refusal == null;
  }

  private boolean isLf(final byte value) {
    if (value != Chars.LF) {
      refuse(BARE_CR);
      return false;
    }
    return true;
  }

  private void size(final byte value) {
    final int digit = Chars.hex(value);
    if (digit >= 0) {
      if (digits == MAX_DIGITS || size > MAX_BEFORE_DIGIT) {
        refuse(TOO_BIG);
        return;
      }
      size = (size << 4) | digit;
      digits++;
      grow(false);
    } else if (digits == 0) {
      refuse(NO_SIZE);
    } else {
      behindSize(value);
    }
  }

  private void behindSize(final byte value) {
    if (value == Chars.CR) {
      become(Part.SIZE_LF);
    } else if (value == ';') {
      become(Part.EXTENSION);
      grow(true);
    } else if (!Chars.isBlank(value)) {
      refuse(value == Chars.LF ? LINE_BYTE : NO_SIZE);
    } else {
      if (part != Part.BLANKS) {
        become(Part.BLANKS);
      }
      grow(true);
    }
  }

  private void blank(final byte value) {
    if (value == Chars.CR && !toleratesBlanks) {
      refuse(BLANK_END);
    } else {
      behindSize(value);
    }
  }

  private void extension(final byte value) {
    if (value == Chars.CR) {
      become(Part.SIZE_LF);
    } else if (Chars.isControl(value)) {
      refuse(LINE_BYTE);
    } else {
      grow(true);
    }
  }

  /** A byte of the line was taken. */
  private void grow(final boolean ofExtension) {
    if (++lineLength > maxLine) {
      refuse(LINE_LENGTH);
    } else if (ofExtension && ++extensions > maxExtensions) {
      refuse(EXTENSIONS);
    }
  }
}
