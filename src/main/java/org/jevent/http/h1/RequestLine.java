package org.jevent.http.h1;

/** Reads the line of a request: RFC 9112, 3. Up to four empty lines before it are passed over. */
final class RequestLine extends StartLine {
  /** The part that the next byte belongs to. */
  private enum Part {
    EMPTY,
    EMPTY_LF,
    METHOD,
    TARGET,
    VERSION,
    LF,
    DONE;

    boolean leadsTo(final Part next) {
      return switch (this) {
        case EMPTY -> next == EMPTY_LF || next == METHOD;
        case EMPTY_LF -> next == EMPTY;
        case METHOD -> next == TARGET;
        case TARGET -> next == VERSION;
        case VERSION -> next == LF;
        case LF -> next == DONE;
        case DONE -> false;
      };
    }
  }

  static final int MAX_EMPTY_LINES = 4;

  private static final Refusal TOO_LONG = new Refusal(414, "the line of the request is too long");
  private static final Refusal NO_METHOD = Refusal.bad("the request does not begin with a method");
  private static final Refusal EMPTY_LINES =
      Refusal.bad("there are too many empty lines before the request");
  private static final Refusal METHOD_BYTE =
      Refusal.bad("the method has a byte that is not of a token");
  private static final Refusal EMPTY_TARGET = Refusal.bad("the target of the request is empty");
  private static final Refusal TARGET_BYTE =
      Refusal.bad("the target has a byte that is not allowed there");
  private static final Refusal BEHIND_VERSION =
      Refusal.bad("there is something behind the version of the request");

  private Part part = Part.EMPTY;
  private int emptyLines;
  private int methodTo;
  private int targetTo;
  private int queryMark;
  private boolean escaped;
  private boolean dotted;

  @Override
  void begin(final int maxBytes) {
    super.begin(maxBytes);
    part = Part.EMPTY;
    emptyLines = 0;
    queryMark = -1;
    escaped = false;
    dotted = false;
  }

  /** Behind the method. */
  int methodTo() {
    return methodTo;
  }

  int targetFrom() {
    return methodTo + 1;
  }

  int targetTo() {
    return targetTo;
  }

  /** Where the first question mark of the target is, or its end. */
  int pathTo() {
    return queryMark < 0 ? targetTo : queryMark;
  }

  boolean hasQuery() {
    return queryMark >= 0;
  }

  /** Whether there is a percent sign before the query, or a segment that begins with a dot. */
  boolean needsDecoding() {
    return escaped || dotted;
  }

  @Override
  boolean isDone() {
    return part == Part.DONE;
  }

  @Override
  boolean awaitsLf() {
    return part == Part.LF || part == Part.EMPTY_LF;
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
    return become(part == Part.LF ? Part.DONE : Part.EMPTY, at);
  }

  @Override
  int step(final byte[] bytes, final int at, final int stop) {
    return switch (part) {
      case EMPTY -> first(bytes, at);
      case METHOD -> method(bytes, at, stop);
      case TARGET -> target(bytes, at, stop);
      default -> version(bytes, at, stop);
    };
  }

  private int first(final byte[] bytes, final int at) {
    final byte value = bytes[at];
    if (value == Chars.CR) {
      return ++emptyLines > MAX_EMPTY_LINES
          ? refuse(EMPTY_LINES, at)
          : become(Part.EMPTY_LF, at + 1);
    }
    start(at);
    return Chars.isToken(value) ? become(Part.METHOD, at) : refuse(NO_METHOD, at);
  }

  private int method(final byte[] bytes, final int from, final int stop) {
    int at = from;
    while (at < stop && Chars.isToken(bytes[at])) {
      at++;
    }
    if (at == stop) {
      return at;
    }
    if (bytes[at] != Chars.SP) {
      return refuse(METHOD_BYTE, at);
    }
    methodTo = at;
    return become(Part.TARGET, at + 1);
  }

  private int target(final byte[] bytes, final int from, final int stop) {
    int at = from;
    while (true) {
      at = Chars.findNotPlain(bytes, at, stop);
      if (at == stop) {
        return at;
      }
      switch (bytes[at]) {
        case Chars.SP -> {
          targetTo = at;
          return at == targetFrom() ? refuse(EMPTY_TARGET, at) : become(Part.VERSION, at + 1);
        }
        case '"', '<', '>', '#' -> {
          return refuse(TARGET_BYTE, at);
        }
        case '?' -> queryMark = queryMark < 0 ? at : queryMark;
        case '%' -> escaped |= queryMark < 0;
        case '.' -> dotted |= queryMark < 0 && bytes[at - 1] == '/';
        case '\\' -> {
          if (queryMark < 0) {
            return refuse(TARGET_BYTE, at);
          }
        }
        default -> {
          if (bytes[at] < Chars.SP || bytes[at] == Chars.DEL) {
            return refuse(TARGET_BYTE, at);
          }
        }
      }
      at++;
    }
  }

  private int version(final byte[] bytes, final int from, final int stop) {
    final int at = version().read(bytes, from, stop);
    if (at == stop) {
      return at;
    }
    if (!version().isWhole()) {
      return refuse(Version.NONE, at);
    }
    return bytes[at] == Chars.CR ? become(Part.LF, at + 1) : refuse(BEHIND_VERSION, at);
  }
}
