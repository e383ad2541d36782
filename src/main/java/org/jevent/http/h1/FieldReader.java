package org.jevent.http.h1;

/** Reads the value of a field from its left to its right: tokens, quoted strings, separators. */
public final class FieldReader {
  /** Of visible ASCII, what no token has. */
  private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";

  private final String text;
  private int at;

  public FieldReader(final String text) {
    this.text = text;
  }

  public boolean atEnd() {
    return at >= text.length();
  }

  public void skipBlanks() {
    while (!atEnd() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /** Takes the letter if it is next. */
  public boolean take(final char letter) {
    if (!atEnd() && text.charAt(at) == letter) {
      at++;
      return true;
    }
    return false;
  }

  /** Takes what comes before one of the ends, blanks at its end excluded; quotes mean nothing. */
  public String until(final String ends) {
    final int from = at;
    while (!atEnd() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    int to = at;
    while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isOfToken(final char letter) {
    return letter > ' ' && letter < 0x7f && SEPARATORS.indexOf(letter) < 0;
  }

  /** Takes a token, or null. */
  public String token() {
    final int from = at;
    while (!atEnd() && isOfToken(text.charAt(at))) {
      at++;
    }
    return at == from ? null : text.substring(from, at);
  }

  /**
   * Takes a token or a quoted string, without its quotes and backslashes; null if it is neither.
   */
  public String tokenOrQuoted() {
    if (atEnd() || text.charAt(at) != '"') {
      return token();
    }
    final StringBuilder value = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      final char letter = text.charAt(i);
      if (letter == '"') {
        at = i + 1;
        return value.toString();
      }
      if (letter == '\\') {
        i++;
      }
      if (i < text.length()) {
        value.append(text.charAt(i));
      }
    }
    return null; // it does not end
  }

  /** Takes all blanks and commas that are next: elements of a list that are empty, or end. */
  public void skipEmptyElements() {
    do {
      skipBlanks();
    } while (take(','));
  }

  /** Goes to the next comma that is not in quotes, and past it; false: there is none. */
  public boolean nextOfList() {
    boolean quoted = false;
    for (; !atEnd(); at++) {
      final char letter = text.charAt(at);
      if (quoted && letter == '\\') {
        at++;
      } else if (letter == '"') {
        quoted = !quoted;
      } else if (letter == ',' && !quoted) {
        at++;
        return true;
      }
    }
    return false;
  }
}
