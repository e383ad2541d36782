package org.jevent.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that receive less at a time while memory is used, until it is free again. */
@Timeout(30)
class MemoryPressureCountTest {
  /** Far more than a pool keeps of what is given back. */
  private static final int LIMIT = 64 << 20;

  private static void receive(final EventBase base, final BufferEvent from, final BufferEvent to) {
    final long before = to.input().length();
    from.write(new byte[1]);
    for (int i = 0; i < 10 && to.input().length() == before; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(to.input().length()).isEqualTo(before + 1);
  }

  /** The usage need not have been high in between. */
  @Test
  void aStreamIsFreedWithTheNextBytes() {
    try (EventBase base = new EventBase(new EventConfig().maxBufferMemory(LIMIT));
        EventBuffer filling = new EventBuffer(base)) {
      final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
      final MemoryPressure pressure =
          StreamAccess.of(BufferEvent.class).core(pair[1]).context.pressure;
      pair[1].enable(Event.READ);
      receive(base, pair[0], pair[1]);
      assertThat(pressure.restricted()).isZero();
      base.execute(() -> filling.add(new byte[LIMIT / 10 * 6]));
      base.loop(EventBase.LOOP_NONBLOCK);
      receive(base, pair[0], pair[1]);
      assertThat(pressure.restricted()).isOne();
      base.execute(() -> filling.drain(Long.MAX_VALUE));
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(base.bufferMemory()).isLessThan(LIMIT / 2);
      receive(base, pair[0], pair[1]);
      assertThat(pressure.restricted()).isZero();
      base.execute(() -> filling.add(new byte[LIMIT / 10 * 6]));
      base.loop(EventBase.LOOP_NONBLOCK);
      receive(base, pair[0], pair[1]);
      assertThat(pressure.restricted()).isOne();
      pair[1].close();
      assertThat(pressure.restricted()).isZero();
      pair[0].close();
    }
  }
}
