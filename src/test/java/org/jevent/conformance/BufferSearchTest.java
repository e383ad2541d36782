package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.bytes;
import static org.jevent.conformance.Buffers.inEachForm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.buffer.BufferPosition;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EolMatch;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.LineTooLongException;

/** Lines, patterns and positions, and looking at bytes where they are. */
class BufferSearchTest {
  private static List<String> lines(final EventBuffer buffer, final Eol style) {
    final List<String> lines = new ArrayList<>();
    String line;
    while ((line = buffer.readLine(style)) != null) {
      lines.add(line);
    }
    return lines;
  }

  @EngineTest
  void linesAreReadInEachStyle(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final String[] parts = {"one\r", "\ntwo\n", "\r\r\n", "\n", "th", "ree\r\nrest"};
          final EventBuffer any = buffers.ofParts(parts);
          assertThat(lines(any, Eol.ANY)).containsExactly("one", "two", "three");
          assertHolds(any, "rest");
          final EventBuffer crlf = buffers.ofParts(parts);
          assertThat(lines(crlf, Eol.CRLF)).containsExactly("one", "two", "\r", "", "three");
          assertHolds(crlf, "rest");
          final EventBuffer strict = buffers.ofParts(parts);
          assertThat(lines(strict, Eol.CRLF_STRICT)).containsExactly("one", "two\n\r", "\nthree");
          assertHolds(strict, "rest");
          final EventBuffer lf = buffers.ofParts(parts);
          assertThat(lines(lf, Eol.LF)).containsExactly("one\r", "two", "\r\r", "", "three\r");
          assertHolds(lf, "rest");
          final EventBuffer nul = buffers.ofParts("a\0b", "c\0\0d");
          assertThat(lines(nul, Eol.NUL)).containsExactly("a", "bc", "");
          assertHolds(nul, "d");
        });
  }

  @EngineTest
  void aLineThatIsNotCompleteStays(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("half");
          for (final Eol style : Eol.values()) {
            assertThat(buffer.readLine(style)).isNull();
            assertThat(buffer.readLine(style, new byte[10])).isEqualTo(-1);
          }
          assertHolds(buffer, "half");
          buffer.add(" a line\nnext");
          final byte[] target = new byte[20];
          assertThatThrownBy(() -> buffer.readLine(Eol.LF, new byte[10]))
              .isInstanceOf(LineTooLongException.class);
          assertThat(buffer.readLine(Eol.LF, target)).isEqualTo(11);
          assertThat(new String(target, 0, 11, java.nio.charset.StandardCharsets.US_ASCII))
              .isEqualTo("half a line");
          assertHolds(buffer, "next");
        });
  }

  @EngineTest
  void endingsAreFoundWithTheirLengths(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("ab\r", "\ncd\r", "\r\n\n", "\0x");
          assertThat(buffer.searchEol(Eol.ANY, 0)).isEqualTo(new EolMatch(2, 2));
          assertThat(buffer.searchEol(Eol.ANY, 4)).isEqualTo(new EolMatch(6, 4));
          assertThat(buffer.searchEol(Eol.CRLF, 0)).isEqualTo(new EolMatch(2, 2));
          assertThat(buffer.searchEol(Eol.CRLF, 3)).isEqualTo(new EolMatch(3, 1));
          assertThat(buffer.searchEol(Eol.CRLF, 4)).isEqualTo(new EolMatch(7, 2));
          assertThat(buffer.searchEol(Eol.CRLF_STRICT, 3)).isEqualTo(new EolMatch(7, 2));
          assertThat(buffer.searchEol(Eol.LF, 4)).isEqualTo(new EolMatch(8, 1));
          assertThat(buffer.searchEol(Eol.NUL, 0)).isEqualTo(new EolMatch(10, 1));
          assertThat(buffer.searchEol(Eol.CRLF_STRICT, 9)).isNull();
          assertThat(buffer.searchEol(Eol.ANY, 12)).isNull();
        });
  }

  @EngineTest
  void patternsAreFoundAcrossSegmentsAndWithinRanges(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("abcd", "efg", "", "habc", "abcx");
          assertThat(buffer.search(bytes("abc"))).isZero();
          assertThat(buffer.search(bytes("cdefgh"))).isEqualTo(2);
          assertThat(buffer.search(bytes("abcabc"))).isEqualTo(8);
          assertThat(buffer.search(bytes("abcx"))).isEqualTo(11);
          assertThat(buffer.search(bytes("abcxy"))).isEqualTo(-1);
          assertThat(buffer.search(bytes("abc"), 1, 15)).isEqualTo(8);
          assertThat(buffer.search(bytes("abc"), 1, 10)).isEqualTo(-1);
          assertThat(buffer.search(bytes("abc"), 9, 14)).isEqualTo(11);
          assertThat(buffer.search(bytes("x"), 14, 15)).isEqualTo(14);
          assertThat(buffer.search(new byte[0])).isZero();
          assertThatThrownBy(() -> buffer.search(bytes("a"), 0, 16))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThat(buffers.empty().search(bytes("a"))).isEqualTo(-1);
        });
  }

  @EngineTest
  void everyPlaceInAWordIsFound(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("\u0080\u00ff\u007f\u0001".repeat(10));
          for (int at = 0; at <= 40; at++) {
            final EventBuffer copy = buffers.empty();
            copy.add(java.util.Arrays.copyOf(buffer.toByteArray(), at));
            copy.add((byte) '\n').add("tail");
            assertThat(copy.indexOf((byte) '\n')).isEqualTo(at);
            assertThat(copy.lastIndexOf((byte) '\n')).isEqualTo(at);
            assertThat(copy.indexOf((byte) 0)).isEqualTo(-1);
          }
        });
  }

  @EngineTest
  void positionsAreSetAndMovedWithinTheBuffer(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("0123456789", "abcdef");
          final BufferPosition position = buffer.position(3);
          assertThat(position.add(10)).isTrue();
          assertThat(position.value()).isEqualTo(13);
          assertThat(position.add(-13)).isTrue();
          assertThat(position.set(16)).isTrue();
          assertThat(position.add(1)).isFalse();
          assertThat(position.value()).isEqualTo(BufferPosition.NONE);
          assertThat(position.add(0)).isFalse();
          assertThat(position.set(17)).isFalse();
          assertThat(position.set(0)).isTrue();
          assertThat(position.add(Long.MAX_VALUE)).isFalse();
          assertThatThrownBy(() -> buffer.position(17))
              .isInstanceOf(IndexOutOfBoundsException.class);
        });
  }

  @EngineTest
  void bytesAreShownWhereTheyAre(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("first", "second", "third");
          assertThat(buffer.peek(0, -1, null)).isEqualTo(3);
          assertThat(buffer.peek(0, 5, null)).isEqualTo(1);
          assertThat(buffer.peek(0, 6, null)).isEqualTo(2);
          assertThat(buffer.peek(0, 1000, null)).isEqualTo(3);
          assertThat(buffer.peek(16, -1, null)).isZero();
          assertThat(buffers.empty().peek(0, -1, null)).isZero();
          final ByteBuffer[] views = new ByteBuffer[2];
          assertThat(buffer.peek(3, -1, views)).isEqualTo(3);
          assertThat(bytesOf(views[0])).isEqualTo("st");
          assertThat(bytesOf(views[1])).isEqualTo("second");
          assertThat(buffer.peek(7, 3, views)).isEqualTo(1);
          assertThat(bytesOf(views[0])).isEqualTo("con");
          assertHolds(buffer, "firstsecondthird");
        });
  }

  private static String bytesOf(final ByteBuffer view) {
    return java.nio.charset.StandardCharsets.ISO_8859_1.decode(view.duplicate()).toString();
  }

  @EngineTest
  void pullingUpPutsBytesTogether(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("", "abc", "", "def", "g");
          assertThat(buffer.pullUp(8)).isNull();
          assertThat(bytesOf(buffer.pullUp(2))).isEqualTo("ab");
          assertThat(bytesOf(buffer.pullUp(5))).isEqualTo("abcde");
          assertThat(buffer.contiguousLength()).isGreaterThanOrEqualTo(5);
          assertThat(bytesOf(buffer.pullUp(-1))).isEqualTo("abcdefg");
          assertHolds(buffer, "abcdefg");
          assertThat(buffers.empty().pullUp(-1).remaining()).isZero();
          assertThat(buffers.empty().pullUp(1)).isNull();
          final EventBuffer reserved = buffers.withEmptyRoom("xy", 300);
          assertThat(reserved.pullUp(3)).isNull();
          assertThat(bytesOf(reserved.pullUp(2))).isEqualTo("xy");
        });
  }
}
