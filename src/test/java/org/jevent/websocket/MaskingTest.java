package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** Masks at every place of a payload and of a buffer, against a byte at a time. */
class MaskingTest {
  private static final int MAX = 40;
  private static final byte[] MASK = {0x11, (byte) 0x82, 0x43, (byte) 0xf4};
  private static final int WORD = Masking.read(MASK, 0);

  private static byte[] random(final int count) {
    final byte[] made = new byte[count];
    new Random(count).nextBytes(made);
    return made;
  }

  /** The bytes from a place on, each with its byte of the mask. */
  private static byte[] expected(
      final byte[] bytes, final int from, final int count, final long offset) {
    final byte[] made = bytes.clone();
    for (int i = 0; i < count; i++) {
      made[from + i] ^= MASK[(int) ((offset + i) % 4)];
    }
    return made;
  }

  @Test
  void arrays() {
    for (int from = 0; from < 15; from++) {
      for (int count = 0; count <= MAX; count++) {
        final byte[] bytes = random(from + MAX + 3);
        final byte[] made = bytes.clone();
        Masking.apply(made, from, count, WORD);
        assertThat(made).isEqualTo(expected(bytes, from, count, 0));
      }
    }
  }

  @Test
  void buffersOfOneSegment() {
    for (int from = 0; from < 9; from++) {
      for (long offset = 0; offset < 9; offset++) {
        for (int count = 0; count <= MAX; count++) {
          final byte[] bytes = random(from + MAX + 3);
          try (EventBuffer buffer = new EventBuffer()) {
            buffer.add(bytes);
            Masking.apply(buffer, from, count, WORD, offset);
            assertThat(buffer.toByteArray()).isEqualTo(expected(bytes, from, count, offset));
          }
        }
      }
    }
  }

  @Test
  void buffersOfThreeSegments() {
    for (long offset = 0; offset < 4; offset++) {
      for (int one = 0; one <= MAX; one++) {
        for (int other = one; other <= MAX; other++) {
          final byte[] bytes = random(MAX);
          try (EventBuffer buffer = new EventBuffer()) {
            reference(buffer, bytes, 0, one);
            reference(buffer, bytes, one, other);
            reference(buffer, bytes, other, MAX);
            Masking.apply(buffer, 1, MAX - 1, WORD, offset);
            assertThat(buffer.toByteArray()).isEqualTo(expected(bytes, 1, MAX - 1, offset));
            assertThat(bytes).as("the program's own").isEqualTo(random(MAX));
          }
        }
      }
    }
  }

  private static void reference(
      final EventBuffer buffer, final byte[] bytes, final int from, final int to) {
    buffer.addReference(ByteBuffer.wrap(bytes, from, to - from), null);
  }

  /** Offsets of payloads that are longer than an int holds. */
  @Test
  void farOffsets() {
    for (long offset = Long.MAX_VALUE - 4; offset < Long.MAX_VALUE; offset++) {
      try (EventBuffer made = new EventBuffer()) {
        made.add(new byte[9]);
        Masking.apply(made, 0, 9, WORD, offset);
        assertThat(made.toByteArray()).isEqualTo(expected(new byte[9], 0, 9, offset % 4));
      }
    }
  }

  @Test
  void theMaskOfAHead() {
    final byte[] head = new byte[7];
    Masking.write(head, 2, WORD);
    assertThat(head).isEqualTo(new byte[] {0, 0, 0x11, (byte) 0x82, 0x43, (byte) 0xf4, 0});
    assertThat(Masking.read(head, 2)).isEqualTo(WORD);
  }

  /** Masks of several blocks of random bytes: none is there twice but by chance. */
  @Test
  void newMasks() {
    final Masking masking = new Masking(new SecureRandom());
    final Set<Integer> seen = new HashSet<>();
    final int count = 5000;
    for (int i = 0; i < count; i++) {
      seen.add(masking.next());
    }
    assertThat(seen).hasSizeGreaterThan(count - 10);
    final int[] bits = new int[Integer.SIZE];
    seen.forEach(mask -> Arrays.setAll(bits, i -> bits[i] + (mask >>> i & 1)));
    assertThat(Arrays.stream(bits)).as("each bit is random").allMatch(ones -> ones > count / 3);
  }
}
