package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;

/** What {@code docs/pitfalls.md} says, and the ways out that it names. */
class PitfallsTest {
  private static void meet(final CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void runBoth(final EventBase one, final EventBase other) throws Exception {
    final Thread thread = new Thread(other::dispatch, "other loop");
    thread.start();
    one.dispatch();
    thread.join();
  }

  /** Both callbacks run at the same time; with the locks held neither would return. */
  @EngineTest
  void streamsOfTwoLoopsWriteToEachOtherWithoutTheirLocks(final Bases bases) throws Exception {
    final int options =
        BufferEvent.THREADSAFE | BufferEvent.DEFER_CALLBACKS | BufferEvent.UNLOCK_CALLBACKS;
    final CyclicBarrier both = new CyclicBarrier(2);
    final BufferEvent[][] ends = new BufferEvent[2][];
    for (int i = 0; i < 2; i++) {
      ends[i] = Streams.pair(bases, bases.base(), options);
    }
    for (int i = 0; i < 2; i++) {
      final BufferEvent other = ends[1 - i][0];
      ends[i][0].setCallbacks(
          self -> {
            self.input().drain(self.input().length());
            meet(both);
            other.write(new byte[5]);
            meet(both);
            self.base().loopExit();
          },
          null,
          null);
      ends[i][0].enable(Event.READ);
      ends[i][1].write(new byte[1]);
    }
    runBoth(ends[0][0].base(), ends[1][0].base());
    for (int i = 0; i < 2; i++) {
      final BufferEvent reader = ends[i][1];
      reader.enable(Event.READ);
      Streams.run(reader.base(), () -> reader.input().length() == 5);
    }
  }

  @EngineTest
  void eventsOfTwoLoopsDeleteEachOtherWithoutWaiting(final Bases bases) throws Exception {
    final CyclicBarrier both = new CyclicBarrier(2);
    final Event[] events = new Event[2];
    final AtomicInteger returned = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      final int other = 1 - i;
      events[i] =
          bases.later(
              bases
                  .base()
                  .newTimer(
                      (event, what) -> {
                        meet(both);
                        events[other].deleteNoBlock();
                        returned.incrementAndGet();
                      }));
    }
    events[0].addNanos(1);
    events[1].addNanos(1);
    runBoth(events[0].base(), events[1].base());
    assertThat(returned).hasValue(2);
  }

  @EngineTest
  void eventsOfTwoLoopsDeleteEachOtherByTasks(final Bases bases) throws Exception {
    final CyclicBarrier both = new CyclicBarrier(2);
    final CountDownLatch deleted = new CountDownLatch(2);
    final Event[] events = new Event[2];
    for (int i = 0; i < 2; i++) {
      final int other = 1 - i;
      events[i] =
          bases.later(
              bases
                  .base()
                  .newEvent(
                      bases.pair(bases.latest())[0],
                      Event.WRITE | Event.PERSIST,
                      (event, what) -> {
                        meet(both);
                        final Event theirs = events[other];
                        theirs
                            .base()
                            .execute(
                                () -> {
                                  theirs.delete();
                                  deleted.countDown();
                                });
                        meet(both);
                        event.deleteNoBlock();
                      }));
    }
    events[0].add();
    events[1].add();
    runBoth(events[0].base(), events[1].base());
    assertThat(deleted.getCount()).isZero();
  }

  @EngineTest
  void aShutdownHookEndsTheLoopThatExits(final Bases bases) throws Exception {
    final Process process =
        new ProcessBuilder(Peer.command(ShutdownHookProbe.class, bases.method()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    final String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    assertThat(process.waitFor()).isEqualTo(7);
    assertThat(said).isEqualTo("hook");
  }

  /** All of the output arrives; what the peer goes on sending ends in a separate error. */
  @EngineTest
  void aPeerThatGoesOnSendingAfterCloseAfterFlushIsReset(final Bases bases) {
    final EventBase base = bases.base();
    final byte[] answer = "answer".getBytes(StandardCharsets.US_ASCII);
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            client -> {
              client.write(answer);
              client.closeAfterFlush();
            });
    final SocketBufferEvent peer = bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    peer.setCallbacks(null, self -> self.write(new byte[65_536]), recorded::event);
    peer.enable(Event.READ);
    peer.connect(listener.address());
    Streams.run(base, () -> peer.input().length() == answer.length);
    assertThat(peer.input().readBytes(answer.length)).isEqualTo(answer);
    peer.write(new byte[65_536]);
    Streams.run(base, () -> recorded.events.stream().anyMatch(what -> what.contains("ERROR")));
  }

  @EngineTest
  void aLowWatermarkAboveTheHighOneIsNeverReached(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    final List<Integer> calls = new ArrayList<>();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].setCallbacks(self -> calls.add((int) self.input().length()), null, recorded::event);
    ends[0].setWatermarks(Event.READ, 2000, 1000);
    ends[0].enable(Event.READ);
    ends[1].write(new byte[5000]);
    Streams.run(base, () -> ends[0].input().length() == 1000);
    Streams.runFor(base, 30);
    assertThat(ends[0].input().length()).isEqualTo(1000);
    assertThat(calls).isEmpty();
    assertThat(recorded.events).isEmpty();
    ends[0].setWatermarks(Event.READ, 2000, 0);
    Streams.run(base, () -> ends[0].input().length() == 5000);
    assertThat(calls).isNotEmpty().allMatch(length -> length >= 2000);
  }
}
