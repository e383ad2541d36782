package org.jevent.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Frames byte by byte, written and read without the code that is under test. */
public final class Frames {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;
  public static final int FIN = 0x80;

  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
  private static final int TEXT_SHOWN = 40;

  private Frames() {}

  /** A frame that has come. */
  public record Frame(int first, boolean masked, byte[] payload) {
    public int opcode() {
      return first & 0xf;
    }

    /** The code of a close frame, or -1. */
    public int code() {
      return payload.length < 2 ? -1 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    }

    /** In words, such as {@code text abc}, {@code ping 3}, {@code close 1000}. */
    @Override
    public String toString() {
      final String kind =
          switch (opcode()) {
            case CONTINUATION -> "more";
            case TEXT -> "text";
            case BINARY -> "binary";
            case CLOSE -> "close";
            case PING -> "ping";
            case PONG -> "pong";
            default -> "opcode " + opcode();
          };
      final String end = (first & FIN) == 0 ? ", and more" : "";
      return kind + (opcode() == CLOSE ? code() < 0 ? "" : " " + code() : shown(payload)) + end;
    }
  }

  /** Bytes in a word: ASCII as it is, else how many there are, and a hash. */
  public static String shown(final byte[] bytes) {
    if (bytes.length == 0) {
      return "";
    }
    boolean plain = bytes.length <= TEXT_SHOWN;
    for (final byte each : bytes) {
      plain &= each > ' ' && each < 0x7f;
    }
    return plain
        ? " " + new String(bytes, StandardCharsets.US_ASCII)
        : " " + bytes.length + " bytes #" + Integer.toHexString(Arrays.hashCode(bytes));
  }

  /** A head with that second byte's length field, and a length in as many bytes as this needs. */
  public static byte[] head(
      final boolean masked, final int first, final int field, final long length) {
    final ByteBuffer head = ByteBuffer.allocate(14);
    head.put((byte) first).put((byte) (field | (masked ? 0x80 : 0)));
    if (field == 126) {
      head.putShort((short) length);
    } else if (field == 127) {
      head.putLong(length);
    }
    if (masked) {
      head.put(MASK);
    }
    return Arrays.copyOf(head.array(), head.position());
  }

  /** The length field that a length needs. */
  public static int field(final long length) {
    return length < 126 ? (int) length : length < 65536 ? 126 : 127;
  }

  /** A whole frame. */
  public static byte[] frame(final boolean masked, final int first, final byte[] payload) {
    return join(
        head(masked, first, field(payload.length), payload.length),
        masked ? masked(payload) : payload);
  }

  public static byte[] frame(final boolean masked, final int first, final String payload) {
    return frame(masked, first, bytes(payload));
  }

  public static byte[] close(final boolean masked, final int code, final String reason) {
    return frame(masked, FIN | CLOSE, closing(code, bytes(reason)));
  }

  /** The payload of a close frame. */
  public static byte[] closing(final int code, final byte[] reason) {
    return join(new byte[] {(byte) (code >> 8), (byte) code}, reason);
  }

  /** The payload under the mask that all frames of this class have. */
  public static byte[] masked(final byte[] payload) {
    final byte[] made = payload.clone();
    for (int i = 0; i < made.length; i++) {
      made[i] ^= MASK[i % 4];
    }
    return made;
  }

  public static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] hex(final String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  public static byte[] join(final byte[]... parts) {
    final ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (final byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Takes all whole frames off the front of bytes; their length must be in its shortest form. */
  public static List<Frame> read(final ByteBuffer bytes) {
    final List<Frame> found = new ArrayList<>();
    for (; ; ) {
      bytes.mark();
      final Frame next = one(bytes);
      if (next == null) {
        bytes.reset();
        return found;
      }
      found.add(next);
    }
  }

  private static Frame one(final ByteBuffer bytes) {
    if (bytes.remaining() < 2) {
      return null;
    }
    final int first = bytes.get() & 0xff;
    final int second = bytes.get() & 0xff;
    final int field = second & 0x7f;
    final int more =
        (field < 126 ? 0 : field == 126 ? 2 : 8) + ((second & 0x80) != 0 ? MASK.length : 0);
    if (bytes.remaining() < more) {
      return null;
    }
    final long length =
        field == 126 ? bytes.getShort() & 0xffff : field == 127 ? bytes.getLong() : field;
    if (field(length) != field) {
      throw new AssertionError("the length " + length + " in the field " + field);
    }
    final byte[] mask = new byte[MASK.length];
    if ((second & 0x80) != 0) {
      bytes.get(mask);
    }
    if (bytes.remaining() < length) {
      return null;
    }
    final byte[] payload = new byte[(int) length];
    bytes.get(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return new Frame(first, (second & 0x80) != 0, payload);
  }
}
