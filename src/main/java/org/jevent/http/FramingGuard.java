package org.jevent.http;

import java.util.ArrayList;
import java.util.List;
import org.jevent.http.h1.FieldRules;

/** Sees that a program which is given fields of the library's changes none that frame a message. */
final class FramingGuard {
  private final HttpHeaders fields;
  private final HttpHeaders before;

  FramingGuard(final HttpHeaders fields) {
    this.fields = fields;
    before = framing(fields);
  }

  private static HttpHeaders framing(final HttpHeaders of) {
    final HttpHeaders found = new HttpHeaders();
    of.forEach(
        (name, value) -> {
          if (FieldRules.isFraming(name)) {
            found.add(name, value);
          }
        });
    return found;
  }

  /**
   * @throws IllegalArgumentException if the program has changed one of them
   */
  void check() {
    final List<String> changed = lines(framing(fields));
    lines(before).forEach(changed::remove);
    if (!changed.isEmpty() || framing(fields).size() != before.size()) {
      throw new IllegalArgumentException("the library writes the fields that frame: " + changed);
    }
  }

  private static List<String> lines(final HttpHeaders of) {
    final List<String> lines = new ArrayList<>();
    of.forEach((name, value) -> lines.add(name + ": " + value));
    return lines;
  }

  /** Takes back what the program has changed of them. */
  void restore() {
    framing(fields).forEach((name, value) -> fields.remove(name));
    before.forEach(fields::add);
  }
}
