package org.jevent.http.h1;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a program may write into a message: RFC 9110 5.1, 5.5 and 9.1, RFC 9112 3 and 4. All is
 * checked before a byte leaves.
 */
public final class FieldRules {
  /** They say where a message ends and what becomes of its connection: the library writes them. */
  private static final Set<KnownName> FRAMING =
      EnumSet.of(
          KnownName.CONNECTION,
          KnownName.CONTENT_LENGTH,
          KnownName.KEEP_ALIVE,
          KnownName.TE,
          KnownName.TRANSFER_ENCODING,
          KnownName.UPGRADE);

  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= 'z'; c++) {
      TOKEN[c] = Character.isLetterOrDigit(c);
    }
    for (final char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private FieldRules() {}

  /** Whether all characters are those of a token, and there is one. */
  public static boolean isToken(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c >= TOKEN.length || !TOKEN[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Checks a token.
   *
   * @param what what the text is, for the message
   * @throws IllegalArgumentException if it is not a token
   */
  public static void checkToken(final String what, final String text) {
    if (!isToken(text)) {
      throw new IllegalArgumentException(what + " is not a token: \"" + escaped(text) + "\"");
    }
  }

  /**
   * Checks the name of a field.
   *
   * @throws IllegalArgumentException if the name of a field is not a token
   */
  public static void checkName(final String name) {
    Objects.requireNonNull(name, "name");
    checkToken("the name of a field", name);
  }

  /**
   * A value may have ISO-8859-1's characters but control characters other than HTAB, and no blank
   * at either end.
   *
   * @throws IllegalArgumentException if it has others
   */
  public static void checkValue(final String name, final String value) {
    Objects.requireNonNull(value, "value");
    if (!isText(value)) {
      throw new IllegalArgumentException(
          "the value of " + name + " has a character that cannot be sent: " + escaped(value));
    }
    if (!value.isEmpty()
        && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)))) {
      throw new IllegalArgumentException(
          "the value of " + name + " begins or ends with a blank: \"" + escaped(value) + "\"");
    }
  }

  /** Whether a field frames its message, or is its connection's. */
  public static boolean isFraming(final String name) {
    final KnownName known = KnownName.of(name);
    return known != null && FRAMING.contains(known);
  }

  /**
   * Checks the name of a field of a program's for a head.
   *
   * @throws IllegalArgumentException if the library writes it
   */
  public static void checkUnframed(final String name) {
    if (isFraming(name)) {
      throw new IllegalArgumentException("the library writes the field " + name);
    }
  }

  /**
   * Checks the name of a field behind a body: RFC 9110, 6.5.1.
   *
   * @throws IllegalArgumentException if it belongs into the head
   */
  public static void checkTrailer(final String name) {
    if (TrailerRules.isForbidden(name)) {
      throw new IllegalArgumentException("the field " + name + " belongs into the head");
    }
  }

  /**
   * Checks a reason phrase.
   *
   * @throws IllegalArgumentException if a reason phrase has a character that cannot be sent
   */
  public static void checkReason(final String reason) {
    if (!isText(reason)) {
      throw new IllegalArgumentException(
          "the reason has a character that cannot be sent: " + escaped(reason));
    }
  }

  /**
   * Checks a request target.
   *
   * @throws IllegalArgumentException if a request target is empty or has blanks, control characters
   *     or characters outside ASCII
   */
  public static void checkTarget(final String target) {
    for (int i = 0; i < target.length(); i++) {
      final char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw new IllegalArgumentException(
            "the target has a character that cannot be sent: " + escaped(target));
      }
    }
    if (target.isEmpty()) {
      throw new IllegalArgumentException("the target is empty");
    }
  }

  /**
   * The number that a value of {@code Content-Length} is.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static long length(final String value) {
    if (value.matches("[0-9]{1,19}")) {
      try {
        return Long.parseLong(value);
      } catch (final NumberFormatException tooLarge) {
        assert value.length() == 19 : value;
      }
    }
    throw new IllegalArgumentException("no length: " + escaped(value));
  }

  private static boolean isText(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(final char c) {
    return c == ' ' || c == '\t';
  }

  /** The text with control characters made visible, for messages. */
  private static String escaped(final String text) {
    final StringBuilder made = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c < ' ' || c == 0x7f) {
        made.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        made.append(c);
      }
    }
    return made.toString();
  }
}
