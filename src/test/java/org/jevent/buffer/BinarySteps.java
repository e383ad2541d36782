package org.jevent.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Steps of a {@link BufferScript} with what binary protocols need. */
final class BinarySteps {
  static final int KINDS = 11;

  private final EventBuffer buffer;
  private final BufferModel model;
  private final Random random;
  private final int from;
  private final int count;

  private BinarySteps(final EventBuffer buffer, final BufferModel model, final Random random) {
    this.buffer = buffer;
    this.model = model;
    this.random = random;
    from = random.nextInt(model.bytes.length + 1);
    count = random.nextInt(model.bytes.length - from + 1);
  }

  static void run(
      final int kind, final EventBuffer buffer, final BufferModel model, final Random random) {
    final BinarySteps steps = new BinarySteps(buffer, model, random);
    switch (kind) {
      case 0 -> steps.addInteger();
      case 1 -> steps.readInteger();
      case 2 -> steps.getInteger();
      case 3 -> steps.addDecimal();
      case 4 -> steps.readBytes();
      case 5 -> steps.slice();
      case 6 -> steps.transform();
      case 7 -> steps.startsWith();
      case 8 -> steps.visit();
      case 9 -> steps.search();
      case 10 -> steps.readLine();
      default -> throw new IllegalStateException("no kind " + kind);
    }
  }

  private ByteOrder order() {
    return random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private static byte[] ordered(final byte[] bytes, final ByteOrder order) {
    final byte[] copy = bytes.clone();
    if (order == ByteOrder.LITTLE_ENDIAN) {
      for (int i = 0; i < copy.length; i++) {
        copy[i] = bytes[bytes.length - 1 - i];
      }
    }
    return copy;
  }

  private void addInteger() {
    final int size = 1 + random.nextInt(Long.BYTES);
    final ByteOrder order = order();
    final byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    final BigInteger value =
        random.nextBoolean() ? new BigInteger(bytes) : new BigInteger(1, bytes);
    assertThat(buffer.addInteger(value.longValue(), size, order)).isSameAs(buffer);
    model.add(ordered(bytes, order));
    if (size < Long.BYTES) {
      final long beyond = (1L << (size * Byte.SIZE)) + random.nextInt(100);
      assertThatThrownBy(() -> buffer.addInteger(beyond, size, order))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("value " + beyond);
    }
  }

  private void readInteger() {
    final int size = 1 + random.nextInt(Long.BYTES);
    final ByteOrder order = order();
    if (size > model.bytes.length) {
      assertThatThrownBy(() -> buffer.readInteger(size, order))
          .isInstanceOf(IndexOutOfBoundsException.class);
      return;
    }
    final byte[] bytes = ordered(model.take(size), order);
    if (random.nextBoolean()) {
      assertThat(buffer.readInteger(size, order)).isEqualTo(new BigInteger(bytes).longValue());
    } else {
      assertThat(buffer.readUnsigned(size, order)).isEqualTo(new BigInteger(1, bytes).longValue());
    }
  }

  private void getInteger() {
    final int size = 1 + random.nextInt(Long.BYTES);
    final ByteOrder order = order();
    if (from + size > model.bytes.length) {
      assertThatThrownBy(() -> buffer.getInteger(from, size, order))
          .isInstanceOf(IndexOutOfBoundsException.class);
      return;
    }
    final byte[] bytes = ordered(model.range(from, size), order);
    assertThat(buffer.getInteger(from, size, order)).isEqualTo(new BigInteger(bytes).longValue());
    assertThat(buffer.getUnsigned(from, size, order))
        .isEqualTo(new BigInteger(1, bytes).longValue());
    if (order == ByteOrder.BIG_ENDIAN) {
      assertThat(buffer.getInteger(from, size)).isEqualTo(new BigInteger(bytes).longValue());
    }
  }

  private void addDecimal() {
    final long value =
        random.nextInt(8) == 0 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(Long.SIZE);
    buffer.addDecimal(value);
    model.add(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  private void readBytes() {
    if (count > 0) {
      assertThatThrownBy(() -> buffer.readBytes(model.bytes.length + count))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(buffer.readBytes(count)).isEqualTo(model.take(count));
  }

  /** The slice keeps its bytes, whatever happens to those of its source. */
  private void slice() {
    final byte[] before = model.range(from, count);
    try (EventBuffer slice = buffer.slice(from, count)) {
      assertThat(slice.toByteArray()).isEqualTo(before);
      if (random.nextBoolean()) {
        transform();
        assertThat(slice.toByteArray()).isEqualTo(before);
      }
      if (random.nextBoolean()) {
        buffer.add(slice.add((byte) 'z'));
        model.add(before);
        model.add(new byte[] {'z'});
      }
    }
  }

  /** A mask of eight bytes, that begins with the range and is cut with it. */
  private void transform() {
    final long mask = random.nextLong();
    if (random.nextBoolean()) {
      buffer.transform(from, count, word -> word ^ mask);
    } else {
      buffer.transform(from, count, (word, argument) -> word ^ argument, mask);
    }
    for (int i = 0; i < count; i++) {
      model.bytes[from + i] ^= (byte) (mask >>> (i % Long.BYTES * Byte.SIZE));
    }
  }

  private void startsWith() {
    final byte[] prefix = model.range(from, count);
    assertThat(buffer.startsWith(prefix, from)).isTrue();
    if (count > 0) {
      prefix[random.nextInt(count)]++;
      assertThat(buffer.startsWith(prefix, from)).isFalse();
    }
    final byte[] longer = Arrays.copyOf(model.range(from, model.bytes.length - from), 20_001);
    assertThat(buffer.startsWith(longer, from))
        .isEqualTo(
            longer.length <= model.bytes.length - from
                && Arrays.equals(longer, model.range(from, longer.length)));
  }

  private void visit() {
    final BufferModel seen = new BufferModel();
    final boolean whole =
        buffer.forEachSegment(
            from,
            count,
            bytes -> {
              assertThat(bytes.position()).isEqualTo(from + seen.bytes.length);
              seen.add(copyOf(bytes));
              return seen.bytes.length < 5000;
            });
    assertThat(seen.bytes).isEqualTo(model.range(from, seen.bytes.length));
    assertThat(whole).isEqualTo(seen.bytes.length == count && count < 5000);
    assertThat(whole || seen.bytes.length >= 5000).isTrue();
  }

  /** By words as far as there are any, then bytes; and in one call. */
  private static byte[] copyOf(final ByteView bytes) {
    final byte[] copy = new byte[bytes.length()];
    int at = 0;
    for (; at + Long.BYTES <= copy.length; at += Long.BYTES) {
      for (int i = 0; i < Long.BYTES; i++) {
        copy[at + i] = (byte) (bytes.word(at) >>> (i * Byte.SIZE));
      }
    }
    for (; at < copy.length; at++) {
      copy[at] = bytes.get(at);
    }
    final byte[] same = new byte[copy.length];
    bytes.copyTo(0, same, 0, same.length);
    assertThat(same).isEqualTo(copy);
    return copy;
  }

  private void search() {
    final byte[] pattern = model.range(from, Math.min(count, 1 + random.nextInt(70)));
    final int start = random.nextInt(from + 1);
    assertThat(buffer.search(pattern, start))
        .isEqualTo(model.search(pattern, start, model.bytes.length));
  }

  private void readLine() {
    final Eol style = Eol.values()[random.nextInt(Eol.values().length)];
    final byte[] target = new byte[random.nextInt(100)];
    final int[] end = model.eol(style, 0);
    final int length;
    try {
      length = buffer.readLine(style, target);
    } catch (final LineTooLongException e) {
      assertThat(e.maxLength()).isEqualTo(target.length);
      assertThat(end == null ? model.bytes.length : end[0]).isGreaterThan(target.length);
      return;
    }
    if (length < 0) {
      // The last byte may begin an ending that is not complete.
      assertThat(end).isNull();
      assertThat(model.bytes.length).isLessThanOrEqualTo(target.length + 1);
    } else {
      assertThat(end).isNotNull();
      assertThat(Arrays.copyOf(target, length)).isEqualTo(model.take(end[0]));
      model.take(end[1] - end[0]);
    }
  }
}
