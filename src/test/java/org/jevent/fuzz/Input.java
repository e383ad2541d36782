package org.jevent.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one input, taken from the front; zeros follow the last. In place of Jazzer's own
 * reader, which not every platform of the tests has.
 */
public final class Input {
  private final byte[] bytes;
  private int next;

  public Input(final byte[] bytes) {
    this.bytes = bytes;
  }

  public int left() {
    return bytes.length - next;
  }

  private int unsigned() {
    return next < bytes.length ? bytes[next++] & 0xff : 0;
  }

  public boolean bit() {
    return unsigned() % 2 != 0;
  }

  /** A number from 0 to {@code max}, which is below 65,536. */
  public int number(final int max) {
    return (max < 256 ? unsigned() : unsigned() << 8 | unsigned()) % (max + 1);
  }

  /** Any number. */
  public int number() {
    return number(65_535) << 16 | number(65_535);
  }

  public <T> T one(final T[] of) {
    return of[number(of.length - 1)];
  }

  /** That many bytes, or those that are left. */
  public byte[] bytes(final int count) {
    final int from = next;
    next += Math.min(count, left());
    return Arrays.copyOfRange(bytes, from, next);
  }

  /** At most that many letters, of any kind. */
  public String text(final int max) {
    return new String(bytes(number(max)), StandardCharsets.UTF_8);
  }
}
