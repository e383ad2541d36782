package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * {@code closeAfterFlush} always ends, in each kind of stream, each state and each depth of
 * filters. All is sent, or sending has failed or is impossible, or a time-out has passed.
 */
class StreamFlushTest {
  private static final int MUCH = 4 << 20;

  /** What one end reads until the stream has ended, and how it ended. */
  private static final class Reader {
    final BufferEvent stream;
    long received;
    String end;

    Reader(final BufferEvent stream) {
      this.stream = stream;
      stream.setCallbacks(
          self -> {
            received += self.input().length();
            self.input().drain(self.input().length());
          },
          null,
          (self, what) -> end = Streams.text(what));
      stream.enable(Event.READ);
    }
  }

  /** Filters on top of a stream, each closing what is below. */
  private static BufferEvent filters(
      final Bases bases, final BufferEvent bottom, final int depth, final int options) {
    BufferEvent top = bottom;
    for (int i = 0; i < depth; i++) {
      top = bases.later(BufferEvent.filter(top, null, null, BufferEvent.CLOSE_ON_FREE | options));
    }
    return top;
  }

  @EngineTest
  void allIsSentThroughEachDepthOfFilters(final Bases bases) {
    for (int depth = 0; depth <= 4; depth++) {
      for (final int options : List.of(0, BufferEvent.DEFER_CALLBACKS)) {
        for (final int size : List.of(0, 5, MUCH)) {
          final EventBase base = bases.base();
          final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, ends[0], depth, options);
          final Reader reader = new Reader(ends[1]);
          top.write(new byte[size]);
          top.closeAfterFlush();
          Streams.run(base, () -> reader.end != null);
          assertThat(reader.received).as("depth %d, %d bytes", depth, size).isEqualTo(size);
          assertThat(reader.end).isEqualTo("READING|EOF");
          assertThat(top.isClosed()).isTrue();
          assertThat(ends[0].isClosed()).isTrue();
          base.close();
        }
      }
    }
  }

  @EngineTest
  void unreadBytesOfThePeerResetNothing(final Bases bases) {
    for (int depth = 0; depth <= 3; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent top = filters(bases, ends[0], depth, 0);
      final Reader reader = new Reader(ends[1]);
      ends[1].write(new byte[100_000]);
      Streams.runFor(base, 20);
      top.write(new byte[MUCH]);
      top.closeAfterFlush();
      Streams.run(base, () -> reader.end != null);
      assertThat(reader.received).as("depth %d", depth).isEqualTo(MUCH);
      assertThat(reader.end).isEqualTo("READING|EOF");
      base.close();
    }
  }

  @EngineTest
  void twoEndsThatBothFlushBothEnd(final Bases bases) {
    for (int depth = 0; depth <= 2; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent[] pair = BufferEvent.pair(base, 0);
      for (final BufferEvent[] both : List.of(ends, pair)) {
        final BufferEvent one = filters(bases, bases.later(both[0]), depth, 0);
        final BufferEvent other = filters(bases, bases.later(both[1]), depth, 0);
        one.write(new byte[MUCH]);
        other.write(new byte[MUCH]);
        one.closeAfterFlush();
        other.closeAfterFlush();
        Streams.run(base, () -> one.isClosed() && other.isClosed());
        assertThat(both[0].isClosed() && both[1].isClosed()).isTrue();
      }
      base.close();
    }
  }

  @EngineTest
  void thePeersHalfCloseDoesNotEndTheFlush(final Bases bases) {
    for (int depth = 0; depth <= 2; depth++) {
      final EventBase base = bases.base();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent top = filters(bases, ends[0], depth, 0);
      top.enable(Event.READ);
      top.write(new byte[MUCH]);
      top.closeAfterFlush();
      ends[1].shutdownOutput();
      Streams.runFor(base, 20);
      final Reader reader = new Reader(ends[1]);
      Streams.run(base, () -> reader.end != null);
      assertThat(reader.received).as("depth %d", depth).isEqualTo(MUCH);
      base.close();
    }
  }

  /** Runs {@code body} for a socket and for filters on it. */
  private static void atEachDepth(final Bases bases, final Consumer<Integer> body) {
    for (int depth = 0; depth <= 2; depth++) {
      body.accept(depth);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void withoutASocketItEndsAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final SocketBufferEvent bottom = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, bases.later(bottom), depth, 0);
          top.write(new byte[5]);
          top.closeAfterFlush();
          assertThat(top.isClosed()).isTrue();
          assertThat(bottom.isClosed()).isTrue();
        });
  }

  @EngineTest
  void inTheCallbackOfARefusedConnectItEndsAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final InetSocketAddress unused;
    try (NetSocket bound = base.sockets().listen(Streams.ANY_PORT, 1)) {
      unused = (InetSocketAddress) bound.localAddress();
    }
    atEachDepth(
        bases,
        depth -> {
          final SocketBufferEvent bottom = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, bases.later(bottom), depth, 0);
          final boolean[] closed = {false};
          top.setCallbacks(
              null,
              null,
              (self, what) -> {
                self.closeAfterFlush();
                closed[0] = self.isClosed();
              });
          top.write(new byte[5]);
          bottom.connect(unused);
          base.dispatch();
          assertThat(closed[0]).isTrue();
        });
  }

  @EngineTest
  void duringAConnectOrALookUpItWaitsForTheirEnd(final Bases bases) {
    final EventBase base = bases.base();
    final long[] received = {0};
    final int[] ends = {0};
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            server -> {
              server.setCallbacks(null, null, (self, what) -> ends[0]++);
              server.enable(Event.READ);
              server.input().addCallback((buffer, before, added, removed) -> received[0] += added);
            });
    final int port = ((InetSocketAddress) listener.address()).getPort();
    atEachDepth(
        bases,
        depth -> {
          for (final boolean named : List.of(false, true)) {
            received[0] = 0;
            ends[0] = 0;
            final SocketBufferEvent bottom = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
            final BufferEvent top = filters(bases, bases.later(bottom), depth, 0);
            top.write(new byte[1000]);
            if (named) {
              bottom.connect(
                  "somewhere",
                  port,
                  (host, result) -> {
                    result.resolved(
                        List.of(((InetSocketAddress) listener.address()).getAddress()), null);
                    return () -> {};
                  });
            } else {
              bottom.connect(listener.address());
            }
            top.closeAfterFlush();
            assertThat(top.isClosed()).isFalse();
            Streams.run(base, () -> ends[0] == 1);
            assertThat(received[0]).isEqualTo(1000);
            assertThat(top.isClosed()).isTrue();
          }
        });
  }

  @EngineTest
  void aLookUpThatFailsEndsIt(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final SocketBufferEvent bottom = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, bases.later(bottom), depth, 0);
          top.write(new byte[1000]);
          bottom.connect(
              "nowhere",
              80,
              (host, result) -> {
                result.resolved(List.of(), new UnknownHostException(host));
                return () -> {};
              });
          top.closeAfterFlush();
          base.dispatch();
          assertThat(top.isClosed()).isTrue();
        });
  }

  @EngineTest
  void aPartnerThatClosesEndsIt(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final BufferEvent[] first = BufferEvent.pair(base, 0);
          final BufferEvent before = filters(bases, bases.later(first[0]), depth, 0);
          before.write(new byte[5]);
          first[1].close();
          before.closeAfterFlush();
          assertThat(before.isClosed()).isTrue();
          final BufferEvent[] second = BufferEvent.pair(base, 0);
          final BufferEvent after = filters(bases, bases.later(second[0]), depth, 0);
          after.write(new byte[5]);
          after.closeAfterFlush();
          assertThat(after.isClosed()).isFalse();
          second[1].close();
          assertThat(after.isClosed()).isTrue();
        });
  }

  @EngineTest
  void aPartnerThatReadsGetsAll(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final BufferEvent[] pair = BufferEvent.pair(base, 0);
          final BufferEvent top = filters(bases, bases.later(pair[0]), depth, 0);
          final Reader reader = new Reader(bases.later(pair[1]));
          top.write(new byte[MUCH]);
          top.closeAfterFlush();
          Streams.run(base, top::isClosed);
          Streams.run(base, () -> reader.received == MUCH);
        });
  }

  @EngineTest
  void theWriteTimeoutBoundsIt(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, ends[0], depth, 0);
          top.setTimeouts(null, Duration.ofMillis(50));
          top.write(new byte[16 << 20]);
          top.closeAfterFlush();
          assertThat(top.isClosed()).isFalse();
          Streams.run(base, top::isClosed);
          assertThat(ends[0].isClosed()).isTrue();
        });
  }

  @EngineTest
  void aPeerThatIsGoneEndsIt(final Bases bases) {
    final EventBase base = bases.base();
    atEachDepth(
        bases,
        depth -> {
          final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
          final BufferEvent top = filters(bases, ends[0], depth, 0);
          top.write(new byte[16 << 20]);
          top.closeAfterFlush();
          Streams.runFor(base, 20);
          ends[1].close();
          Streams.run(base, top::isClosed);
        });
  }

  @EngineTest
  void whatIsClosedBelowEndsIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent top = filters(bases, ends[0], 2, 0);
    top.write(new byte[16 << 20]);
    top.closeAfterFlush();
    assertThat(top.isClosed()).isFalse();
    ends[0].close();
    assertThat(top.isClosed()).isTrue();
  }

  @EngineTest
  void whatStillFlushesIsClosedWithItsBase(final Bases bases) {
    for (int depth = 0; depth <= 2; depth++) {
      final EventBase base = bases.base();
      final EventBase other = bases.base();
      final NetSocket[] pair = base.sockets().pair();
      final SocketBufferEvent peer =
          bases.later(BufferEvent.socket(other, pair[1], BufferEvent.CLOSE_ON_FREE));
      final BufferEvent top =
          filters(bases, BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE), depth, 0);
      top.write(new byte[16 << 20]);
      top.closeAfterFlush();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(top.isClosed()).isFalse();
      base.close();
      assertThat(top.isClosed()).isTrue();
      assertThat(pair[0].isOpen()).isFalse();
      final Reader reader = new Reader(peer);
      Streams.run(other, () -> reader.end != null);
      other.close();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aFilterThatKeepsBytesBackIsFinished(final Bases bases) {
    final StreamFilter blocks =
        (source, target, limit, mode) -> {
          final long whole =
              mode == FlushMode.FINISHED ? source.length() : source.length() / 100 * 100;
          source.removeTo(target, whole);
          return whole == 0 ? StreamFilter.Result.NEED_MORE : StreamFilter.Result.OK;
        };
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent below =
        bases.later(BufferEvent.filter(ends[0], null, blocks, BufferEvent.CLOSE_ON_FREE));
    final BufferEvent top =
        bases.later(BufferEvent.filter(below, null, blocks, BufferEvent.CLOSE_ON_FREE));
    final Reader reader = new Reader(ends[1]);
    top.write(new byte[1234]);
    top.closeAfterFlush();
    Streams.run(base, () -> reader.end != null);
    assertThat(reader.received).isEqualTo(1234);
  }

  @EngineTest
  void aLowWatermarkBelowDelaysNothing(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].setWatermarks(Event.WRITE, 0, 10_000);
    final BufferEvent top = filters(bases, ends[0], 2, 0);
    final Reader reader = new Reader(ends[1]);
    top.write(new byte[MUCH]);
    top.closeAfterFlush();
    Streams.run(base, () -> reader.end != null);
    assertThat(reader.received).isEqualTo(MUCH);
  }

  @EngineTest
  void aRateLimitDelaysIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Reader reader = new Reader(ends[1]);
    ends[0].limits().set(new TokenBucketConfig(1000, 1000, 1000, 1000, Duration.ofMillis(10)));
    ends[0].write(new byte[5000]);
    ends[0].closeAfterFlush();
    Streams.run(base, () -> reader.end != null);
    assertThat(reader.received).isEqualTo(5000);
  }

  @EngineTest
  void withNothingToSendItEndsAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] kinds = new BufferEvent[3];
    kinds[0] = bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    kinds[1] = bases.later(BufferEvent.pair(base, 0)[0]);
    kinds[2] = filters(bases, BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE), 1, 0);
    Arrays.stream(kinds).forEach(BufferEvent::closeAfterFlush);
    assertThat(kinds).allMatch(BufferEvent::isClosed);
  }
}
