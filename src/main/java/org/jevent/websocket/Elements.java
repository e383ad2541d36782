package org.jevent.websocket;

import java.util.ArrayList;
import java.util.List;

/** The elements of a list in a field. */
final class Elements {
  private Elements() {}

  /**
   * The parts between separators outside quotation marks, without blanks around them. A list with a
   * comma may have empty elements, which are left out (RFC 9110, section 5.6.1).
   */
  static List<String> of(final String text, final char separator) {
    final List<String> found = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      final char c = i == text.length() ? separator : text.charAt(i);
      if (quoted && c == '\\' && i + 1 < text.length()) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && (!quoted || i == text.length())) {
        final String part = text.substring(start, i).strip();
        if (!part.isEmpty() || separator != ',') {
          found.add(part);
        }
        start = i + 1;
      }
    }
    return found;
  }

  /** The elements of all fields of a name. */
  static List<String> of(final List<String> values) {
    return values.stream().flatMap(each -> of(each, ',').stream()).toList();
  }
}
