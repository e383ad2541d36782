package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jevent.EventBase;

/** The field {@code Date}, which is made once a second. */
final class DateLine {
  private static final byte[] NAME = "Date: ".getBytes(StandardCharsets.US_ASCII);
  private static final long SECOND = 1_000_000_000L;

  private final EventBase base;
  private final byte[] line = new byte[NAME.length + HttpDate.LENGTH + 2];
  private long until = Long.MIN_VALUE;

  DateLine(final EventBase base) {
    this.base = base;
    System.arraycopy(NAME, 0, line, 0, NAME.length);
    line[line.length - 2] = '\r';
    line[line.length - 1] = '\n';
  }

  /** The line with its end; not to be changed, and not to be kept. */
  byte[] line() {
    final long now = base.cachedNanos();
    if (now >= until) {
      final Instant time = base.cachedTime();
      HttpDate.write(line, NAME.length, time.getEpochSecond());
      until = now + SECOND - time.getNano();
    }
    return line;
  }
}
