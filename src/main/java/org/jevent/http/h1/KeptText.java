package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last text of one kind, which is used again when the next one has the same bytes. */
final class KeptText {
  /** A longer one is not kept while there is no message. */
  private static final int SMALL = 256;

  private byte[] bytes;
  private String text;

  /** The text of these bytes, in ISO-8859-1. */
  String of(final byte[] source, final int from, final int to) {
    if (text == null || !Arrays.equals(bytes, 0, bytes.length, source, from, to)) {
      bytes = Arrays.copyOfRange(source, from, to);
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  void idle() {
    if (text != null && text.length() > SMALL) {
      bytes = null;
      text = null;
    }
  }
}
