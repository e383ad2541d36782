package org.jevent.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Searching again and again, in a queue that grows and shrinks meanwhile, finds what searching an
 * array from the start finds.
 */
class SearchProperties {
  private static final int STEPS = 150;
  private static final byte[][] PATTERNS = {
    {'a'}, {'b'}, {'a', 'b'}, {'a', 'a', 'b'}, {'a', 'b', 'a', 'b', 'b'}, {'b', 'b', 'b', 'b'}
  };

  private final ByteQueue queue = new ByteQueue(null);
  private byte[] model = {};

  @Property
  void aSearchThatGoesOnFindsWhatOneFromTheStartFinds(@ForAll final long seed) {
    queue.clear();
    model = new byte[0];
    final Random random = new Random(seed);
    final int rare = 2 + random.nextInt(600);
    for (int i = 0; i < STEPS; i++) {
      change(random, rare);
      look(random);
      assertThat(queue.length()).isEqualTo(model.length);
    }
  }

  private void change(final Random random, final int rare) {
    switch (random.nextInt(12)) {
      case 0 -> {
        final int count = random.nextInt(1 + model.length / (1 + random.nextInt(4)));
        queue.drain(count);
        model = Arrays.copyOfRange(model, count, model.length);
      }
      case 1 -> {
        final byte[] more = bytes(random, random.nextInt(40), rare);
        queue.prepend(ByteBuffer.wrap(more), 0, more.length);
        model = joined(more, model);
      }
      case 2 -> queue.pullUp(random.nextInt(1 + model.length));
      case 3 -> {
        final ByteQueue other = new ByteQueue(null);
        final int count = random.nextInt(1 + model.length);
        queue.moveTo(other, count);
        queue.prependAll(other);
      }
      default -> {
        final byte[] more = bytes(random, random.nextInt(400), rare);
        if (random.nextBoolean()) {
          queue.add(more, 0, more.length);
        } else {
          queue.addReference(ByteBuffer.wrap(more), null);
        }
        model = joined(model, more);
      }
    }
  }

  private void look(final Random random) {
    final byte[] pattern = PATTERNS[random.nextInt(PATTERNS.length)];
    for (int again = random.nextInt(3); again >= 0; again--) {
      final int from = random.nextInt(3) > 0 ? 0 : random.nextInt(1 + model.length);
      final int to =
          random.nextInt(3) > 0 ? model.length : from + random.nextInt(1 + model.length - from);
      assertThat(Search.indexOf(queue, pattern, from, to)).isEqualTo(naive(pattern, from, to));
    }
    final byte wanted = (byte) ('a' + random.nextInt(2));
    if (random.nextInt(4) == 0) {
      int last = model.length - 1;
      while (last >= 0 && model[last] != wanted) {
        last--;
      }
      assertThat(Search.lastIndexOf(queue, wanted)).isEqualTo(last);
    }
    if (model.length > 0) {
      final int at = random.nextInt(model.length);
      assertThat(queue.get(at)).isEqualTo(model[at]);
      final byte[] copy = new byte[Math.min(50, model.length - at)];
      queue.copyOut(at, copy, 0, copy.length);
      assertThat(copy).isEqualTo(Arrays.copyOfRange(model, at, at + copy.length));
      final int shown = queue.peek(at, model.length - at, null);
      assertThat(queue.peek(at, model.length - at, new ByteBuffer[shown])).isEqualTo(shown);
    }
  }

  private long naive(final byte[] pattern, final int from, final int to) {
    for (int at = from; at + pattern.length <= to; at++) {
      if (Arrays.equals(model, at, at + pattern.length, pattern, 0, pattern.length)) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] bytes(final Random random, final int count, final int rare) {
    final byte[] made = new byte[count];
    for (int i = 0; i < count; i++) {
      final int kind = random.nextInt(rare);
      made[i] = kind == 0 ? (byte) 'b' : kind % 3 == 0 ? (byte) 'x' : (byte) 'a';
    }
    return made;
  }

  private static byte[] joined(final byte[] one, final byte[] other) {
    final byte[] sum = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, sum, one.length, other.length);
    return sum;
  }
}
