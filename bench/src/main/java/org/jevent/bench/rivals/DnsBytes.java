package org.jevent.bench.rivals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages of DNS by hand: as much of them as a query for an address and its answer need. */
final class DnsBytes {
  static final int HEADER = 12;

  private static final int ANSWER_COUNT = 6;
  private static final int RECURSION_DESIRED = 1;
  private static final int REPLY = 0x84; // with authority
  private static final int CODE = 0x0f;
  private static final int TYPE_AND_CLASS = 4;
  private static final byte[] RECORD = {
    (byte) 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, (byte) 192, 0, 2, 1
  };

  private DnsBytes() {}

  /** With the id 0. */
  static byte[] query(final String name) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, RECURSION_DESIRED, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (final String label : name.split("\\.", -1)) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes(new byte[] {0, 0, 1, 0, 1});
    return out.toByteArray();
  }

  /** There is no error, and there is one record or more. */
  static boolean isAnswer(final ByteBuffer message) {
    return message.remaining() > HEADER
        && (message.get(3) & CODE) == 0
        && message.getShort(ANSWER_COUNT) > 0;
  }

  /** Turns a query into its answer, which has one address. */
  static void answer(final ByteBuffer message) {
    int end = HEADER;
    while (message.get(end) != 0) {
      end += message.get(end) + 1;
    }
    end += 1 + TYPE_AND_CLASS;
    message.put(2, (byte) (message.get(2) & RECURSION_DESIRED | REPLY)).put(3, (byte) 0);
    message.putInt(ANSWER_COUNT, 1 << Short.SIZE).putShort(ANSWER_COUNT + Integer.BYTES, (short) 0);
    message.clear().position(end).put(RECORD).flip();
  }
}
