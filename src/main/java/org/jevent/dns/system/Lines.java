package org.jevent.dns.system;

import java.util.List;

/** Lines and words of configuration files. */
final class Lines {
  private static final String[] NONE = {};

  private Lines() {}

  /** The first lines, whatever ends them, without a byte order mark. */
  static List<String> of(final String text, final int max) {
    final String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
    return plain.lines().limit(max).toList();
  }

  static String[] words(final String line) {
    final String stripped = line.strip();
    return stripped.isEmpty() ? NONE : stripped.split("\\s+", -1);
  }
}
