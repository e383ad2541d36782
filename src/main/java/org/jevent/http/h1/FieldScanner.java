package org.jevent.http.h1;

/**
 * Reads lines of fields up to the empty line: RFC 9112, 5. Each byte is looked at once, however the
 * input is cut, and what is wrong is found at the first byte that shows it.
 */
final class FieldScanner {
  /** The part that the next byte belongs to. */
  private enum Part {
    LINE,
    NAME,
    BLANKS,
    VALUE,
    LF,
    LAST_LF,
    DONE;

    boolean leadsTo(final Part next) {
      return switch (this) {
        case LINE -> next == NAME || next == BLANKS || next == LAST_LF;
        case NAME -> next == BLANKS;
        case BLANKS -> next == VALUE;
        case VALUE -> next == LF;
        case LF -> next == LINE;
        case LAST_LF -> next == DONE;
        case DONE -> false;
      };
    }
  }

  /** What may be between two lines of one field: an obs-fold. */
  enum Folds {
    REFUSED,

    /** Each becomes a blank. */
    JOINED
  }

  private static final Refusal FOLD = Refusal.bad("a line of the head begins with a blank");
  private static final Refusal NO_NAME = Refusal.bad("a field does not begin with a name");
  private static final Refusal NAME_BYTE =
      Refusal.bad("the name of a field has a byte that is not of a token, or no colon follows it");
  private static final Refusal VALUE_BYTE =
      Refusal.bad("the value of a field has a control character");
  private static final Refusal BARE_LF = Refusal.bad("a line of the head ends in LF without CR");
  private static final Refusal BARE_CR = Refusal.bad("the head has a CR without LF");

  private final Folds folds;
  private final Refusal tooMany;
  private final Refusal tooLong;
  private Part part = Part.LINE;
  private Refusal refusal;
  private int start;
  private int maxBytes;
  private int maxFields;
  private int nameFrom;
  private int nameTo;
  private int valueFrom;
  private int valueTo;
  private boolean continues;
  private boolean folded;

  /** The last two say what is wrong with too many fields, and with too many bytes. */
  FieldScanner(final Folds folds, final Refusal tooMany, final Refusal tooLong) {
    this.folds = folds;
    this.tooMany = tooMany;
    this.tooLong = tooLong;
  }

  /**
   * The fields of another head begin.
   *
   * @param headFrom where the head begins, which is {@code bytes} long at most
   */
  void begin(final int headFrom, final int bytes, final int fields) {
    part = Part.LINE;
    refusal = null;
    start = headFrom;
    maxBytes = bytes;
    maxFields = fields;
    continues = false;
    folded = false;
  }

  boolean isDone() {
    return part == Part.DONE;
  }

  /** What is wrong, or null. */
  Refusal refusal() {
    return refusal;
  }

  private int become(final Part next, final int at) {
    assert part.leadsTo(next) : part + " to " + next;
    part = next;
    return at;
  }

  private int refuse(final Refusal why, final int at) {
    assert refusal == null : refusal;
    refusal = why;
    return at;
  }

  /**
   * Reads on until the fields have ended, are refused, or there are no more bytes.
   *
   * @return the place behind the last byte that was looked at
   */
  int scan(final HeadBuffer head, final int from) {
    final byte[] bytes = head.bytes();
    final int end = head.filled();
    final int stop = Math.min(end, start + maxBytes);
    int at = from;
    while (at < stop && refusal == null && part != Part.DONE) {
      at =
          switch (part) {
            case LINE -> line(head.fields(), bytes, at);
            case NAME -> name(bytes, at, stop);
            case BLANKS -> blanks(bytes, at, stop);
            case VALUE -> value(bytes, at, stop);
            default -> lf(head.fields(), bytes, at);
          };
    }
    final boolean exceeds = at < end && refusal == null && part != Part.DONE;
    return exceeds ? refuse(tooLong, at) : at;
  }

  private int line(final FieldIndex fields, final byte[] bytes, final int at) {
    final byte value = bytes[at];
    if (Chars.isBlank(value)) {
      if (folds == Folds.REFUSED || fields.size() == 0) {
        return refuse(FOLD, at);
      }
      continues = true;
      folded = true;
      return become(Part.BLANKS, at);
    }
    if (folded) {
      folded = false;
      fields.extend(Folding.join(bytes, valueFrom, valueTo));
    }
    if (value == Chars.CR) {
      return become(Part.LAST_LF, at + 1);
    }
    if (!Chars.isToken(value)) {
      return refuse(value == Chars.LF ? BARE_LF : NO_NAME, at);
    }
    if (fields.size() >= maxFields) {
      return refuse(tooMany, at);
    }
    nameFrom = at;
    return become(Part.NAME, at + 1);
  }

  private int name(final byte[] bytes, final int from, final int stop) {
    int at = from;
    while (at < stop && Chars.isToken(bytes[at])) {
      at++;
    }
    if (at == stop) {
      return at;
    }
    if (bytes[at] != ':') {
      return refuse(NAME_BYTE, at);
    }
    nameTo = at;
    return become(Part.BLANKS, at + 1);
  }

  private int blanks(final byte[] bytes, final int from, final int stop) {
    int at = from;
    while (at < stop && Chars.isBlank(bytes[at])) {
      at++;
    }
    if (at == stop) {
      return at;
    }
    valueFrom = continues ? valueFrom : at;
    return become(Part.VALUE, at);
  }

  private int value(final byte[] bytes, final int from, final int stop) {
    int at = Chars.findControl(bytes, from, stop);
    while (at < stop && bytes[at] == Chars.HTAB) {
      at = Chars.findControl(bytes, at + 1, stop);
    }
    if (at == stop) {
      return at;
    }
    if (bytes[at] != Chars.CR) {
      return refuse(bytes[at] == Chars.LF ? BARE_LF : VALUE_BYTE, at);
    }
    int to = at;
    while (to > valueFrom && Chars.isBlank(bytes[to - 1])) {
      to--;
    }
    valueTo = to;
    return become(Part.LF, at + 1);
  }

  private int lf(final FieldIndex fields, final byte[] bytes, final int at) {
    if (bytes[at] != Chars.LF) {
      return refuse(BARE_CR, at);
    }
    if (part == Part.LAST_LF) {
      return become(Part.DONE, at + 1);
    }
    if (!continues) {
      fields.add(KnownName.of(bytes, nameFrom, nameTo), nameFrom, nameTo, valueFrom, valueTo);
    }
    continues = false;
    return become(Part.LINE, at + 1);
  }
}
