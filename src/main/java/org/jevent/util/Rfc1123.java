package org.jevent.util;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Dates as HTTP writes them, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; {@code
 * evutil_date_rfc1123}.
 */
public final class Rfc1123 {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Rfc1123() {}

  /** The text of a moment, to the second. */
  public static String format(final Instant moment) {
    return FORMAT.format(moment);
  }

  /**
   * The moment that a text means.
   *
   * @throws IllegalArgumentException if it is not such a date
   */
  public static Instant parse(final String text) {
    try {
      return Instant.from(FORMAT.parse(text));
    } catch (final DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a date like " + format(Instant.EPOCH), e);
    }
  }
}
