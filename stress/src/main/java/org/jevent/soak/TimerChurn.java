package org.jevent.soak;

import java.time.Duration;
import org.jevent.CommonTimeout;
import org.jevent.Event;

/** Timers added, moved and cancelled: those that are left fire once and never early. */
final class TimerChurn extends Churn {
  private static final int TIMERS = 40;
  private static final long MAX_DELAY = 10_000_000;

  private final CommonTimeout common;

  TimerChurn(final Ground ground) {
    super(ground);
    common = base.initCommonTimeout(Duration.ofMillis(3));
  }

  @Override
  void round() {
    new Batch().begin();
  }

  private final class Batch {
    private final Event[] timers = new Event[TIMERS];
    private final long[] due = new long[TIMERS];
    private int left;

    void begin() {
      for (int i = 0; i < TIMERS; i++) {
        final int number = i;
        timers[i] = base.newTimer((event, what) -> fired(number));
        add(i);
        left++;
      }
    }

    private void add(final int number) {
      final long now = base.cachedNanos();
      if (random.nextInt(4) == 0) {
        due[number] = now + common.duration().toNanos();
        timers[number].add(common);
      } else {
        final long nanos = random.nextLong(MAX_DELAY);
        due[number] = now + nanos;
        timers[number].addNanos(nanos);
      }
    }

    private void fired(final int number) {
      if (due[number] == 0) {
        fail("a timer fires that was cancelled, or a second time");
        return;
      }
      if (base.cachedNanos() < due[number]) {
        fail("a timer fires " + (due[number] - base.cachedNanos()) + " ns early");
      }
      end(number);
      disturb(random.nextInt(TIMERS));
    }

    private void disturb(final int other) {
      if (due[other] != 0) {
        if (random.nextBoolean()) {
          add(other);
        } else {
          end(other);
        }
      }
    }

    private void end(final int number) {
      due[number] = 0;
      if (random.nextBoolean()) {
        timers[number].close();
      } else {
        timers[number].delete();
      }
      if (--left == 0) {
        over();
      }
    }
  }
}
