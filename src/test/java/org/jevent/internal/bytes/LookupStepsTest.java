package org.jevent.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EolMatch;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.access.BufferAccess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What looking through a buffer costs, in bytes that were looked at and segments that were passed,
 * for any bytes of a peer. Four times the bytes take four times the steps.
 */
class LookupStepsTest {
  private static final int BYTES = 1 << 14;

  /** Segments are smaller than any but a test would make them. */
  private static final int PIECE = 32;

  private static final int MAX_STEPS_FOR_A_BYTE = 4;

  private static final Map<String, ObjIntConsumer<EventBuffer>> CASES = new TreeMap<>();

  static {
    for (final Eol style : Eol.values()) {
      CASES.put("a line that does not end, " + style, (b, n) -> arriving(b, n, 'x', style));
      CASES.put("returns without a feed, " + style, (b, n) -> arriving(b, n, '\r', style));
      CASES.put("feeds, " + style, (b, n) -> lines(b, n, '\n', style));
      CASES.put("returns, " + style, (b, n) -> lines(b, n, '\r', style));
      CASES.put("lines that stay, " + style, (b, n) -> linesThatStay(b, n, style));
    }
    CASES.put("the end of a header", LookupStepsTest::headerArriving);
    CASES.put("the end of a header that was found and stays", LookupStepsTest::headerStays);
    CASES.put("a pattern that nearly matches", LookupStepsTest::nearlyMatches);
    CASES.put("a pattern that nearly matches, piece by piece", LookupStepsTest::nearlyArriving);
    CASES.put("a byte that is not there", LookupStepsTest::byteArriving);
    CASES.put("a byte, searched behind what was drained", LookupStepsTest::drainedMeanwhile);
    CASES.put("the last of a byte", LookupStepsTest::lastArriving);
    CASES.put("four things in turn", LookupStepsTest::fourInTurn);
    CASES.put("a header that is put back in front", LookupStepsTest::headerPutBack);
    CASES.put("each byte", LookupStepsTest::eachByte);
    CASES.put("the last byte", LookupStepsTest::lastByte);
    CASES.put("pieces copied one after the other", LookupStepsTest::piecesCopied);
    CASES.put("pieces shown one after the other", LookupStepsTest::piecesShown);
    CASES.put("pieces counted as they come", LookupStepsTest::piecesCounted);
  }

  static Stream<String> cases() {
    return CASES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsGrowAsTheBytesDo(final String name) {
    final long few = steps(name, BYTES);
    final long many = steps(name, 4 * BYTES);
    assertThat(many).isLessThanOrEqualTo(4L * MAX_STEPS_FOR_A_BYTE * BYTES);
    assertThat(many).isLessThanOrEqualTo(4 * few + 4L * PIECE * PIECE);
  }

  private static long steps(final String name, final int bytes) {
    final ByteQueue queue = new ByteQueue(null);
    final Lookup lookup = queue.lookup(); // from now on it counts, whether it is needed or not
    try (EventBuffer buffer = view(queue)) {
      CASES.get(name).accept(buffer, bytes);
    }
    return lookup.steps;
  }

  private static void fourInTurn(final EventBuffer buffer, final int bytes) {
    for (int done = 0; done < bytes; done += 4 * PIECE) {
      add(buffer, 'x'); // a fourth of the bytes, as each is looked at four times
      assertThat(buffer.readLine(Eol.LF)).isNull();
      assertThat(buffer.readLine(Eol.NUL)).isNull();
      assertThat(buffer.search("\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo(-1);
      assertThat(buffer.lastIndexOf((byte) 'y')).isEqualTo(-1);
    }
  }

  private static void headerPutBack(final EventBuffer buffer, final int bytes) {
    final byte[] header = new byte[4];
    add(buffer, 'x');
    for (int done = 0; done < bytes; done += PIECE) {
      add(buffer, 'x');
      buffer.remove(header);
      buffer.prepend(header);
      assertThat(buffer.search("\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo(-1);
    }
  }

  private static void add(final EventBuffer buffer, final char what) {
    final byte[] piece = new byte[PIECE];
    Arrays.fill(piece, (byte) what);
    buffer.addReference(ByteBuffer.wrap(piece), null);
  }

  private static void arriving(
      final EventBuffer buffer, final int bytes, final char what, final Eol style) {
    final boolean ends = style == Eol.ANY && what == '\r';
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, what);
      assertThat(buffer.readLineBytes(style) != null).isEqualTo(ends);
    }
  }

  private static void lines(
      final EventBuffer buffer, final int bytes, final char what, final Eol style) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, what);
    }
    while (buffer.readLineBytes(style) != null) {
      assertThat(buffer.length()).isLessThan(bytes);
    }
  }

  private static void linesThatStay(final EventBuffer buffer, final int bytes, final Eol style) {
    final String end =
        style == Eol.NUL ? "\0" : style == Eol.CRLF || style == Eol.CRLF_STRICT ? "\r\n" : "\n";
    final byte[] piece = ("z".repeat(PIECE - end.length()) + end).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes; i += PIECE) {
      buffer.addReference(ByteBuffer.wrap(piece), null);
    }
    int found = 0;
    long from = 0;
    EolMatch match;
    while ((match = buffer.searchEol(style, from)) != null) {
      from = match.position() + match.length();
      found++;
    }
    assertThat(found).isEqualTo(bytes / PIECE);
  }

  private static void headerArriving(final EventBuffer buffer, final int bytes) {
    final byte[] end = {'\r', '\n', '\r', '\n'};
    final byte[] line = "Name: value\r\nName: value\r\nName:".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes; i += PIECE) {
      buffer.addReference(ByteBuffer.wrap(line), null);
      assertThat(buffer.search(end)).isEqualTo(-1);
    }
  }

  private static void headerStays(final EventBuffer buffer, final int bytes) {
    final byte[] end = {'\r', '\n', '\r', '\n'};
    for (int i = 0; i < bytes / 2; i += PIECE) {
      add(buffer, 'h');
    }
    final long at = buffer.length();
    buffer.addReference(ByteBuffer.wrap(end), null);
    for (int i = 0; i < bytes / 2; i += PIECE) {
      add(buffer, 'b');
      assertThat(buffer.search(end)).isEqualTo(at);
    }
  }

  private static void nearlyMatches(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'a');
    }
    final byte[] pattern = new byte[1000];
    Arrays.fill(pattern, (byte) 'a');
    pattern[999] = 'b';
    assertThat(buffer.search(pattern)).isEqualTo(-1);
    buffer.add("b");
    assertThat(buffer.search(pattern)).isEqualTo(bytes - 999);
  }

  private static void nearlyArriving(final EventBuffer buffer, final int bytes) {
    final byte[] pattern = new byte[1000];
    Arrays.fill(pattern, (byte) 'a');
    pattern[500] = 'b';
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'a');
      assertThat(buffer.search(pattern)).isEqualTo(-1);
    }
  }

  private static void byteArriving(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
      assertThat(buffer.indexOf((byte) 'y')).isEqualTo(-1);
    }
  }

  private static void drainedMeanwhile(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
      buffer.drain(PIECE / 4);
      assertThat(buffer.indexOf((byte) 'y')).isEqualTo(-1);
    }
  }

  private static void lastArriving(final EventBuffer buffer, final int bytes) {
    buffer.add("y");
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
      assertThat(buffer.lastIndexOf((byte) 'y')).isZero();
    }
  }

  private static void eachByte(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
    }
    for (int i = 0; i < bytes; i++) {
      assertThat(buffer.get(i)).isEqualTo((byte) 'x');
    }
  }

  private static void lastByte(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
      assertThat(buffer.get(buffer.length() - 1)).isEqualTo((byte) 'x');
      assertThat(buffer.get(buffer.length() / 2)).isEqualTo((byte) 'x');
    }
  }

  private static void piecesCopied(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
    }
    for (int i = 0; i < bytes; i += 16) {
      buffer.copyOut(i, new byte[16], 0, 16);
    }
  }

  private static void piecesShown(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
    }
    for (int i = 0; i < bytes; i += 16) {
      assertThat(buffer.peek(i, 16, new ByteBuffer[2])).isEqualTo(1);
    }
  }

  private static void piecesCounted(final EventBuffer buffer, final int bytes) {
    for (int i = 0; i < bytes; i += PIECE) {
      add(buffer, 'x');
      assertThat(buffer.peek(0, -1, new ByteBuffer[2])).isEqualTo(i / PIECE + 1);
    }
  }

  private static EventBuffer view(final ByteQueue queue) {
    return (EventBuffer) BufferAccess.of(EventBuffer.class).view(queue, null, 0);
  }
}
