package org.jevent.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/** Text on its way out. */
final class Texts {
  private Texts() {}

  /**
   * The text in UTF-8.
   *
   * @throws IllegalArgumentException if it has half of a surrogate pair, which is no character
   */
  static byte[] encode(final String text) {
    Objects.requireNonNull(text, "text");
    for (int i = 0; i < text.length(); i++) {
      final char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        final boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new IllegalArgumentException("half of a surrogate pair at " + i);
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The first bytes of a text in UTF-8, up to the end of a character. */
  static byte[] cut(final String text, final int max) {
    final byte[] all = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(max, all.length);
    while (end < all.length && (all[end] & 0xc0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  /** A text that has come, and was checked; its bytes stay where they are. */
  static String decode(final EventBuffer data) {
    return new String(data.toByteArray(), StandardCharsets.UTF_8);
  }
}
