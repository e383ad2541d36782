package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** Texts and what is none, against the decoder of the JDK. */
class Utf8Test {
  /** One of these may follow any lead, and the first of them any byte behind that. */
  private static final List<Integer> SECONDS = List.of(0x80, 0x90, 0xa0);

  private static final int MAX_MISSING = 3;
  private static final int[] EDGES = {
    0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
    0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff
  };

  private final Utf8 utf8 = new Utf8();

  private static boolean decodes(final byte[] bytes) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (final CharacterCodingException e) {
      return false;
    }
  }

  /** Whether some bytes behind these make a text of them. */
  private static boolean begins(final byte[] bytes) {
    if (decodes(bytes)) {
      return true;
    }
    for (int more = 1; more <= MAX_MISSING; more++) {
      for (final int second : SECONDS) {
        final byte[] whole = Arrays.copyOf(bytes, bytes.length + more);
        Arrays.fill(whole, bytes.length, whole.length, (byte) 0x80);
        whole[bytes.length] = (byte) second;
        if (decodes(whole)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Compares what is said behind each byte. */
  private void compare(final byte[] bytes) {
    utf8.reset();
    boolean right = true;
    for (int end = 1; end <= bytes.length; end++) {
      final byte[] part = Arrays.copyOf(bytes, end);
      right = right && begins(part);
      assertThat(utf8.take(bytes, end - 1, 1)).as(() -> Arrays.toString(part)).isEqualTo(right);
      assertThat(utf8.isRight()).isEqualTo(right);
      assertThat(utf8.isComplete()).as(() -> Arrays.toString(part)).isEqualTo(decodes(part));
    }
  }

  private static byte[] bytes(final int... values) {
    final byte[] made = new byte[values.length];
    for (int i = 0; i < made.length; i++) {
      made[i] = (byte) values[i];
    }
    return made;
  }

  @Test
  void allTwoByteBeginnings() {
    for (int one = 0; one < 256; one++) {
      for (int other = 0; other < 256; other++) {
        compare(bytes(one, other));
      }
    }
  }

  @Test
  void fourBytesAtTheEdges() {
    for (final int one : EDGES) {
      for (final int two : EDGES) {
        for (final int three : EDGES) {
          compare(bytes(one, two, three, 0x80));
          compare(bytes(one, two, 0x80, three));
        }
      }
    }
  }

  @Test
  void everyCharacter() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        final byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        utf8.reset();
        if (!utf8.take(bytes, 0, bytes.length) || !utf8.isComplete()) {
          throw new AssertionError("U+" + Integer.toHexString(point));
        }
      }
    }
  }

  @Test
  void surrogatesOverlongAndTooHigh() {
    final List<byte[]> wrong =
        List.of(
            bytes(0xed, 0xa0),
            bytes(0xed, 0xbf), // U+D800, U+DFFF
            bytes(0xc0),
            bytes(0xc1),
            bytes(0xe0, 0x9f),
            bytes(0xf0, 0x8f), // overlong
            bytes(0xf4, 0x90),
            bytes(0xf5),
            bytes(0xff),
            bytes(0x80),
            bytes(0xbf));
    for (final byte[] each : wrong) {
      utf8.reset();
      assertThat(utf8.take(each, 0, each.length - 1)).isTrue();
      assertThat(utf8.take(each, each.length - 1, 1)).as(Arrays.toString(each)).isFalse();
      assertThat(utf8.take(bytes('a'), 0, 1)).as("it stays wrong").isFalse();
    }
  }

  /** Eight bytes are looked at in one step: what is not ASCII is at each place of such a step. */
  @Test
  void atEachPlaceOfAWordAndOfASegment() {
    final byte[] euro = bytes(0xe2, 0x82, 0xac);
    final byte[] wrong = bytes(0xe2, 0x82, 'a');
    for (int before = 0; before < 18; before++) {
      for (final byte[] each : List.of(euro, wrong)) {
        final byte[] bytes = new byte[before + each.length + 9];
        Arrays.fill(bytes, (byte) 'x');
        System.arraycopy(each, 0, bytes, before, each.length);
        for (int cut = 0; cut <= bytes.length; cut++) {
          compareSegments(bytes, cut, bytes.length);
        }
      }
    }
  }

  private void compareSegments(final byte[] bytes, final int cut, final int end) {
    try (EventBuffer buffer = new EventBuffer()) {
      buffer.addReference(ByteBuffer.wrap(bytes, 0, cut), null);
      buffer.addReference(ByteBuffer.wrap(bytes, cut, end - cut), null);
      final byte[] shown = Arrays.copyOf(bytes, end);
      utf8.reset();
      assertThat(buffer.forEachSegment(0, -1, utf8)).isEqualTo(begins(shown));
      assertThat(utf8.isComplete()).as(() -> Arrays.toString(shown)).isEqualTo(decodes(shown));
    }
  }

  @Property
  void textsWithAFault(@ForAll final long seed) {
    final Random random = new Random(seed);
    final StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      final int kind = random.nextInt(8);
      final int point = random.nextInt(kind == 0 ? 0x110000 : kind == 1 ? 0xd000 : 0x7f);
      text.appendCodePoint(Character.isValidCodePoint(point) ? point : 'a');
    }
    final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8); // lone surrogates: "?"
    compareSegments(bytes, random.nextInt(bytes.length + 1), bytes.length);
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) EDGES[random.nextInt(EDGES.length)];
      compareSegments(bytes, random.nextInt(bytes.length + 1), bytes.length);
      final int end = random.nextInt(bytes.length + 1);
      compareSegments(bytes, random.nextInt(end + 1), end);
    }
  }
}
