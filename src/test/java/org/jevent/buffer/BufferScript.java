package org.jevent.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jevent.EventBase;

/**
 * Does the same to a few buffers and to their models, and compares everything that can be seen
 * after each step.
 */
final class BufferScript implements AutoCloseable {
  static final int BUFFERS = 3;
  static final int KINDS = 22 + BinarySteps.KINDS;
  private static final byte[] ALPHABET = {'a', 'b', '\r', '\n', 0};

  /** One step: what to do with which buffers, and two numbers to do it with. */
  record Step(int kind, int buffer, int other, int size, long salt) {}

  private static final class Watched {
    final EventBuffer buffer;
    final BufferModel model = new BufferModel();
    long counted;

    Watched(final EventBuffer buffer) {
      this.buffer = buffer;
      buffer.addCallback(
          (self, before, added, removed) -> {
            assertThat(before).isEqualTo(counted);
            counted += added - removed;
            assertThat(counted).isEqualTo(self.length());
          });
    }
  }

  private final List<Watched> all = new ArrayList<>();
  private final List<int[]> releases = new ArrayList<>();
  private final byte[] fileBytes = bytes(50_000, new Random(1));
  private final Path path;
  private final FileSegment file;

  /**
   * @param base null: buffers without a base
   */
  BufferScript(final EventBase base) {
    try {
      path = Files.createTempFile("buffer", ".bytes");
      Files.write(path, fileBytes);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    file = FileSegment.open(base, path, 0, -1, 0);
    for (int i = 0; i < BUFFERS; i++) {
      all.add(new Watched(base == null ? new EventBuffer() : new EventBuffer(base)));
    }
  }

  private static byte[] bytes(final int count, final Random random) {
    final byte[] made = new byte[count];
    for (int i = 0; i < count; i++) {
      made[i] = random.nextInt(4) > 0 ? (byte) 'x' : ALPHABET[random.nextInt(ALPHABET.length)];
    }
    return made;
  }

  void run(final List<Step> steps) {
    for (final Step step : steps) {
      final Random random = new Random(step.salt);
      final Watched target = all.get(step.buffer);
      if (step.kind < 12) {
        change(step, target, all.get(step.other), random);
      } else if (step.kind < 22) {
        look(step, target, random);
      } else {
        BinarySteps.run(step.kind - 22, target.buffer, target.model, random);
      }
      for (final Watched watched : all) {
        assertThat(watched.buffer.length()).as("%s", step).isEqualTo(watched.model.bytes.length);
        assertThat(watched.counted).as("%s", step).isEqualTo(watched.model.bytes.length);
      }
      assertThat(target.buffer.toByteArray()).as("%s", step).isEqualTo(target.model.bytes);
    }
  }

  private void change(
      final Step step, final Watched target, final Watched other, final Random random) {
    final EventBuffer buffer = target.buffer;
    final BufferModel model = target.model;
    switch (step.kind) {
      case 0 -> add(target, bytes(step.size, random), random);
      case 1 -> refer(target, bytes(step.size, random), random);
      case 2 -> {
        buffer.add(other.buffer);
        if (target != other) {
          model.add(other.model.take(Long.MAX_VALUE));
        }
      }
      case 3 -> {
        if (target == other) {
          assertThatThrownBy(() -> buffer.addBufferReference(other.buffer))
              .isInstanceOf(IllegalArgumentException.class);
        } else {
          buffer.addBufferReference(other.buffer);
          model.add(other.model.bytes);
        }
      }
      case 4 -> {
        final int from = random.nextInt(fileBytes.length);
        final int count = Math.min(step.size, fileBytes.length - from);
        buffer.addFileSegment(file, from, count);
        model.add(Arrays.copyOfRange(fileBytes, from, from + count));
      }
      case 5 -> {
        final byte[] source = bytes(step.size, random);
        buffer.prepend(source);
        model.prepend(source);
      }
      case 6 -> {
        buffer.prepend(other.buffer);
        if (target != other) {
          model.prepend(other.model.take(Long.MAX_VALUE));
        }
      }
      case 7 -> {
        final byte[] removed = new byte[step.size];
        final int count = buffer.remove(removed);
        assertThat(Arrays.copyOf(removed, count)).isEqualTo(model.take(step.size));
      }
      case 8 -> assertThat(buffer.drain(step.size)).isEqualTo(model.take(step.size).length);
      case 9 -> {
        if (target != other) {
          final byte[] moved = model.take(step.size);
          assertThat(buffer.removeTo(other.buffer, step.size)).isEqualTo(moved.length);
          other.model.add(moved);
        }
      }
      case 10 -> reserve(target, step.size + 1, random);
      case 11 -> readLine(target, random);
      default -> throw new IllegalStateException("no kind " + step.kind);
    }
  }

  private static void add(final Watched target, final byte[] source, final Random random) {
    switch (random.nextInt(4)) {
      case 0 -> target.buffer.add(source);
      case 1 -> target.buffer.add(ByteBuffer.wrap(source));
      case 2 -> target.buffer.add(direct(source));
      default -> {
        final int half = source.length / 2;
        final ByteBuffer[] parts = {
          ByteBuffer.wrap(source, 0, half), ByteBuffer.wrap(source, half, source.length - half)
        };
        assertThat(target.buffer.addAll(parts)).isEqualTo(source.length);
      }
    }
    target.buffer.add((byte) 'y');
    target.model.add(source);
    target.model.add(new byte[] {'y'});
  }

  private static ByteBuffer direct(final byte[] source) {
    return ByteBuffer.allocateDirect(source.length).put(source).flip();
  }

  private void refer(final Watched target, final byte[] source, final Random random) {
    final int[] released = {0};
    releases.add(released);
    final ByteBuffer bytes = random.nextBoolean() ? ByteBuffer.wrap(source) : direct(source);
    target.buffer.addReference(bytes, () -> released[0]++);
    target.model.add(source);
  }

  private static void reserve(final Watched target, final int size, final Random random) {
    final Reservation room = target.buffer.reserve(size, 1 + random.nextInt(2));
    assertThat(room.size()).isGreaterThanOrEqualTo(size);
    int left = random.nextInt(size + 1);
    for (final ByteBuffer view : room.views()) {
      final byte[] part = bytes(Math.min(left, view.remaining()), random);
      view.put(part);
      target.model.add(part);
      left -= part.length;
    }
    target.buffer.commit(room);
  }

  private static void readLine(final Watched target, final Random random) {
    final Eol style = Eol.values()[random.nextInt(Eol.values().length)];
    final int[] expected = target.model.eol(style, 0);
    final byte[] line = target.buffer.readLineBytes(style);
    if (expected == null) {
      assertThat(line).as("%s", style).isNull();
    } else {
      assertThat(line).as("%s", style).isEqualTo(target.model.take(expected[0]));
      target.model.take(expected[1] - expected[0]);
    }
  }

  private static void look(final Step step, final Watched target, final Random random) {
    final EventBuffer buffer = target.buffer;
    final BufferModel model = target.model;
    final int length = model.bytes.length;
    final int from = random.nextInt(length + 1);
    final int count = random.nextInt(length - from + 1);
    switch (step.kind) {
      case 12 -> {
        final ByteBuffer view = buffer.pullUp(step.size);
        if (step.size > length) {
          assertThat(view).isNull();
        } else {
          assertThat(array(view)).isEqualTo(model.range(0, step.size));
          assertThat(buffer.contiguousLength()).isGreaterThanOrEqualTo(step.size);
        }
      }
      case 13 -> {
        final ByteBuffer[] views = new ByteBuffer[buffer.peek(from, count, null)];
        assertThat(buffer.peek(from, count, views)).isEqualTo(views.length);
        final BufferModel seen = new BufferModel();
        for (final ByteBuffer view : views) {
          seen.add(array(view));
        }
        assertThat(seen.bytes).isEqualTo(model.range(from, count));
      }
      case 14 -> buffer.expand(step.size);
      case 15 -> {
        final byte[] pattern = bytes(random.nextInt(4), random);
        assertThat(buffer.search(pattern, from, from + count))
            .isEqualTo(model.search(pattern, from, from + count));
      }
      case 16 -> {
        final byte wanted = ALPHABET[random.nextInt(ALPHABET.length)];
        assertThat(buffer.indexOf(wanted, from))
            .isEqualTo(model.search(new byte[] {wanted}, from, length));
      }
      case 17 -> {
        final byte wanted = ALPHABET[random.nextInt(ALPHABET.length)];
        int last = length - 1;
        while (last >= 0 && model.bytes[last] != wanted) {
          last--;
        }
        assertThat(buffer.lastIndexOf(wanted)).isEqualTo(last);
      }
      case 18 -> {
        final Eol style = Eol.values()[random.nextInt(Eol.values().length)];
        final int[] expected = model.eol(style, from);
        final EolMatch found = buffer.searchEol(style, from);
        if (expected == null) {
          assertThat(found).as("%s from %d", style, from).isNull();
        } else {
          assertThat(found)
              .as("%s from %d", style, from)
              .isEqualTo(new EolMatch(expected[0], expected[1] - expected[0]));
        }
      }
      case 19 -> {
        final byte[] copy = new byte[count];
        buffer.copyOut(from, copy, 0, count);
        assertThat(copy).isEqualTo(model.range(from, count));
      }
      case 20 -> {
        if (from < length) {
          assertThat(buffer.get(from)).isEqualTo(model.bytes[from]);
        }
      }
      case 21 -> frozen(target);
      default -> throw new IllegalStateException("no kind " + step.kind);
    }
  }

  private static byte[] array(final ByteBuffer view) {
    final byte[] copy = new byte[view.remaining()];
    view.get(copy);
    return copy;
  }

  private static void frozen(final Watched target) {
    final EventBuffer buffer = target.buffer;
    buffer.freezeFront();
    assertThatThrownBy(() -> buffer.drain(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> buffer.prepend(new byte[1])).isInstanceOf(IllegalStateException.class);
    buffer.unfreezeFront();
    buffer.freezeBack();
    assertThatThrownBy(() -> buffer.add((byte) 1)).isInstanceOf(IllegalStateException.class);
    buffer.unfreezeBack();
  }

  @Override
  public void close() {
    all.forEach(watched -> watched.buffer.close());
    file.close();
    assertThat(releases).allSatisfy(count -> assertThat(count[0]).isEqualTo(1));
    try {
      Files.delete(path);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
