package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.junit.jupiter.api.Timeout;

/** The buffers of a stream are made when they are first used, which a program does not notice. */
class UnusedBuffersTest {
  private static final int STREAMS = 200;

  @EngineTest
  void theBuffersOfAStreamAreAlwaysTheSame(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final EventBuffer output = ends[0].output();
    ends[0].write(new byte[10]);
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() == 10);
    final EventBuffer input = ends[1].input();
    ends[0].close();
    ends[1].close();
    assertThat(ends[0].output()).isSameAs(output);
    assertThat(ends[1].input()).isSameAs(input);
  }

  @EngineTest
  void buffersThatAreFirstUsedAfterTheEndAreClosed(final Bases bases) {
    final SocketBufferEvent stream =
        Streams.pair(bases, bases.base(), BufferEvent.CLOSE_ON_FREE)[0];
    stream.close();
    assertThat(stream.output().length()).isZero();
    assertThat(stream.input().length()).isZero();
    assertThatThrownBy(() -> stream.output().add((byte) 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> stream.input().drain(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    stream.input().close();
    stream.close();
  }

  @EngineTest
  void unusedBuffersAreFrozenAsUsedOnesAre(final Bases bases) {
    final SocketBufferEvent[] ends = Streams.pair(bases, bases.base(), BufferEvent.CLOSE_ON_FREE);
    assertThatThrownBy(() -> ends[0].input().add((byte) 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the back is frozen");
    assertThatThrownBy(() -> ends[0].output().drain(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the front is frozen");
  }

  @EngineTest
  @Timeout(60)
  void twoThreadsThatUseABufferFirstGetTheSame(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    for (int i = 0; i < STREAMS; i++) {
      final SocketBufferEvent stream =
          bases.later(BufferEvent.socket(base, BufferEvent.THREADSAFE));
      final Function<BufferEvent, EventBuffer> use =
          i % 2 == 0 ? BufferEvent::input : BufferEvent::output;
      final CyclicBarrier start = new CyclicBarrier(2);
      final FutureTask<EventBuffer> other =
          new FutureTask<>(
              () -> {
                start.await();
                return use.apply(stream);
              });
      new Thread(other).start();
      start.await();
      assertThat(use.apply(stream)).isSameAs(other.get());
    }
  }
}
