package org.jevent.websocket;

import org.jevent.buffer.ByteView;
import org.jevent.buffer.SegmentVisitor;

/**
 * Whether bytes that come in pieces are UTF-8 (RFC 3629, table of section 4). It refuses the first
 * byte that cannot be, also in the middle of a character.
 */
final class Utf8 implements SegmentVisitor {
  private static final long HIGHS = 0x8080808080808080L;

  private static final int CONTINUATION_MIN = 0x80;
  private static final int CONTINUATION_MAX = 0xbf;

  /** Bytes of a character that are still to come. */
  private int missing;

  /** What the next of them may be: the first one behind some leading bytes has a smaller range. */
  private int min;

  private int max;

  private boolean wrong;

  /** Begins another text. */
  void reset() {
    missing = 0;
    wrong = false;
  }

  /** Whether all bytes so far may be the beginning of a text. */
  boolean isRight() {
    return !wrong;
  }

  /** Whether they may also be all of it. */
  boolean isComplete() {
    return !wrong && missing == 0;
  }

  @Override
  public boolean visit(final ByteView bytes) {
    final int length = bytes.length();
    int at = 0;
    while (at < length && !wrong) {
      if (missing == 0) {
        while (at <= length - Long.BYTES && (bytes.word(at) & HIGHS) == 0) {
          at += Long.BYTES;
        }
        if (at == length) {
          break;
        }
      }
      take(bytes.get(at++) & 0xff);
    }
    return !wrong;
  }

  /** The same of an array. */
  boolean take(final byte[] bytes, final int from, final int count) {
    for (int at = from; at < from + count && !wrong; at++) {
      take(bytes[at] & 0xff);
    }
    return !wrong;
  }

  private void take(final int value) {
    if (missing > 0) {
      wrong = value < min || value > max;
      missing--;
      min = CONTINUATION_MIN;
      max = CONTINUATION_MAX;
    } else if (value >= CONTINUATION_MIN) {
      lead(value);
    }
  }

  private void lead(final int value) {
    min = CONTINUATION_MIN;
    max = CONTINUATION_MAX;
    if (value < 0xc2 || value > 0xf4) { // a continuation, overlong, or above U+10FFFF
      wrong = true;
    } else if (value < 0xe0) {
      missing = 1;
    } else if (value < 0xf0) {
      missing = 2;
      min = value == 0xe0 ? 0xa0 : min; // overlong
      max = value == 0xed ? 0x9f : max; // surrogates
    } else {
      missing = 3;
      min = value == 0xf0 ? 0x90 : min; // overlong
      max = value == 0xf4 ? 0x8f : max; // above U+10FFFF
    }
  }
}
