package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * Dates of HTTP (RFC 9110, section 5.6.7): three forms are read, one is written. Times are seconds
 * since 1970, without leap seconds.
 *
 * <p>Any thread.
 */
public final class HttpDate {
  /** What a text means that is no date. */
  public static final long INVALID = Long.MIN_VALUE;

  /** The bytes of a date. */
  public static final int LENGTH = 29;

  /** The beginning of the year 0 and the end of the year 9999. */
  private static final long MIN_SECOND = -62_167_219_200L;

  private static final long MAX_SECOND = 253_402_300_799L;

  private static final byte[] PATTERN =
      "EEE, dd MMM yyyy HH:mm:ss GMT".getBytes(StandardCharsets.US_ASCII);

  private static final String[] DAYS = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
  };

  private static final String DAY_LETTERS = "SunMonTueWedThuFriSat";
  private static final String MONTH_LETTERS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int[] MONTH_DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private static final long DAY_SECONDS = 86_400;

  /** The days from the first of March of the year 0 to 1970. */
  private static final long EPOCH_DAYS = 719_468;

  private static final int ERA_YEARS = 400;
  private static final int ERA_DAYS = 146_097;

  private HttpDate() {}

  // ---- writing ----

  /**
   * Writes {@code Sun, 06 Nov 1994 08:49:37 GMT}, which is {@value #LENGTH} bytes. Nothing is
   * allocated.
   *
   * @param epochSecond within the years 0 to 9999
   * @return the place behind it
   * @throws IllegalArgumentException if the year has no four digits
   * @throws IndexOutOfBoundsException if there is no room
   */
  public static int write(final byte[] into, final int at, final long epochSecond) {
    Objects.requireNonNull(into, "into");
    Arguments.within("epochSecond", epochSecond, MIN_SECOND, MAX_SECOND);
    Arguments.range("at", at, LENGTH, into.length);
    System.arraycopy(PATTERN, 0, into, at, LENGTH);
    final long days = Math.floorDiv(epochSecond, DAY_SECONDS);
    final int second = (int) (epochSecond - days * DAY_SECONDS);

    // A year begins in March here, so that its leap day is the last one.
    final long shifted = days + EPOCH_DAYS;
    final long era = Math.floorDiv(shifted, (long) ERA_DAYS);
    final int dayOfEra = (int) (shifted - era * ERA_DAYS);
    final int yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / (ERA_DAYS - 1)) / 365;
    final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    final int march = (5 * dayOfYear + 2) / 153;
    final int day = dayOfYear - (153 * march + 2) / 5 + 1;
    final int month = march < 10 ? march + 2 : march - 10;
    final int year = (int) (era * ERA_YEARS) + yearOfEra + (month < 2 ? 1 : 0);

    letters(into, at, DAY_LETTERS, Math.floorMod(days + 4, 7));
    two(into, at + 5, day);
    letters(into, at + 8, MONTH_LETTERS, month);
    two(into, at + 12, year / 100);
    two(into, at + 14, year % 100);
    two(into, at + 17, second / 3600);
    two(into, at + 20, second / 60 % 60);
    two(into, at + 23, second % 60);
    return at + LENGTH;
  }

  private static void letters(
      final byte[] into, final int at, final String names, final int index) {
    for (int i = 0; i < 3; i++) {
      into[at + i] = (byte) names.charAt(3 * index + i);
    }
  }

  private static void two(final byte[] into, final int at, final int value) {
    assert value >= 0 && value < 100 : value;
    into[at] = (byte) ('0' + value / 10);
    into[at + 1] = (byte) ('0' + value % 10);
  }

  /**
   * The same as a string.
   *
   * @throws IllegalArgumentException if the year has no four digits
   */
  public static String format(final long epochSecond) {
    final byte[] bytes = new byte[LENGTH];
    write(bytes, 0, epochSecond);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // ---- reading ----

  /**
   * Reads {@code Sun, 06 Nov 1994 08:49:37 GMT}, {@code Sunday, 06-Nov-94 08:49:37 GMT} or {@code
   * Sun Nov 6 08:49:37 1994}. The day of the week has to be one, and may be a wrong one. A year of
   * two digits is within 1970 to 2069.
   *
   * @return seconds since 1970, or {@link #INVALID}, also for null
   */
  public static long parse(final String text) {
    return parse(text, INVALID);
  }

  /**
   * As {@link #parse(String)}, but a year of two digits is the latest one that is at most 50 years
   * ahead.
   *
   * @param nowSecond the present time in seconds since 1970
   */
  public static long parse(final String text, final long nowSecond) {
    if (text == null) {
      return INVALID;
    }
    final int comma = text.indexOf(',');
    if (comma == 3 && text.length() == LENGTH) {
      return fixed(text);
    }
    if (comma > 3) {
      return rfc850(text, comma, nowSecond);
    }
    return text.length() == 24 ? asctime(text) : INVALID;
  }

  private static long fixed(final String text) {
    final boolean shaped =
        indexOf(DAY_LETTERS, text, 0) >= 0
            && text.charAt(4) == ' '
            && text.charAt(7) == ' '
            && text.charAt(11) == ' '
            && text.charAt(16) == ' '
            && text.startsWith(" GMT", 25);
    final int year = number(text, 12, 4);
    return shaped && year >= 0
        ? second(year, indexOf(MONTH_LETTERS, text, 8), number(text, 5, 2), text, 17)
        : INVALID;
  }

  private static long rfc850(final String text, final int comma, final long nowSecond) {
    boolean shaped = false;
    for (final String day : DAYS) {
      shaped |= day.length() == comma && text.startsWith(day);
    }
    final int at = comma + 2;
    if (!shaped || text.length() != at + 22) {
      return INVALID;
    }
    shaped =
        text.charAt(comma + 1) == ' '
            && text.charAt(at + 2) == '-'
            && text.charAt(at + 6) == '-'
            && text.charAt(at + 9) == ' '
            && text.startsWith(" GMT", at + 18);
    final int digits = number(text, at + 7, 2);
    if (!shaped || digits < 0) {
      return INVALID;
    }
    final int month = indexOf(MONTH_LETTERS, text, at + 3);
    final int day = number(text, at, 2);
    final long inRange =
        second(digits < 70 ? 2000 + digits : 1900 + digits, month, day, text, at + 10);
    if (nowSecond == INVALID) {
      return inRange;
    }
    final int year = yearOf(nowSecond);
    int chosen = year - Math.floorMod(year, 100) + 100 + digits;
    while (chosen > year + 50) {
      chosen -= 100;
    }
    return chosen < 0 ? INVALID : second(chosen, month, day, text, at + 10);
  }

  private static int yearOf(final long second) {
    final byte[] bytes = new byte[LENGTH];
    write(bytes, 0, Math.max(MIN_SECOND, Math.min(MAX_SECOND, second)));
    return number(new String(bytes, StandardCharsets.ISO_8859_1), 12, 4);
  }

  private static long asctime(final String text) {
    final boolean shaped =
        indexOf(DAY_LETTERS, text, 0) >= 0
            && text.charAt(3) == ' '
            && text.charAt(7) == ' '
            && text.charAt(10) == ' '
            && text.charAt(19) == ' ';
    final int day = text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2);
    final int year = number(text, 20, 4);
    return shaped && year >= 0
        ? second(year, indexOf(MONTH_LETTERS, text, 4), day, text, 11)
        : INVALID;
  }

  /** Which of the names of three letters is there, or -1. */
  private static int indexOf(final String names, final String text, final int at) {
    for (int i = 0; i < names.length(); i += 3) {
      if (names.regionMatches(i, text, at, 3)) {
        return i / 3;
      }
    }
    return -1;
  }

  /** The number of that many digits, or -1. */
  private static int number(final String text, final int at, final int digits) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      final char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = value * 10 + digit - '0';
    }
    return value;
  }

  /**
   * Checks the day and the time of day.
   *
   * @param month from 0, or -1
   * @param at where {@code HH:mm:ss} stands
   */
  private static long second(
      final int year, final int month, final int day, final String text, final int at) {
    final int hour = number(text, at, 2);
    final int minute = number(text, at + 3, 2);
    final int second = number(text, at + 6, 2);
    final boolean shaped = text.charAt(at + 2) == ':' && text.charAt(at + 5) == ':';
    if (!shaped || month < 0 || hour < 0 || minute < 0 || second < 0) {
      return INVALID;
    }
    final boolean leap = year % 4 == 0 && (year % 100 != 0 || year % ERA_YEARS == 0);
    final int last = month == 1 && leap ? 29 : MONTH_DAYS[month];
    if (day < 1 || day > last || hour > 23 || minute > 59 || second > 60) {
      return INVALID;
    }
    final int marchYear = month < 2 ? year - 1 : year;
    final int march = month < 2 ? month + 10 : month - 2;
    final long era = Math.floorDiv(marchYear, ERA_YEARS);
    final int yearOfEra = (int) (marchYear - era * ERA_YEARS);
    final int dayOfYear = (153 * march + 2) / 5 + day - 1;
    final long dayOfEra = yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    final long days = era * ERA_DAYS + dayOfEra - EPOCH_DAYS;
    return days * DAY_SECONDS + hour * 3600L + minute * 60L + second;
  }
}
