package org.jevent.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Handshakes and frames of WebSocket, as a peer of plain bytes says them in ISO-8859-1. */
final class WebSocketBytes {
  /** The key of RFC 6455, section 1.3, and the answer to it. */
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int[] MASK = {0x12, 0x34, 0x56, 0x78};

  private WebSocketBytes() {}

  /**
   * A request for a WebSocket, with changes: {@code -Name} leaves a field out, {@code +Name: value}
   * adds one, {@code Name: value} has it in place of the one that is there. One without a colon is
   * the request's first line.
   */
  static String ask(final String... changes) {
    final List<String> lines =
        new ArrayList<>(
            List.of(
                "GET / HTTP/1.1",
                "Host: a",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + KEY));
    for (final String change : changes) {
      if (change.startsWith("-")) {
        lines.removeIf(line -> line.startsWith(change.substring(1) + ":"));
      } else if (change.startsWith("+")) {
        lines.add(change.substring(1));
      } else if (change.indexOf(':') < 0) {
        lines.set(0, change);
      } else {
        final String name = change.substring(0, change.indexOf(':') + 1);
        lines.removeIf(line -> line.startsWith(name));
        lines.add(change);
      }
    }
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String frame(final int first, final String payload, final boolean masked) {
    final byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    final int bit = masked ? 0x80 : 0;
    if (bytes.length < 126) {
      out.write(bit | bytes.length);
    } else if (bytes.length < 65_536) {
      out.write(bit | 126);
      out.write(bytes.length >> 8);
      out.write(bytes.length);
    } else {
      out.write(bit | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) bytes.length >> shift));
      }
    }
    if (masked) {
      for (final int each : MASK) {
        out.write(each);
      }
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= (byte) MASK[i & 3];
      }
    }
    out.writeBytes(bytes);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  /** A frame of a client. */
  static String masked(final int first, final String payload) {
    return frame(first, payload, true);
  }

  /** A frame of a server. */
  static String plain(final int first, final String payload) {
    return frame(first, payload, false);
  }

  /** The payload of a close frame. */
  static String code(final int code) {
    return "" + (char) (code >> 8) + (char) (code & 0xff);
  }

  /** Bytes as the text of a payload. */
  static String text(final byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One frame that has come. */
  record Frame(int first, String payload) {
    int opcode() {
      return first & 0xf;
    }

    boolean isCompressed() {
      return (first & RSV1) != 0;
    }

    /** The code of a close frame. */
    int code() {
      return payload.charAt(0) << 8 | payload.charAt(1);
    }
  }

  /** All whole frames, without their masks. */
  static List<Frame> frames(final String came) {
    final List<Frame> found = new ArrayList<>();
    int at = 0;
    while (at + 2 <= came.length()) {
      final int second = came.charAt(at + 1);
      int length = second & 0x7f;
      int head = 2;
      if (length == 126) {
        head = 4;
      } else if (length == 127) {
        head = 10;
      }
      if (at + head + 4 > came.length() && head > 2) {
        break;
      }
      if (head > 2) {
        length = 0;
        for (int i = 2; i < head; i++) {
          length = length << 8 | came.charAt(at + i);
        }
      }
      final boolean masked = second >= 0x80;
      final int from = at + head + (masked ? 4 : 0);
      if (from + length > came.length()) {
        break;
      }
      final StringBuilder payload = new StringBuilder();
      for (int i = 0; i < length; i++) {
        final int mask = masked ? came.charAt(at + head + (i & 3)) : 0;
        payload.append((char) (came.charAt(from + i) ^ mask));
      }
      found.add(new Frame(came.charAt(at), payload.toString()));
      at = from + length;
    }
    return found;
  }
}
