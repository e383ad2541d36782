package org.jevent.soak;

import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.StreamFilter;

/** Filters on both ends of a pair, in memory or of sockets, that turn each byte there and back. */
final class FilterChurn extends Churn {
  private static final int MAX_BYTES = 50_000;
  private static final int MASK = 0x5a;
  private static final int PART = 1000;

  FilterChurn(final Ground ground) {
    super(ground);
  }

  private static StreamFilter mask() {
    final byte[] part = new byte[PART];
    return (source, target, limit, mode) -> {
      final int max = (int) (limit < 0 ? PART : Math.min(limit, PART));
      final int count = source.remove(part, 0, max);
      for (int i = 0; i < count; i++) {
        part[i] ^= MASK;
      }
      target.add(part, 0, count);
      return count > 0 ? StreamFilter.Result.OK : StreamFilter.Result.NEED_MORE;
    };
  }

  private BufferEvent masked(final BufferEvent lower) {
    return BufferEvent.filter(lower, mask(), mask(), BufferEvent.CLOSE_ON_FREE);
  }

  @Override
  void round() {
    final Flow flow = new Flow(this, some(MAX_BYTES));
    final BufferEvent[] lower =
        random.nextBoolean() ? BufferEvent.pair(base, 0) : Ends.joined(this, 0);
    final BufferEvent from = masked(lower[0]);
    final BufferEvent to = masked(lower[1]);
    if (random.nextBoolean()) {
      lower[0].setWatermarks(Event.WRITE, 0, Flow.WINDOW);
      to.setWatermarks(Event.READ, 0, PART);
    }
    from.setCallbacks(null, flow::send, (self, what) -> fail(Ends.text(what, self)));
    to.setCallbacks(
        self -> {
          if (flow.take(self.input())) {
            to.close();
            from.close();
            over();
          }
        },
        null,
        (self, what) -> fail(Ends.text(what, self)));
    to.enable(Event.READ);
    flow.send(from);
  }
}
