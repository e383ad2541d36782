package org.jevent.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class UtilTest {
  @Test
  void datesAreWrittenAsHttpDoes() {
    assertThat(Rfc1123.format(Instant.parse("1994-11-06T08:49:37Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(Rfc1123.format(Instant.EPOCH)).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
  }

  @Property
  void datesAreReadAsTheyWereWritten(
      @ForAll @LongRange(min = 0, max = 4_102_444_800L) final long second) {
    final Instant moment = Instant.ofEpochSecond(second);
    assertThat(Rfc1123.parse(Rfc1123.format(moment))).isEqualTo(moment);
  }

  @Test
  void otherTextsAreNoDates() {
    for (final String text : new String[] {"", "Mon, 06 Nov 1994 08:49:37 GMT", "1994-11-06"}) {
      assertThatThrownBy(() -> Rfc1123.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theMonotonicTimerNeverGoesBack() {
    final MonotonicTimer timer = new MonotonicTimer();
    long last = timer.nanos();
    for (int i = 0; i < 10_000; i++) {
      final long now = timer.nanos();
      assertThat(now).isGreaterThanOrEqualTo(last);
      last = now;
    }
    assertThat(timer.elapsed()).isPositive();
  }
}
