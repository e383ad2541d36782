package org.jevent.soak;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetOption;

/** Readers that take their time: what waits for them is bounded. Some never read at all. */
final class SlowReaderChurn extends Churn {
  private static final int MAX_BYTES = 400_000;
  private static final int HIGH = 8 * 1024;
  private static final int SIP = 12 * 1024;
  private static final int SMALL_BUFFER = 4 * 1024;

  /** More than the system holds. */
  private static final byte[] MUCH = new byte[4 << 20];

  private static final Duration PATIENCE = Duration.ofMillis(20);

  SlowReaderChurn(final Ground ground) {
    super(ground);
  }

  @Override
  void round() {
    final BufferEvent[] ends = Ends.joined(this, 0);
    if (random.nextInt(4) == 0) {
      neverRead(ends);
    } else {
      sip(ends);
    }
  }

  private void sip(final BufferEvent[] ends) {
    final Flow flow = new Flow(this, some(MAX_BYTES));
    ends[0].setWatermarks(Event.WRITE, Flow.WINDOW / 2, 0);
    ends[0].setCallbacks(null, flow::send, (self, what) -> fail(Ends.text(what, self)));
    ends[1].setWatermarks(Event.READ, 0, HIGH);
    ends[1].enable(Event.READ);
    flow.send(ends[0]);
    final Event clock =
        base.newPeriodicTimer(
            (self, what) -> {
              if (ends[1].input().length() > HIGH) {
                fail(ends[1].input().length() + " bytes stand above the high watermark");
              }
              if (flow.take(ends[1].input(), SIP)) {
                self.close();
                ends[0].close();
                ends[1].close();
                over();
              }
            });
    clock.addNanos(some(2_000_000));
  }

  /** A peer that does not read is found by the write time-out. */
  private void neverRead(final BufferEvent[] ends) {
    ends[0].setTimeouts(null, PATIENCE);
    ends[0].setCallbacks(
        null,
        null,
        (self, what) -> {
          if (what != (BufferEvent.TIMEOUT | BufferEvent.WRITING)) {
            fail(Ends.text(what, self) + " instead of a time-out");
          }
          ends[random.nextInt(2)].close();
          ends[0].close();
          ends[1].close();
          over();
        });
    ends[0].handle().set(NetOption.SEND_BUFFER, SMALL_BUFFER);
    ends[1].handle().set(NetOption.RECEIVE_BUFFER, SMALL_BUFFER);
    ends[0].output().addReference(MUCH, 0, MUCH.length, null);
  }
}
