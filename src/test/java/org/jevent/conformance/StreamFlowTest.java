package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.net.NetSocket;

/** Streams whose ends are not equally fast. */
class StreamFlowTest {
  private static final int PART = 64 * 1024;

  /** Writes a given number of random bytes, a part whenever the former one has left. */
  private static final class Source {
    final CRC32C digest = new CRC32C();
    private final Random random = new Random(7);
    private final byte[] part = new byte[PART];
    private final BufferEvent to;
    long left;

    Source(final BufferEvent to, final long bytes) {
      this.to = to;
      this.left = bytes;
      random.nextBytes(part);
      to.setCallbacks(null, this::write, null);
      write(to);
    }

    private void write(final BufferEvent stream) {
      if (left > 0) {
        final int count = (int) Math.min(left, part.length);
        part[random.nextInt(part.length)]++;
        digest.update(part, 0, count);
        to.output().add(part, 0, count);
        left -= count;
      } else {
        to.setCallbacks(null, null, null);
        to.shutdownOutput();
      }
    }
  }

  /** Digests what arrives, without copying it. */
  private static void digest(final BufferEvent stream, final CRC32C digest) {
    final ByteBuffer[] views = new ByteBuffer[stream.input().peek(0, -1, null)];
    stream.input().peek(0, -1, views);
    for (final ByteBuffer view : views) {
      digest.update(view);
    }
    stream.input().drain(stream.input().length());
  }

  @EngineTest
  void aReaderThatStopsHoldsTheWriterBack(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long total = 64L << 20;
    final Source source = new Source(ends[0], total);
    Streams.runFor(base, 300);
    assertThat(ends[0].output().length()).as("what waits to be sent").isBetween(1L, (long) PART);
    assertThat(source.left).as("what was never asked for").isGreaterThan(total / 4);
    assertThat(ends[1].input().length()).isZero();
    final CRC32C read = new CRC32C();
    final AtomicLong ended = new AtomicLong();
    ends[1].setCallbacks(s -> digest(s, read), null, (s, what) -> ended.incrementAndGet());
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ended.get() > 0);
    assertThat(read.getValue()).isEqualTo(source.digest.getValue());
  }

  @EngineTest
  void theInputNeverPassesItsHighWatermarkAndDrainingItGoesOn(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long[] max = {0};
    ends[1]
        .input()
        .addCallback(
            (buffer, before, added, removed) -> max[0] = Math.max(max[0], buffer.length()));
    ends[1].setWatermarks(Event.READ, 0, 1000);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[10_000]);
    Streams.runFor(base, 100);
    assertThat(ends[1].input().length()).isEqualTo(1000);
    long drained = 0;
    while (drained < 10_000) {
      drained += ends[1].input().drain(333);
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(drained).isEqualTo(10_000);
    assertThat(max[0]).isEqualTo(1000);
  }

  @EngineTest
  void manyReadersThatHoldMuchDoNotStopTheOthers(final Bases bases) {
    final EventBase base = bases.base();
    final int count = 40;
    final BufferEvent[][] all = new BufferEvent[count][];
    for (int i = 0; i < count; i++) {
      all[i] = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      all[i][1].enable(Event.READ);
      all[i][0].write(new byte[100_000]);
    }
    Streams.run(
        base,
        () -> {
          for (final BufferEvent[] ends : all) {
            if (ends[1].input().length() < 100_000) {
              return false;
            }
          }
          return true;
        });
    all[0][0].write(new byte[] {42});
    Streams.run(base, () -> all[0][1].input().length() == 100_001);
    assertThat(all[0][1].input().get(100_000)).isEqualTo((byte) 42);
  }

  @EngineTest
  void aGigabyteArrivesAsItWasSent(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long total = 1L << 30;
    ends[0].maxSingleWrite(PART);
    final Source source = new Source(ends[0], total);
    final CRC32C read = new CRC32C();
    final AtomicLong bytes = new AtomicLong();
    ends[1].setCallbacks(
        stream -> {
          bytes.addAndGet(stream.input().length());
          digest(stream, read);
        },
        null,
        (stream, what) -> base.loopBreak());
    ends[1].enable(Event.READ);
    base.dispatch();
    assertThat(bytes.get()).isEqualTo(total);
    assertThat(read.getValue()).isEqualTo(source.digest.getValue());
  }

  @EngineTest
  void bytesMoveThroughARelayWithoutBeingCopied(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] left = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] right = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long total = 32L << 20;
    left[1].setCallbacks(s -> right[0].write(s.input()), null, (s, w) -> right[0].shutdownOutput());
    left[1].enable(Event.READ);
    final CRC32C read = new CRC32C();
    final AtomicLong ended = new AtomicLong();
    right[1].setCallbacks(s -> digest(s, read), null, (s, w) -> ended.incrementAndGet());
    right[1].enable(Event.READ);
    final Source source = new Source(left[0], total);
    Streams.run(base, () -> ended.get() > 0);
    assertThat(read.getValue()).isEqualTo(source.digest.getValue());
  }

  /** More at once for the engine than it can take in one call to the system. */
  private static final class Overflow extends Attachment {
    private static final int RECORDS = 5000;

    private final Engine engine;
    private final int slot;

    Overflow(final EventBase base, final NetSocket socket) {
      engine = BaseAccess.services(base).engine();
      slot =
          socket.channel() == null
              ? engine.attach(this, socket.descriptor())
              : engine.attach(this, socket.channel());
    }

    void submit() {
      for (int i = 0; i < RECORDS; i++) {
        engine.receive(slot, 1 + i % 2);
      }
    }

    void leave() {
      engine.detach(slot, false);
    }

    @Override
    public void detached() {}
  }

  @EngineTest
  void theHighWatermarkHoldsWhenTheEngineEntersTheSystemTwice(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent reader = bases.later(BufferEvent.socket(base, pair[0], 0));
    final SocketBufferEvent writer = bases.later(BufferEvent.socket(base, pair[1], 0));
    reader.setWatermarks(Event.READ, 0, 1000);
    reader.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    pair[1].write(ByteBuffer.allocate(600));
    BaseAccess.services(base)
        .beforeNextPoll(
            () -> {
              final Overflow overflow = new Overflow(base, bases.pair(base)[0]);
              overflow.submit();
              writer.write(new byte[600]);
              BaseAccess.services(base).beforeNextPoll(overflow::leave);
            });
    Streams.run(base, () -> reader.input().length() >= 1000);
    Streams.runFor(base, 20);
    assertThat(reader.input().length()).isEqualTo(1000);
  }
}
