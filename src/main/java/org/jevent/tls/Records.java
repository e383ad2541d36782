package org.jevent.tls;

import java.nio.ByteBuffer;
import org.jevent.internal.bytes.ByteQueue;

/** The five bytes in front of each record, which are checked before any provider sees them. */
final class Records {
  static final int HEADER = 5;

  /** More than any record's body: 16,384 bytes, and what TLS 1.2 may add to them. */
  static final int MAX_BODY = 16_704;

  /** What one record may carry. */
  static final int MAX_PLAINTEXT = 16_384;

  /** {@link #body}: the header is not whole yet. */
  static final int INCOMPLETE = -1;

  /** {@link #body}: this is no record of TLS. */
  static final int NOT_TLS = -2;

  /** {@link #body}: the record is too long. */
  static final int OVERFLOW = -3;

  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 23;

  private Records() {}

  /**
   * The length of the first record's body, or one of the negative constants.
   *
   * @param first no record came before it: it can only be a handshake or an alert
   */
  static int body(final ByteQueue bytes, final boolean first) {
    final long there = bytes.length();
    if (there > 0) {
      final int type = bytes.get(0);
      final boolean known =
          first ? type == HANDSHAKE || type == ALERT : type >= FIRST_TYPE && type <= LAST_TYPE;
      if (!known || (there > 1 && bytes.get(1) != 3)) {
        return NOT_TLS;
      }
    }
    if (there < HEADER) {
      return INCOMPLETE;
    }
    final int length = ((bytes.get(3) & 0xff) << 8) | (bytes.get(4) & 0xff);
    return length == 0 ? NOT_TLS : length > MAX_BODY ? OVERFLOW : length;
  }

  /** What was written up to the position is whole records, of which the last is all there. */
  static boolean areWhole(final ByteBuffer written) {
    final int end = written.position();
    int at = 0;
    while (end - at >= HEADER) {
      at += HEADER + (((written.get(at + 3) & 0xff) << 8) | (written.get(at + 4) & 0xff));
    }
    return at == end;
  }
}
