package org.jevent.util;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/**
 * Dates as HTTP writes them, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; {@code
 * evutil_date_rfc1123}.
 */
public final class Rfc1123 {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Rfc1123() {}

  /**
   * The text of a moment, to the second.
   *
   * @throws IllegalArgumentException if its year does not have the four digits that such a date has
   */
  public static String format(final Instant moment) {
    Objects.requireNonNull(moment, "moment");
    if (moment.isBefore(FIRST) || moment.isAfter(LAST)) {
      throw new IllegalArgumentException(
          "moment " + moment + " is not within " + FIRST + ".." + LAST);
    }
    return FORMAT.format(moment);
  }

  /**
   * The moment that a text means.
   *
   * @throws IllegalArgumentException if it is not such a date
   */
  public static Instant parse(final String text) {
    Objects.requireNonNull(text, "text");
    try {
      return Instant.from(FORMAT.parse(text));
    } catch (final DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a date like " + format(Instant.EPOCH), e);
    }
  }
}
