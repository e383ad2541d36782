package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.jevent.util.Rfc1123;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates, beside what {@code java.time} makes of the same moments. */
class HttpDateTest {
  private static final long EXAMPLE = 784_111_777;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT"
      })
  void threeFormsAreRead(final String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(EXAMPLE);
  }

  @Test
  void oneIsWritten() {
    final byte[] bytes = new byte[40];
    assertThat(HttpDate.write(bytes, 5, EXAMPLE)).isEqualTo(34);
    assertThat(new String(bytes, 5, HttpDate.LENGTH, StandardCharsets.US_ASCII))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThatThrownBy(() -> HttpDate.write(bytes, 12, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void writingAllocatesNothing() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final byte[] bytes = new byte[HttpDate.LENGTH];
    final int count = 100_000;
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < 5; tries++) { // the first ones include what the JVM prepares
      final long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < count; i++) {
        HttpDate.write(bytes, 0, EXAMPLE + i);
      }
      allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(allocated).isLessThan(count);
  }

  private static void compare(final long second) {
    final String text = Rfc1123.format(Instant.ofEpochSecond(second));
    assertThat(HttpDate.format(second)).isEqualTo(text);
    assertThat(HttpDate.parse(text)).isEqualTo(second);
  }

  @Test
  void anyMomentIsAsJavaHasIt() {
    for (int year = 0; year <= 9999; year++) {
      for (final int month : new int[] {1, 2, 3, 12}) {
        final LocalDateTime first = LocalDateTime.of(year, month, 1, 0, 0);
        final long second = first.toEpochSecond(ZoneOffset.UTC);
        compare(second);
        if (year > 0 || month > 1) {
          compare(second - 1);
        }
      }
    }
    final Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      compare(-62_167_219_200L + (long) (random.nextDouble() * 315_569_520_000L));
    }
    compare(253_402_300_799L);
  }

  @Test
  void otherYearsAreRefused() {
    assertThatThrownBy(() -> HttpDate.format(253_402_300_800L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HttpDate.format(-62_167_219_201L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "00, 2000, 2000",
    "69, 2069, 2069",
    "70, 1970, 2070",
    "76, 1976, 2076",
    "77, 1977, 1977",
    "99, 1999, 1999",
  })
  void twoDigitsAreAtMostFiftyYearsAhead(final String digits, final int fixed, final int sliding) {
    final String text = "Monday, 01-Mar-" + digits + " 00:00:00 GMT";
    final long now = LocalDateTime.of(2026, 11, 29, 0, 0).toEpochSecond(ZoneOffset.UTC);
    assertThat(HttpDate.parse(text))
        .isEqualTo(LocalDateTime.of(fixed, 3, 1, 0, 0).toEpochSecond(ZoneOffset.UTC));
    assertThat(HttpDate.parse(text, now))
        .isEqualTo(LocalDateTime.of(sliding, 3, 1, 0, 0).toEpochSecond(ZoneOffset.UTC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Noc 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49:3 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06 Nov 19 4 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMTx",
        "Sun,  6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06 Nov 94 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37",
        "Sundays, 06-Nov-94 08:49:37 GMT",
        "Sunday,",
        "Sunday, ",
        "Sun Nov 06 08:49:37 94xx",
        "Sun Nov  0 08:49:37 1994",
        "Sun Nov 36 08:49:37 1994",
        "Sun Nov  6  8:49:37 1994",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
      })
  void whatIsNoDateIsInvalid(final String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(HttpDate.INVALID);
    assertThat(HttpDate.parse(text, 0)).isEqualTo(HttpDate.INVALID);
  }

  @Test
  void ends() {
    assertThat(HttpDate.parse(null)).isEqualTo(HttpDate.INVALID);
    assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT")).isEqualTo(1_483_228_800L);
    assertThat(HttpDate.parse("Tue, 29 Feb 2000 00:00:00 GMT")).isEqualTo(951_782_400L);
    assertThat(HttpDate.parse("Saturday, 29-Feb-00 00:00:00 GMT", 0)).isEqualTo(951_782_400L);
  }
}
