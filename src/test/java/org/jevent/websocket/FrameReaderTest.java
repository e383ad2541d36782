package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** Heads of frames: all that two bytes can say, all forms of lengths, and limits. */
class FrameReaderTest {
  private static final int MAX = 1 << 20;
  private static final long[] LENGTHS = {
    0,
    1,
    124,
    125,
    126,
    127,
    128,
    0xfffe,
    0xffff,
    0x10000,
    MAX - 1,
    MAX,
    MAX + 1,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE + 1L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private final byte[] scratch = new byte[FrameReader.MAX_HEAD];

  /** What a reader says of bytes: "head", "more" or the close code. */
  private String read(final FrameReader reader, final byte[] bytes) {
    try (EventBuffer input = new EventBuffer()) {
      input.add(bytes);
      final FrameReader.Step step = reader.read(input, scratch);
      final long left = input.length();
      return switch (step) {
        case INCOMPLETE -> {
          assertThat(left).as("nothing is taken").isEqualTo(bytes.length);
          yield "more";
        }
        case REFUSED -> {
          assertThat(reader.reason()).isNotBlank();
          yield String.valueOf(reader.code());
        }
        case HEAD -> {
          assertThat(left).as("the head is taken").isZero();
          yield "head";
        }
      };
    }
  }

  private static FrameReader reader(final Role role, final boolean compression) {
    return new FrameReader(role, compression, MAX);
  }

  /** A reader within a message. */
  private FrameReader within(final Role role, final boolean compression) {
    final FrameReader reader = reader(role, compression);
    assertThat(read(reader, Frames.head(role == Role.SERVER, Frames.TEXT, 0, 0))).isEqualTo("head");
    return reader;
  }

  /** The rules of RFC 6455, section 5, for the first two bytes. */
  private static boolean isAllowed(
      final int first,
      final int second,
      final Role role,
      final boolean compression,
      final boolean within) {
    final int opcode = first & 0xf;
    final boolean fin = first >= 0x80;
    final boolean rsv1 = (first & 0x40) != 0;
    if ((first & 0x20) != 0 || (first & 0x10) != 0 || second >= 0x80 != (role == Role.SERVER)) {
      return false;
    }
    return switch (opcode) {
      case 0 -> within && !rsv1;
      case 1, 2 -> !within && (!rsv1 || compression);
      case 8, 9, 10 -> fin && !rsv1 && (second & 0x7f) <= 125;
      default -> false;
    };
  }

  @Test
  void allFirstTwoBytes() {
    for (final Role role : Role.values()) {
      for (int kind = 0; kind < 4; kind++) {
        final boolean compression = (kind & 1) != 0;
        final boolean within = (kind & 2) != 0;
        for (int first = 0; first < 256; first++) {
          for (int second = 0; second < 256; second++) {
            final FrameReader reader =
                within ? within(role, compression) : reader(role, compression);
            final int field = second & 0x7f;
            final long length = field == 126 ? 126 : field == 127 ? 0x10000 : field;
            final String expected =
                isAllowed(first, second, role, compression, within) ? "head" : "1002";
            final String got = read(reader, Frames.head(second >= 0x80, first, field, length));
            if (!got.equals(expected)) {
              throw new AssertionError(
                  String.format(
                      Locale.ROOT,
                      "%s, compression %s, within %s: %02x %02x: %s, not %s",
                      role,
                      compression,
                      within,
                      first,
                      second,
                      got,
                      expected));
            }
            if (got.equals("head")) {
              checkHead(reader, first, length, role);
            }
          }
        }
      }
    }
  }

  private static void checkHead(
      final FrameReader reader, final int first, final long length, final Role role) {
    assertThat(reader.opcode()).isEqualTo(first & 0xf);
    assertThat(reader.isFinal()).isEqualTo(first >= 0x80);
    assertThat(reader.isCompressed()).isEqualTo((first & 0x40) != 0);
    assertThat(reader.isControl()).isEqualTo((first & 0xf) >= 8);
    assertThat(reader.length()).isEqualTo(length);
    assertThat(reader.left()).isEqualTo(length);
    assertThat(reader.taken()).isZero();
    final byte[] mask = Frames.masked(new byte[4]);
    assertThat(reader.mask()).isEqualTo(role == Role.SERVER ? Masking.read(mask, 0) : 0);
  }

  private static String expected(final int field, final long length, final long max) {
    if (length < 0 || Frames.field(length) != field) {
      return "1002";
    }
    return length > max ? "1009" : "head";
  }

  @Test
  void allFormsOfLengths() {
    for (final Role role : Role.values()) {
      for (final long length : LENGTHS) {
        final byte[] eight = Frames.head(role == Role.SERVER, 0x82, 127, length);
        assertThat(read(reader(role, false), eight))
            .as("%s, %d in eight bytes", role, length)
            .isEqualTo(expected(127, length, MAX));
        if (length >= 0 && length <= 0xffff) {
          final byte[] two = Frames.head(role == Role.SERVER, 0x82, 126, length);
          assertThat(read(reader(role, false), two))
              .as("%s, %d in two bytes", role, length)
              .isEqualTo(expected(126, length, MAX));
        }
      }
    }
  }

  @Test
  void limitsAndOneMore() {
    for (final long max : new long[] {125, 126, 127, 1000, 0xffff, 0x10000, 1L << 31, 1L << 40}) {
      for (long length = max - 1; length <= max + 1; length++) {
        final FrameReader reader = new FrameReader(Role.CLIENT, false, max);
        final int field = Frames.field(length);
        assertThat(read(reader, Frames.head(false, 0x81, field, length)))
            .as("%d where %d are the limit", length, max)
            .isEqualTo(expected(field, length, max));
      }
    }
    final FrameReader unlimited = new FrameReader(Role.CLIENT, false, Long.MAX_VALUE);
    assertThat(read(unlimited, Frames.head(false, 0x81, 127, Long.MAX_VALUE))).isEqualTo("head");
    assertThat(unlimited.left()).isEqualTo(Long.MAX_VALUE);
  }

  /** More bytes are asked for until a verdict can be given, and not longer. */
  @Test
  void cutAtEveryByte() {
    for (final Role role : Role.values()) {
      final boolean masked = role == Role.SERVER;
      for (final long length : new long[] {0, 125, 126, 0xffff, 0x10000, MAX, MAX + 1}) {
        final byte[] head = Frames.head(masked, 0x82, Frames.field(length), length);
        final int known = length > MAX ? 10 : head.length;
        for (int end = 0; end <= head.length; end++) {
          assertThat(read(reader(role, false), Arrays.copyOf(head, end)))
              .as("%d of %d bytes, length %d", end, head.length, length)
              .isEqualTo(end < known ? "more" : length > MAX ? "1009" : "head");
        }
      }
      final byte[] wrong = Frames.head(masked, 0xf2, 127, 5);
      assertThat(read(reader(role, false), Arrays.copyOf(wrong, 1))).isEqualTo("more");
      assertThat(read(reader(role, false), Arrays.copyOf(wrong, 2))).isEqualTo("1002");
    }
  }

  /** Control frames between fragments change nothing of the message. */
  @Test
  void controlFramesBetweenFragments() {
    final FrameReader reader = reader(Role.CLIENT, false);
    final int[] firsts = {0x01, 0x89, 0x00, 0x8a, 0x89, 0x80, 0x89, 0x82, 0x02};
    for (final int first : firsts) {
      assertThat(read(reader, new byte[] {(byte) first, 0})).as("%02x", first).isEqualTo("head");
    }
    assertThat(read(reader, new byte[] {(byte) 0x82, 0})).isEqualTo("1002");
  }

  @Test
  void thePayloadIsCounted() {
    final FrameReader reader = reader(Role.CLIENT, false);
    read(reader, new byte[] {(byte) 0x82, 100});
    reader.take(60);
    assertThat(reader.left()).isEqualTo(40);
    reader.take(40);
    assertThat(reader.taken()).isEqualTo(100);
    read(reader, new byte[] {(byte) 0x82, 3});
    assertThat(reader.taken()).isZero();
    assertThat(reader.left()).isEqualTo(3);
  }
}
