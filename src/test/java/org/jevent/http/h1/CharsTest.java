package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Eight bytes at a time give what one after the other does. */
class CharsTest {
  @FunctionalInterface
  private interface Find {
    int find(byte[] bytes, int from, int stop);
  }

  private static int slow(
      final byte[] bytes, final int from, final int stop, final IntPredicate found) {
    for (int i = from; i < stop; i++) {
      if (found.test(bytes[i] & 0xff)) {
        return i;
      }
    }
    return stop;
  }

  private static boolean isControl(final int c) {
    return c < 0x20 || c == 0x7f;
  }

  private static boolean isNotPlain(final int c) {
    return c < '/' || (c >= '<' && c <= '?') || c == '\\' || c >= 0x7f;
  }

  /** Words of one byte with another one among them, at each place and alignment. */
  private static void compare(final Find find, final IntPredicate found) {
    for (int usual = 0; usual < 256; usual++) {
      for (int odd = 0; odd < 256; odd++) {
        final byte[] bytes = new byte[24];
        Arrays.fill(bytes, (byte) usual);
        final int place = 3 + (usual * 31 + odd) % 17;
        bytes[place] = (byte) odd;
        for (int from = 0; from < 10; from++) {
          final int wanted = slow(bytes, from, 24, found);
          if (find.find(bytes, from, 24) != wanted) {
            assertThat(find.find(bytes, from, 24))
                .as("%d among %d at %d from %d", odd, usual, place, from)
                .isEqualTo(wanted);
          }
        }
      }
    }
  }

  /** One odd byte at each place of a word, seen from each alignment and to each end. */
  private static void everywhere(final Find find, final IntPredicate found) {
    for (int odd = 0; odd < 256; odd++) {
      for (int place = 0; place < 20; place++) {
        final byte[] bytes = new byte[20];
        Arrays.fill(bytes, (byte) 'a');
        bytes[place] = (byte) odd;
        for (int from = 0; from < 9; from++) {
          for (int stop = from; stop <= 20; stop++) {
            final int wanted = slow(bytes, from, stop, found);
            if (find.find(bytes, from, stop) != wanted) {
              assertThat(find.find(bytes, from, stop))
                  .as("%d at %d in %d..%d", odd, place, from, stop)
                  .isEqualTo(wanted);
            }
          }
        }
      }
    }
  }

  @Test
  void controls() {
    compare(Chars::findControl, CharsTest::isControl);
    everywhere(Chars::findControl, CharsTest::isControl);
  }

  @Test
  void bytesOfTargets() {
    compare(Chars::findNotPlain, CharsTest::isNotPlain);
    everywhere(Chars::findNotPlain, CharsTest::isNotPlain);
  }

  @Test
  void tables() {
    for (int c = 0; c < 256; c++) {
      final byte value = (byte) c;
      assertThat(Chars.isToken(value)).as("%d", c).isEqualTo(VectorTable.isToken(c));
      assertThat(Chars.isControl(value)).isEqualTo(isControl(c) && c != '\t');
      assertThat(Chars.isPlain(value)).isEqualTo(!isNotPlain(c));
      final int digit = c < 128 ? Character.digit(c, 16) : -1;
      assertThat(Chars.hex(value)).isEqualTo(digit);
      final int lower = c >= 'A' && c <= 'Z' ? c + 32 : c;
      assertThat(Chars.lower(value)).isEqualTo((byte) lower);
    }
  }
}
