package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.Pipe;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;

/** {@code pipeTo}: what arrives on one stream leaves on another, at the pace of the slower one. */
class PipeTest {
  private static final long MARK = 64 * 1024;
  private static final int LENGTH = 3_000_000;

  private static byte[] random(final int length) {
    final byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ConnectionListener echo(final Bases bases, final EventBase base) {
    return Streams.serve(
        bases, base, BufferEvent.CLOSE_ON_FREE, client -> client.pipeTo(client, MARK));
  }

  /** A client that sends everything, and keeps what comes until the other side has ended. */
  private static SocketBufferEvent exchange(
      final Bases bases,
      final EventBase base,
      final ConnectionListener listener,
      final byte[] sent) {
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.enable(Event.READ);
    client.write(sent);
    client.shutdownOutput();
    client.connect(listener.address());
    return client;
  }

  private static byte[] received(final EventBase base, final SocketBufferEvent client) {
    Streams.run(base, 60, client::hasEnded);
    return client.input().readBytes((int) client.input().length());
  }

  @EngineTest
  void anEchoReturnsEverythingAndCloses(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener listener = echo(bases, base);
    final byte[] sent = random(LENGTH);
    assertThat(received(base, exchange(bases, base, listener, sent))).isEqualTo(sent);
  }

  @EngineTest
  void aProxyMovesBothWaysAndClosesBoth(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener back = echo(bases, base);
    final List<SocketBufferEvent> opened = new ArrayList<>();
    final ConnectionListener front =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            client -> {
              final SocketBufferEvent server =
                  bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
              server.connect(back.address());
              client.pipeTo(server, MARK);
              server.pipeTo(client, MARK);
              opened.addAll(List.of(client, server));
            });
    final byte[] sent = random(LENGTH);
    assertThat(received(base, exchange(bases, base, front, sent))).isEqualTo(sent);
    Streams.run(base, () -> opened.stream().allMatch(BufferEvent::isClosed));
  }

  @EngineTest
  void aTargetThatIsNotReadHoldsTheSourceBack(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Pipe pipe = in[1].pipeTo(out[0], MARK);
    out[0].disable(Event.WRITE);
    in[0].write(random(LENGTH));
    Streams.run(base, () -> out[0].output().length() > MARK);
    Streams.runFor(base, 50);
    assertThat(out[0].output().length()).isLessThan(MARK + 4 * BufferEvent.DEFAULT_MAX_SINGLE);
    assertThat(in[1].enabled() & Event.READ).as("only suspended").isEqualTo(Event.READ);
    out[0].enable(Event.WRITE);
    final EventBuffer received = bases.later(new EventBuffer());
    out[1].setCallbacks(self -> received.add(self.input()), null, null);
    out[1].enable(Event.READ);
    Streams.run(base, () -> received.length() == LENGTH);
    assertThat(received.toByteArray()).isEqualTo(random(LENGTH));
    assertThat(pipe.moved()).isEqualTo(LENGTH);
  }

  @EngineTest
  void theEndPassesOnAfterTheBytes(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    in[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    final Pipe pipe = in[1].pipeTo(out[0]);
    out[1].setCallbacks(
        null,
        null,
        (self, what) -> seen.add(self.input().length() + " then " + Streams.text(what)));
    out[1].enable(Event.READ);
    in[0].write(new byte[100_000]);
    in[0].shutdownOutput();
    Streams.run(base, () -> seen.size() == 2);
    assertThat(seen).containsExactlyInAnyOrder("READING|EOF", "100000 then READING|EOF");
    assertThat(pipe.isOpen()).isFalse();
    assertThat(out[0].isClosed()).as("it may still read").isFalse();
  }

  @EngineTest
  void aFailedSourceClosesBothAfterItsBytes(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    in[1].pipeTo(out[0]);
    in[1].setTimeouts(Duration.ofMillis(30), null);
    out[1].enable(Event.READ);
    in[0].write(new byte[10]);
    Streams.run(base, () -> in[1].isClosed() && out[0].isClosed());
    Streams.run(base, () -> out[1].input().length() == 10);
  }

  @EngineTest
  void aClosedTargetClosesTheSource(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Pipe pipe = in[1].pipeTo(out[0]);
    final List<String> ends = new ArrayList<>();
    pipe.onEnd(
        () -> {
          ends.add("end");
          throw new IllegalStateException("of the program");
        });
    out[0].close();
    assertThat(in[1].isClosed()).isTrue();
    assertThat(pipe.isOpen()).isFalse();
    assertThat(bases.exceptions).hasSize(1);
    pipe.onEnd(() -> ends.add("at once"));
    assertThat(ends).containsExactly("end", "at once");
  }

  /** Its own event callback hears of it first. */
  @EngineTest
  void aTargetThatCannotBeWrittenClosesTheSource(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    out[0].setCallbacks(
        null, null, (self, what) -> seen.add(Streams.text(what) + " " + in[1].isClosed()));
    out[0].setTimeouts(null, Duration.ofMillis(30));
    in[1].pipeTo(out[0], MARK);
    in[0].write(random(32 << 20));
    Streams.run(base, () -> in[1].isClosed());
    assertThat(seen).containsExactly("WRITING|TIMEOUT false");
    assertThat(out[0].isClosed()).isFalse();
  }

  /** Each of two pipes in opposite directions takes the other's locks. */
  @EngineTest
  void aProxyBetweenTwoLoopsNeverWaitsForItself(final Bases bases) {
    final EventBase one = bases.base();
    final EventBase other = bases.base();
    final int options = BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE;
    final SocketBufferEvent[] near = Streams.pair(bases, one, options);
    final SocketBufferEvent[] far = Streams.pair(bases, other, options);
    near[1].pipeTo(far[0], MARK);
    far[0].pipeTo(near[1], MARK);
    far[1].pipeTo(far[1], MARK);
    final EventBuffer received = bases.later(new EventBuffer());
    final List<String> ends = new ArrayList<>();
    near[0].setCallbacks(
        self -> received.add(self.input()), null, (self, what) -> ends.add(Streams.text(what)));
    near[0].enable(Event.READ);
    near[0].write(random(LENGTH));
    near[0].shutdownOutput();
    final CompletableFuture<?> second = CompletableFuture.runAsync(other::dispatch);
    Streams.run(one, 60, () -> !ends.isEmpty());
    assertThat(ends).containsExactly("READING|EOF");
    assertThat(received.toByteArray()).isEqualTo(random(LENGTH));
    Streams.run(one, 60, second::isDone);
    assertThat(List.of(near[1].isClosed(), far[0].isClosed(), far[1].isClosed()))
        .containsOnly(true);
  }

  /** The pool of its base gets its bytes back. */
  @EngineTest
  void aTargetWhoseBaseIsClosedClosesTheSource(final Bases bases) {
    final EventBase one = bases.base();
    final EventBase other = bases.inner().base();
    final int options = BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE;
    final SocketBufferEvent[] in = Streams.pair(bases, one, options);
    final SocketBufferEvent out =
        BufferEvent.socket(other, bases.pair(other)[0], BufferEvent.THREADSAFE);
    in[1].pipeTo(out, MARK);
    other.close();
    in[0].write(random(LENGTH));
    Streams.run(one, () -> in[1].isClosed());
  }

  @EngineTest
  void aClosedPipeLeavesTheStreamsOpen(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Pipe pipe = in[1].pipeTo(out[0], 1);
    assertThatThrownBy(() -> out[1].pipeTo(out[0])).isInstanceOf(IllegalStateException.class);
    out[0].disable(Event.WRITE);
    in[0].write(new byte[10]);
    Streams.run(base, () -> pipe.moved() == 10);
    pipe.close();
    pipe.close();
    in[0].write(new byte[5]);
    Streams.run(base, () -> in[1].input().length() == 5);
    in[1].pipeTo(out[0]);
    out[1].enable(Event.READ);
    Streams.run(base, () -> out[1].input().length() == 15);
  }

  @EngineTest
  void threadSafeStreamsOfTwoBasesArePiped(final Bases bases) throws Exception {
    final EventBase one = bases.base();
    final EventBase other = bases.base();
    final int options = BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE;
    final SocketBufferEvent[] in = Streams.pair(bases, one, options);
    final SocketBufferEvent[] out = Streams.pair(bases, other, options);
    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    final EventBuffer received = bases.later(new EventBuffer());
    out[1].setCallbacks(
        self -> received.add(self.input()),
        null,
        (self, what) -> {
          ended.complete(what);
          other.loopExit();
        });
    out[1].enable(Event.READ);
    in[1].pipeTo(out[0], MARK);
    in[0].write(random(LENGTH));
    in[0].shutdownOutput();
    final CompletableFuture<?> second = CompletableFuture.runAsync(other::dispatch);
    Streams.run(one, 60, second::isDone);
    second.join();
    assertThat(ended.join()).isEqualTo(BufferEvent.READING | BufferEvent.EOF);
    assertThat(received.toByteArray()).isEqualTo(random(LENGTH));
  }

  @EngineTest
  void aFilterIsATargetAndHeldBackByWhatIsBelow(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent filter =
        bases.later(BufferEvent.filter(out[0], null, null, BufferEvent.CLOSE_ON_FREE));
    out[0].disable(Event.WRITE);
    in[1].pipeTo(filter, MARK);
    in[0].write(random(LENGTH));
    Streams.run(base, () -> out[0].output().length() > MARK);
    Streams.runFor(base, 50);
    assertThat(out[0].output().length()).isLessThan(MARK + 4 * BufferEvent.DEFAULT_MAX_SINGLE);
    out[0].enable(Event.WRITE);
    final EventBuffer received = bases.later(new EventBuffer());
    out[1].setCallbacks(self -> received.add(self.input()), null, null);
    out[1].enable(Event.READ);
    Streams.run(base, () -> received.length() == LENGTH);
  }

  /** The ways in which a program ends a stream. */
  private static final List<Consumer<BufferEvent>> ENDINGS =
      List.of(
          BufferEvent::close,
          BufferEvent::closeAfterFlush,
          stream -> stream.closeGracefully(Duration.ofMillis(20)));

  /** Else a source that never rests would keep it open for ever. */
  @EngineTest
  void aTargetThatIsToCloseBehindItsOutputTakesNoMore(final Bases bases) {
    for (final Consumer<BufferEvent> ending : ENDINGS) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final List<String> seen = new ArrayList<>();
      out[1].setCallbacks(
          self -> self.input().drain(Long.MAX_VALUE),
          null,
          (self, what) -> seen.add(Streams.text(what)));
      out[1].enable(Event.READ);
      in[0].setCallbacks(null, self -> self.write(new byte[1 << 16]), null);
      in[0].write(new byte[1 << 16]);
      final Pipe pipe = in[1].pipeTo(out[0], MARK);
      pipe.onEnd(() -> seen.add("end"));
      Streams.run(base, () -> pipe.moved() > 5 * MARK);
      ending.accept(out[0]);
      assertThat(seen).containsExactly("end");
      assertThat(in[1].isClosed()).isTrue();
      Streams.run(base, () -> seen.size() == 2);
      out[1].close();
      Streams.run(base, () -> out[0].isClosed());
    }
  }

  /** The target stays the program's. */
  @EngineTest
  void aSourceThatTheProgramClosesEndsThePipe(final Bases bases) {
    for (final Consumer<BufferEvent> ending : ENDINGS) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final List<String> seen = new ArrayList<>();
      out[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
      out[1].enable(Event.READ);
      final Pipe pipe = in[1].pipeTo(out[0]);
      pipe.onEnd(() -> seen.add("end"));
      in[0].write(new byte[10]);
      Streams.run(base, () -> out[1].input().length() == 10);
      ending.accept(in[1]);
      assertThat(seen).containsExactly("end");
      assertThat(pipe.isOpen()).isFalse();
      Streams.run(base, () -> in[1].isClosed());
      Streams.runFor(base, 20);
      assertThat(seen).containsExactly("end");
      final SocketBufferEvent[] next = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      next[1].pipeTo(out[0]);
      next[0].write(new byte[5]);
      next[0].shutdownOutput();
      Streams.run(base, () -> seen.size() == 2);
      assertThat(out[1].input().length()).isEqualTo(15);
      assertThat(seen).containsExactly("end", "READING|EOF");
    }
  }

  /** Its end passes on all the same, behind all bytes. */
  @EngineTest
  void whatTheFormerCallbackDoesAtTheEndDoesNotKeepItOpen(final Bases bases) {
    final List<Consumer<BufferEvent>> acts = new ArrayList<>(ENDINGS);
    acts.add(
        source -> {
          throw new IllegalStateException("of the program");
        });
    for (final Consumer<BufferEvent> act : acts) {
      for (final boolean full : new boolean[] {false, true}) {
        final EventBase base = bases.base();
        final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
        final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
        final List<String> seen = new ArrayList<>();
        out[1].setCallbacks(
            null, null, (self, what) -> seen.add(self.input().length() + Streams.text(what)));
        in[1].setCallbacks(null, null, (self, what) -> act.accept(self));
        final Pipe pipe = in[1].pipeTo(out[0], full ? 1 : MARK);
        pipe.onEnd(() -> seen.add("end"));
        out[0].disable(full ? Event.WRITE : 0);
        in[0].write(new byte[1000]);
        in[0].shutdownOutput();
        if (full) {
          Streams.run(base, () -> out[0].output().length() > 0);
          out[0].enable(Event.WRITE);
        }
        out[1].enable(Event.READ);
        Streams.run(base, () -> seen.size() == 2);
        assertThat(seen).containsExactly("end", "1000READING|EOF");
        assertThat(pipe.isOpen()).isFalse();
        assertThat(out[0].isClosed()).isFalse();
      }
    }
    assertThat(bases.exceptions).hasSize(2);
  }

  @EngineTest
  void aFormerCallbackThatThrowsAtAnErrorKeepsNothingOpen(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    in[1].setCallbacks(
        null,
        null,
        (self, what) -> {
          throw new IllegalStateException("of the program");
        });
    in[1].pipeTo(out[0]);
    in[1].setTimeouts(Duration.ofMillis(10), null);
    Streams.run(base, () -> in[1].isClosed() && out[0].isClosed());
    assertThat(bases.exceptions).hasSize(1);
  }

  @EngineTest
  void aPipeWhoseFormerCallbackClosesItLeavesTheTargetAlone(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] in = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] out = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> seen = new ArrayList<>();
    final Pipe[] pipe = new Pipe[1];
    in[1].setCallbacks(
        null,
        null,
        (self, what) -> {
          pipe[0].close();
          self.close();
        });
    pipe[0] = in[1].pipeTo(out[0]);
    out[1].setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    out[1].enable(Event.READ);
    in[0].close();
    Streams.run(base, () -> in[1].isClosed());
    Streams.runFor(base, 20);
    assertThat(seen).isEmpty();
  }

  @EngineTest
  void aClosedSourceKeepsNoLoopRunning(final Bases bases) {
    final EventBase one = bases.base();
    final EventBase other = bases.base();
    final int options = BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE;
    final SocketBufferEvent source = BufferEvent.socket(one, bases.pair(one)[0], options);
    final SocketBufferEvent target =
        bases.later(BufferEvent.socket(other, bases.pair(other)[0], options));
    source.pipeTo(target);
    source.close();
    assertThat(one.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
    assertThat(other.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
    other.loop(EventBase.LOOP_NONBLOCK);
    BufferEvent.pair(other, BufferEvent.THREADSAFE)[0].pipeTo(target).close();
  }

  @EngineTest
  void aPipeThatCannotStartChangesNothing(final Bases bases) {
    for (final boolean apart : new boolean[] {false, true}) {
      final EventBase base = bases.base();
      final EventBase other = apart ? bases.base() : base;
      final int options = BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE;
      final SocketBufferEvent[] in = Streams.pair(bases, base, options);
      final SocketBufferEvent[] out = Streams.pair(bases, other, options);
      final List<String> seen = new ArrayList<>();
      in[1].setCallbacks(self -> seen.add("read"), null, (self, what) -> seen.add("end"));
      in[1].enable(Event.READ);
      in[0].write(new byte[10]);
      Streams.run(base, () -> in[1].input().length() == 10);
      final BufferEvent.DataCallback read = in[1].readCallback();
      final BufferEvent.EventCallback event = in[1].eventCallback();
      in[1].disable(Event.READ);
      in[1].input().freezeFront();
      assertThatThrownBy(() -> in[1].pipeTo(out[0])).hasMessageContaining("frozen");
      assertThat(in[1].readCallback()).isSameAs(read);
      assertThat(in[1].eventCallback()).isSameAs(event);
      assertThat(in[1].enabled()).isEqualTo(Event.WRITE);
      assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
      in[1].input().unfreezeFront();
      assertThat(in[1].pipeTo(out[0]).moved()).isEqualTo(10);
    }
  }
}
