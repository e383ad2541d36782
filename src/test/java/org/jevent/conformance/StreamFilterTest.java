package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.bufferevent.StreamFilter.Result;
import org.jevent.error.Errno;

/** Buffer events on top of others. */
class StreamFilterTest {
  private static final int OWNED = BufferEvent.CLOSE_ON_FREE;

  /** Sends each byte with an x behind it, and takes them apart again. */
  private static final StreamFilter PAD =
      (source, target, limit, mode) -> {
        final byte[] one = new byte[1];
        int moved = 0;
        while (source.length() > 0 && (limit < 0 || moved + 2 <= limit)) {
          source.remove(one);
          target.add(one).add((byte) 'x');
          moved += 2;
        }
        return moved > 0 ? Result.OK : Result.NEED_MORE;
      };

  private static final StreamFilter UNPAD =
      (source, target, limit, mode) -> {
        final byte[] two = new byte[2];
        int moved = 0;
        while (source.length() > 1 && (limit < 0 || moved < limit)) {
          source.remove(two);
          assertThat(two[1]).isEqualTo((byte) 'x');
          target.add(two[0]);
          moved++;
        }
        return moved > 0 ? Result.OK : Result.NEED_MORE;
      };

  private interface Body {
    void run(EventBase base, BufferEvent near, BufferEvent far);
  }

  /** Over sockets and over a pair, in several mixes of options. */
  private static void inEachForm(
      final Bases bases, final StreamFilter in, final StreamFilter out, final Body body) {
    final int[] mixes = {
      OWNED, OWNED | BufferEvent.DEFER_CALLBACKS, OWNED | BufferEvent.THREADSAFE
    };
    for (final int options : mixes) {
      for (final boolean sockets : new boolean[] {true, false}) {
        final EventBase base = bases.base();
        final BufferEvent[] below =
            sockets ? Streams.tcp(bases, base, options) : BufferEvent.pair(base, options);
        bases.later(below[0]);
        bases.later(below[1]);
        final BufferEvent near = bases.later(BufferEvent.filter(below[0], in, out, options));
        final BufferEvent far = bases.later(BufferEvent.filter(below[1], in, out, options));
        assertThat(near.underlying()).isSameAs(below[0]);
        body.run(base, near, far);
        assertThat(bases.exceptions).isEmpty();
      }
    }
  }

  private static byte[] data(final int size) {
    final byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    return data;
  }

  @EngineTest
  void bytesAreTurnedOnTheirWayOutAndBack(final Bases bases) {
    inEachForm(
        bases,
        UNPAD,
        PAD,
        (base, near, far) -> {
          final byte[] data = data(30_000);
          final List<String> notes = new ArrayList<>();
          near.setCallbacks(null, s -> notes.add("written"), null);
          far.setCallbacks(s -> notes.add("read"), null, null);
          far.enable(Event.READ);
          near.write(data);
          Streams.run(base, () -> far.input().length() == data.length);
          Streams.run(base, () -> notes.contains("written"));
          assertThat(notes).contains("read");
          assertThat(far.input().toByteArray()).isEqualTo(data);
        });
  }

  @EngineTest
  void withoutFunctionsBytesPass(final Bases bases) {
    inEachForm(
        bases,
        null,
        null,
        (base, near, far) -> {
          final byte[] data = data(100_000);
          far.setWatermarks(Event.READ, 0, 5000);
          final EventBuffer got = new EventBuffer();
          far.setCallbacks(
              s -> {
                assertThat(s.input().length()).isLessThanOrEqualTo(5000);
                s.read(got);
              },
              null,
              null);
          far.enable(Event.READ);
          near.write(data);
          Streams.run(base, () -> got.length() == data.length);
          assertThat(got.toByteArray()).isEqualTo(data);
          got.close();
        });
  }

  @EngineTest
  void nothingIsReadFromBelowWhileReadingIsDisabled(final Bases bases) {
    inEachForm(
        bases,
        UNPAD,
        PAD,
        (base, near, far) -> {
          near.write(data(100));
          Streams.runFor(base, 40);
          assertThat(far.input().length()).isZero();
          assertThat(far.underlying().input().length()).isZero();
          far.enable(Event.READ);
          Streams.run(base, () -> far.input().length() == 100);
          far.disable(Event.READ);
          near.write(data(100));
          Streams.runFor(base, 40);
          assertThat(far.input().length()).isEqualTo(100);
          near.disable(Event.WRITE);
          near.write(data(100));
          far.enable(Event.READ);
          Streams.run(base, () -> far.input().length() == 200);
          Streams.runFor(base, 30);
          assertThat(far.input().length()).isEqualTo(200);
          near.enable(Event.WRITE);
          Streams.run(base, () -> far.input().length() == 300);
        });
  }

  @EngineTest
  void aMessageLargerThanTheHighWatermarkArrivesWhole(final Bases bases) {
    inEachForm(
        bases,
        UNPAD,
        PAD,
        (base, near, far) -> {
          final long[] seen = {0};
          far.setWatermarks(Event.READ, 0, 10);
          far.setCallbacks(
              s -> {
                assertThat(s.input().length()).isLessThanOrEqualTo(10);
                seen[0] += s.input().drain(3);
              },
              null,
              null);
          far.enable(Event.READ);
          near.write(data(500));
          Streams.run(base, () -> seen[0] + far.input().length() == 500);
        });
  }

  @EngineTest
  void theHighWatermarkOfTheOutputBelowHoldsTheFilterBack(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.tcp(bases, base, OWNED);
    final BufferEvent near = bases.later(BufferEvent.filter(below[0], UNPAD, PAD, OWNED));
    below[0].setWatermarks(Event.WRITE, 0, 1000);
    below[0].disable(Event.WRITE);
    near.write(data(5000));
    Streams.runFor(base, 20);
    assertThat(below[0].output().length()).isEqualTo(1000);
    assertThat(near.output().length()).isEqualTo(4500);
    below[0].enable(Event.WRITE);
    below[1].enable(Event.READ);
    Streams.run(base, () -> below[1].input().length() == 10_000);
  }

  @EngineTest
  void theEndAndErrorsPassThrough(final Bases bases) {
    inEachForm(
        bases,
        UNPAD,
        PAD,
        (base, near, far) -> {
          final List<String> notes = new ArrayList<>();
          far.setCallbacks(
              s -> notes.add("read " + s.input().length()),
              null,
              (s, what) -> notes.add(Streams.text(what)));
          far.enable(Event.READ);
          near.write(data(3));
          if (near.underlying().handle() == null) {
            Streams.run(base, () -> !notes.isEmpty());
            near.flush(Event.WRITE, FlushMode.FINISHED);
          } else {
            Streams.run(base, () -> near.output().isEmpty());
            near.underlying().shutdownOutput();
          }
          Streams.run(base, () -> notes.size() == 2);
          assertThat(notes).containsExactly("read 3", "READING|EOF");
        });
  }

  @EngineTest
  void aBrokenStreamIsAnErrorOfItsDirection(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.tcp(bases, base, OWNED);
    final StreamFilter broken = (source, target, limit, mode) -> Result.ERROR;
    final BufferEvent near = bases.later(BufferEvent.filter(below[0], broken, broken, OWNED));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    near.setCallbacks(null, null, recorded::event);
    near.enable(Event.READ);
    below[1].write(data(10));
    Streams.run(base, () -> !recorded.events.isEmpty());
    near.write(data(10));
    Streams.run(base, () -> recorded.events.size() == 2);
    assertThat(recorded.events).containsExactly("READING|ERROR", "WRITING|ERROR");
    assertThat(near.error()).isEqualTo(Errno.EPROTO);
    assertThat(near.enabled()).isZero();
  }

  @EngineTest
  void closingLeavesWhatIsBelowOpenUnlessOwned(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.tcp(bases, base, OWNED);
    final BufferEvent near = BufferEvent.filter(below[0], UNPAD, PAD, 0);
    near.enable(Event.READ);
    near.close();
    assertThat(below[0].isClosed()).isFalse();
    assertThat(below[0].readCallback()).isNull();
    below[1].write(data(5));
    Streams.run(base, () -> below[0].input().length() == 5);
    BufferEvent.filter(below[0], null, null, OWNED).close();
    assertThat(below[0].isClosed()).isTrue();
  }

  @EngineTest
  void aFilterOverASocketThatIsNotConnectedCanBeMadeAndClosed(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent socket = BufferEvent.socket(base, OWNED);
    final BufferEvent filter = BufferEvent.filter(socket, null, null, OWNED);
    filter.enable(Event.READ | Event.WRITE);
    base.loop(EventBase.LOOP_NONBLOCK);
    filter.close();
    assertThat(socket.isClosed()).isTrue();
  }

  // ---- compression ----

  private static StreamFilter deflating(final Deflater deflater) {
    return (source, target, limit, mode) -> {
      final byte[] chunk = new byte[(int) Math.min(65_536, source.length())];
      source.remove(chunk);
      deflater.setInput(chunk);
      if (mode == FlushMode.FINISHED) {
        deflater.finish();
      }
      final byte[] out = new byte[8192];
      int made = 0;
      int count;
      while ((count = deflater.deflate(out)) > 0) {
        target.add(out, 0, count);
        made += count;
      }
      return made > 0 ? Result.OK : Result.NEED_MORE;
    };
  }

  private static StreamFilter inflating(final Inflater inflater) {
    return (source, target, limit, mode) -> {
      final byte[] chunk = new byte[(int) Math.min(8192, source.length())];
      source.remove(chunk);
      inflater.setInput(chunk);
      final byte[] out = new byte[8192];
      int made = 0;
      int count;
      try {
        while ((count = inflater.inflate(out)) > 0) {
          target.add(out, 0, count);
          made += count;
        }
      } catch (final DataFormatException e) {
        return Result.ERROR;
      }
      return made > 0 ? Result.OK : Result.NEED_MORE;
    };
  }

  @EngineTest
  void aCompressedStreamArrivesWhole(final Bases bases) {
    for (final boolean sockets : new boolean[] {true, false}) {
      final EventBase base = bases.base();
      final BufferEvent[] below =
          sockets ? Streams.tcp(bases, base, OWNED) : BufferEvent.pair(base, OWNED);
      final Deflater deflater = new Deflater();
      final Inflater inflater = new Inflater();
      final BufferEvent near =
          bases.later(BufferEvent.filter(below[0], null, deflating(deflater), OWNED));
      final BufferEvent far =
          bases.later(BufferEvent.filter(below[1], inflating(inflater), null, OWNED));
      final byte[] data = new byte[5_000_000];
      final Random random = new Random(3);
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) random.nextInt(i / 100_000 + 2);
      }
      far.enable(Event.READ);
      for (int at = 0; at < data.length; at += 100_000) {
        near.output().add(data, at, 100_000);
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      near.flush(Event.WRITE, FlushMode.FINISHED);
      Streams.run(base, () -> far.input().length() == data.length);
      assertThat(far.input().toByteArray()).isEqualTo(data);
      assertThat(inflater.finished()).isTrue();
      assertThat(inflater.getBytesRead()).isLessThan(data.length * 9 / 10);
      deflater.end();
      inflater.end();
    }
  }
}
