package org.jevent.http;

import java.util.Objects;

/** Text for pages. */
public final class Html {
  private Html() {}

  /**
   * The text with {@code < > & " '} replaced, so that it means itself between tags and in quoted
   * attributes; {@code evhttp_htmlescape}.
   */
  public static String escape(final String text) {
    Objects.requireNonNull(text, "text");
    StringBuilder made = null;
    for (int i = 0; i < text.length(); i++) {
      final String replacement = replacement(text.charAt(i));
      if (replacement != null && made == null) {
        made = new StringBuilder(text.length() + 32).append(text, 0, i);
      }
      if (made != null) {
        if (replacement == null) {
          made.append(text.charAt(i));
        } else {
          made.append(replacement);
        }
      }
    }
    return made == null ? text : made.toString();
  }

  private static String replacement(final char letter) {
    return switch (letter) {
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#039;";
      case '&' -> "&amp;";
      default -> null;
    };
  }
}
