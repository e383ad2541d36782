package org.jevent.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import org.jevent.buffer.EventBuffer;

/**
 * The masks of frames (RFC 6455, section 5.3). A mask is a word of eight bytes, the first byte the
 * lowest: the four bytes of the frame, twice.
 */
final class Masking {
  private static final int BLOCK = 4096;
  private static final int MASK = 4;

  private static final VarHandle LITTLE_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final RandomGenerator random;
  private final byte[] block = new byte[BLOCK];
  private int at = BLOCK;

  /**
   * @param random whose numbers no peer can foresee
   */
  Masking(final RandomGenerator random) {
    this.random = random;
  }

  /** Bytes that no peer can foresee. */
  void fill(final byte[] bytes) {
    random.nextBytes(bytes);
  }

  /** A new mask, which no peer can foresee. */
  int next() {
    if (at == BLOCK) {
      random.nextBytes(block);
      at = 0;
    }
    final int mask = (int) LITTLE_INT.get(block, at);
    LITTLE_INT.set(block, at, 0); // it is used once
    at += MASK;
    return mask;
  }

  /** The mask of a frame's head. */
  static int read(final byte[] head, final int at) {
    return (int) LITTLE_INT.get(head, at);
  }

  static void write(final byte[] head, final int at, final int mask) {
    LITTLE_INT.set(head, at, mask);
  }

  /** The mask as a word that begins at a place of the payload. */
  static long word(final int mask, final long offset) {
    final int turned = Integer.rotateRight(mask, (int) (offset & 3) * Byte.SIZE);
    return (turned & 0xffff_ffffL) | (long) turned << Integer.SIZE;
  }

  /** Masks bytes of a buffer, or takes the mask away. */
  static void apply(
      final EventBuffer buffer,
      final long from,
      final long count,
      final int mask,
      final long offset) {
    if (mask != 0 && count > 0) {
      buffer.transform(from, count, Masking::xor, word(mask, offset));
    }
  }

  private static long xor(final long word, final long mask) {
    return word ^ mask;
  }

  /** The same in an array, where all of the payload is from a place on. */
  static void apply(final byte[] bytes, final int from, final int count, final int mask) {
    final long word = word(mask, 0);
    int done = 0;
    for (; done <= count - Long.BYTES; done += Long.BYTES) {
      LITTLE_LONG.set(bytes, from + done, (long) LITTLE_LONG.get(bytes, from + done) ^ word);
    }
    for (; done < count; done++) {
      bytes[from + done] ^= (byte) (word >>> ((done & 7) * Byte.SIZE));
    }
  }
}
