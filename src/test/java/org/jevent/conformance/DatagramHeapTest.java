package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.endpoint.DatagramEvent;

/** What has come and is not delivered yet is bounded, whatever else the loop does. */
class DatagramHeapTest {
  private static final int SIZE = 8000;
  private static final int BYTES = 6 << 20;

  /** The rest stays in the system, or is dropped there. */
  @EngineTest
  void datagramsBehindMoreUrgentCallbacksDoNotPileUp(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final long[] got = new long[1];
    final DatagramEvent receiver =
        Datagrams.bind(bases, base, (self, data, from, truncated) -> got[0] += data.remaining());
    receiver.enable();
    final DatagramEvent sender = Datagrams.bind(bases, base, (self, data, from, truncated) -> {});
    final int[] sent = new int[1];
    final Event busy =
        bases.later(
            base.newUserEvent(
                (self, what) -> {
                  if (sent[0] < BYTES) {
                    self.activate(0);
                    if (sender.send(ByteBuffer.allocate(SIZE), receiver.address())) {
                      sent[0] += SIZE;
                    }
                  }
                }));
    busy.priority(0);
    busy.activate(0);
    Streams.run(base, () -> sent[0] >= BYTES);
    base.loop(EventBase.LOOP_NONBLOCK);
    Streams.run(base, () -> got[0] > 0);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(got[0]).as("what had been received").isBetween((long) SIZE, 4L << 20);
    final long before = got[0];
    Streams.run(
        base,
        () -> {
          sender.send(ByteBuffer.allocate(SIZE), receiver.address());
          return got[0] > before + (1 << 20);
        });
    assertThat(bases.exceptions).isEmpty();
  }
}
