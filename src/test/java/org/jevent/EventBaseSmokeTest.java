package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventBaseSmokeTest {
  @Test
  void aTimerFiresOnTheDefaultMethod() {
    final AtomicInteger fired = new AtomicInteger();
    try (EventBase base = new EventBase()) {
      base.newTimer((event, what) -> fired.incrementAndGet()).add(Duration.ofMillis(1));
      assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    }
    assertThat(fired).hasValue(1);
  }
}
