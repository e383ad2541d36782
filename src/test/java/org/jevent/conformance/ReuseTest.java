package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * What was reported together, and ended by the first of its callbacks: nothing of it reaches what
 * takes the same place or the same number.
 */
class ReuseTest {
  private static final int MANY = 8;
  private static final int ROUNDS = 50;

  private static void send(final NetSocket socket, final int count) {
    socket.write(ByteBuffer.allocate(count));
  }

  /**
   * Deletes the events of all others, closes their sockets, and watches new ones in their place.
   */
  private static final class Successors {
    private final Bases bases;
    private final EventBase base;
    private final List<NetSocket[]> pairs = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<NetSocket[]> newPairs = new ArrayList<>();
    private final AtomicInteger former = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();

    Successors(final Bases bases) {
      this.bases = bases;
      base = bases.base();
      for (int i = 0; i < MANY; i++) {
        final NetSocket[] pair = bases.pair(base);
        pairs.add(pair);
        events.add(base.newEvent(pair[0], Event.READ | Event.PERSIST, (event, what) -> take()));
      }
    }

    private void take() {
      former.incrementAndGet();
      events.forEach(Event::close);
      for (final NetSocket[] pair : pairs) {
        pair[0].close();
        pair[1].close();
        final NetSocket[] made = bases.pair(base);
        newPairs.add(made);
        bases
            .later(
                base.newEvent(
                    made[0],
                    Event.READ | Event.PERSIST,
                    (event, what) -> {
                      next.incrementAndGet();
                      made[0].read(ByteBuffer.allocate(8));
                    }))
            .add();
      }
    }

    void run() {
      events.forEach(Event::add);
      pairs.forEach(pair -> send(pair[1], 1));
      Streams.run(base, () -> former.get() > 0);
      Streams.runFor(base, 20);
      assertThat(former).hasValue(1);
      assertThat(next).hasValue(0);
      newPairs.forEach(pair -> send(pair[1], 1));
      Streams.run(base, () -> next.get() == MANY);
    }
  }

  @EngineTest
  void newSocketsUnderReusedNumbersInheritNoReadiness(final Bases bases) {
    final Successors successors = new Successors(bases);
    successors.run();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatIsActiveAndDeletedByAMoreUrgentCallbackNeverRuns(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(2));
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event reading = base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("reading"));
    final Event timer = base.newTimer((event, what) -> ran.add("timer"));
    final Event user = base.newUserEvent((event, what) -> ran.add("user"));
    final Event urgent =
        base.newTimer(
            (event, what) -> {
              ran.add(
                  base.eventCount(EventBase.COUNT_ACTIVE) < 3 ? "too few are active" : "urgent");
              reading.delete();
              timer.close();
              user.finalizeWith((self, why) -> ran.add("finalizer"));
              pair[0].close();
            });
    urgent.priority(0);
    reading.add();
    timer.addNanos(1);
    urgent.addNanos(1);
    user.activate(Event.TIMEOUT);
    send(pair[1], 1);
    Streams.runFor(base, 20);
    assertThat(ran).containsExactly("urgent", "finalizer");
  }

  @EngineTest
  void streamsMayCloseOneAnotherInTheBatchThatBroughtTheirBytes(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> streams = new ArrayList<>();
    final List<BufferEvent> peers = new ArrayList<>();
    final AtomicInteger called = new AtomicInteger();
    for (int i = 0; i < MANY; i++) {
      final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      streams.add(ends[1]);
      peers.add(ends[0]);
      ends[1].setCallbacks(
          self -> {
            called.incrementAndGet();
            for (final BufferEvent other : streams) {
              other.close();
            }
          },
          null,
          (self, what) -> called.addAndGet(100));
      ends[1].enable(Event.READ);
    }
    final List<String> ends = new ArrayList<>();
    peers.forEach(
        peer -> {
          peer.setCallbacks(null, null, (self, what) -> ends.add(Streams.text(what)));
          peer.enable(Event.READ);
          peer.write(new byte[100]);
        });
    Streams.run(base, () -> ends.size() == MANY);
    assertThat(called).hasValue(1);
    assertThat(bases.exceptions).isEmpty();
  }

  /** Each reads one byte from its client, which is its number, and is closed by the next one. */
  @EngineTest
  void anAcceptedConnectionUnderTheNumberOfAClosedOneGetsItsOwnBytes(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> served = new ArrayList<>();
    final List<Integer> heard = new ArrayList<>();
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            stream -> {
              stream.setCallbacks(
                  s -> {
                    while (!s.input().isEmpty()) {
                      heard.add((int) s.input().get(0));
                      s.input().drain(1);
                    }
                    served.forEach(BufferEvent::close);
                    served.clear();
                    served.add(s);
                  },
                  null,
                  (s, what) -> s.close());
              stream.enable(Event.READ);
            });
    final List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      final int number = i;
      expected.add(number);
      final SocketBufferEvent client =
          bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
      client.connect(listener.address());
      client.write(new byte[] {(byte) number});
      Streams.run(base, () -> heard.size() > number);
    }
    assertThat(heard).isEqualTo(expected);
    assertThat(bases.exceptions).isEmpty();
  }
}
