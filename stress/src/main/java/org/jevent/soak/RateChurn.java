package org.jevent.soak;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.TokenBucketConfig;

/** Streams with individual limits, a group's, or both. */
final class RateChurn extends Churn {
  private static final TokenBucketConfig LIMITS =
      new TokenBucketConfig(8_000, 16_000, 8_000, 16_000, Duration.ofMillis(2));
  private static final TokenBucketConfig SHARED =
      new TokenBucketConfig(16_000, 32_000, 16_000, 32_000, Duration.ofMillis(2));
  private static final int MAX_BYTES = 100_000;

  private final RateLimitGroup group;

  RateChurn(final Ground ground) {
    super(ground);
    group = new RateLimitGroup(base, SHARED);
  }

  @Override
  void round() {
    final Flow flow = new Flow(this, some(MAX_BYTES));
    final BufferEvent[] ends = Ends.joined(this, 0);
    limit(ends[0]);
    limit(ends[1]);
    ends[0].setWatermarks(Event.WRITE, Flow.WINDOW / 2, 0);
    ends[0].setCallbacks(null, flow::send, (self, what) -> fail(Ends.text(what, self)));
    ends[1].setCallbacks(
        self -> {
          if (flow.take(self.input())) {
            ends[0].close();
            ends[1].close();
            over();
          }
        },
        null,
        (self, what) -> fail(Ends.text(what, self)));
    ends[1].enable(Event.READ);
    flow.send(ends[0]);
  }

  private void limit(final BufferEvent end) {
    if (random.nextBoolean()) {
      end.limits().set(LIMITS);
    }
    if (random.nextBoolean()) {
      end.limits().join(group);
    }
  }

  @Override
  void close() {
    if (group.size() > 0) {
      fail("the group keeps " + group.size() + " members");
    } else {
      group.close();
    }
  }
}
