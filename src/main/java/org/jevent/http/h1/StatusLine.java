package org.jevent.http.h1;

/** Reads the first line of a response: RFC 9112, 4. Its reason and the space before may lack. */
final class StatusLine extends StartLine {
  /** The part that the next byte belongs to. */
  private enum Part {
    VERSION,
    CODE,
    BEHIND_CODE,
    REASON,
    LF,
    DONE;

    boolean leadsTo(final Part next) {
      return switch (this) {
        case VERSION -> next == CODE;
        case CODE -> next == BEHIND_CODE;
        case BEHIND_CODE -> next == REASON || next == LF;
        case REASON -> next == LF;
        case LF -> next == DONE;
        case DONE -> false;
      };
    }
  }

  private static final Refusal TOO_LONG = Refusal.bad("the status line is too long");
  private static final Refusal NO_CODE = Refusal.bad("the status is not a number of three digits");
  private static final Refusal REASON_BYTE =
      Refusal.bad("the reason phrase has a control character");
  private static final int CODE_DIGITS = 3;
  private static final int MIN_CODE = 100;

  private Part part = Part.VERSION;
  private int code;
  private int digits;
  private int reasonFrom;
  private int reasonTo;

  @Override
  void begin(final int maxBytes) {
    super.begin(maxBytes);
    part = Part.VERSION;
    code = 0;
    digits = 0;
  }

  int code() {
    return code;
  }

  int reasonFrom() {
    return reasonFrom;
  }

  int reasonTo() {
    return reasonTo;
  }

  @Override
  boolean isDone() {
    return part == Part.DONE;
  }

  @Override
  boolean awaitsLf() {
    return part == Part.LF;
  }

  @Override
  Refusal tooLong() {
    return TOO_LONG;
  }

  private int become(final Part next, final int at) {
    assert part.leadsTo(next) : part + " to " + next;
    part = next;
    return at;
  }

  @Override
  int lineEnds(final byte[] bytes, final int at) {
    return become(Part.DONE, at);
  }

  @Override
  int step(final byte[] bytes, final int at, final int stop) {
    if (!hasBegun()) {
      start(at);
    }
    return switch (part) {
      case VERSION -> readVersion(bytes, at, stop);
      case CODE -> digit(bytes[at], at);
      case BEHIND_CODE -> behindCode(bytes[at], at);
      default -> reason(bytes, at, stop);
    };
  }

  private int readVersion(final byte[] bytes, final int from, final int stop) {
    final int at = version().read(bytes, from, stop);
    if (at == stop) {
      return at;
    }
    if (!version().isWhole() || bytes[at] != Chars.SP) {
      return refuse(Version.NONE, at);
    }
    return version().isHttp1() ? become(Part.CODE, at + 1) : refuse(Version.OTHER, at);
  }

  private int digit(final byte value, final int at) {
    if (!Chars.isDigit(value)) {
      return refuse(NO_CODE, at);
    }
    code = 10 * code + value - '0';
    if (++digits < CODE_DIGITS) {
      return at + 1;
    }
    return code < MIN_CODE ? refuse(NO_CODE, at) : become(Part.BEHIND_CODE, at + 1);
  }

  private int behindCode(final byte value, final int at) {
    reasonFrom = at + 1;
    if (value == Chars.SP) {
      return become(Part.REASON, at + 1);
    }
    reasonTo = reasonFrom;
    return value == Chars.CR ? become(Part.LF, at + 1) : refuse(NO_CODE, at);
  }

  private int reason(final byte[] bytes, final int from, final int stop) {
    int at = Chars.findControl(bytes, from, stop);
    while (at < stop && bytes[at] == Chars.HTAB) {
      at = Chars.findControl(bytes, at + 1, stop);
    }
    if (at == stop) {
      return at;
    }
    reasonTo = at;
    return bytes[at] == Chars.CR ? become(Part.LF, at + 1) : refuse(REASON_BYTE, at);
  }
}
