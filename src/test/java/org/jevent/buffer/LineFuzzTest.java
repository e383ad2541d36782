package org.jevent.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.jevent.fuzz.Input;

/** Lines of every style, in bytes that come in pieces, against an array of bytes. */
class LineFuzzTest {
  private static final int MAX_PIECE = 12;
  private static final byte[] LETTERS = {'a', '\r', '\n', 0, 'b', '\r', '\n', (byte) 0xff};

  @FuzzTest
  void linesEndWhereTheModelSays(final byte[] bytes) {
    final Input input = new Input(bytes);
    final Eol style = input.one(Eol.values());
    final int from = input.number(2 * MAX_PIECE);
    final BufferModel model = new BufferModel();
    try (EventBuffer buffer = new EventBuffer()) {
      while (input.left() > 0) {
        final boolean own = input.bit();
        final byte[] piece = letters(input.bytes(input.number(MAX_PIECE)));
        model.add(piece);
        if (own) {
          buffer.addReference(ByteBuffer.wrap(piece), null);
        } else {
          buffer.add(piece);
        }
      }
      for (final Eol each : Eol.values()) {
        compareSearch(buffer, model, each, Math.min(from, model.bytes.length));
      }
      compareLines(buffer, model, style);
    }
  }

  private static byte[] letters(final byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = LETTERS[bytes[i] & LETTERS.length - 1];
    }
    return bytes;
  }

  private static void compareSearch(
      final EventBuffer buffer, final BufferModel model, final Eol style, final int from) {
    final int[] expected = model.eol(style, from);
    assertThat(buffer.searchEol(style, from))
        .as("%s from %d", style, from)
        .isEqualTo(expected == null ? null : new EolMatch(expected[0], expected[1] - expected[0]));
  }

  private static void compareLines(
      final EventBuffer buffer, final BufferModel model, final Eol style) {
    boolean intoArray = false;
    int[] end = model.eol(style, 0);
    while (end != null) {
      final byte[] expected = model.take(end[0]);
      model.take(end[1] - end[0]);
      assertThat(intoArray ? readInto(buffer, style, end[0]) : buffer.readLineBytes(style))
          .as("%s", style)
          .isEqualTo(expected);
      assertThat(buffer.toByteArray()).as("%s", style).isEqualTo(model.bytes);
      intoArray = !intoArray;
      end = model.eol(style, 0);
    }
    assertThat(buffer.readLineBytes(style)).as("%s", style).isNull();
    assertThat(buffer.toByteArray()).isEqualTo(model.bytes);
  }

  private static byte[] readInto(final EventBuffer buffer, final Eol style, final int length) {
    final byte[] line = new byte[length];
    assertThat(buffer.readLine(style, line)).isEqualTo(length);
    return line;
  }
}
