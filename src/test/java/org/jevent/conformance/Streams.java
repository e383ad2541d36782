package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.internal.access.BaseAccess;
import org.jevent.net.NetSocket;

/** Buffer events over TCP, and a recorder of their events. */
final class Streams {
  private static final long TICK_NANOS = 5_000_000;

  /** Turns that are made for each second before something is said not to happen. */
  private static final int MIN_TURNS = 100;

  static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private Streams() {}

  /** The events of one buffer event, in words. */
  static final class EventRecorder {
    final List<String> events = new ArrayList<>();

    void event(final BufferEvent stream, final int what) {
      events.add(text(what));
    }
  }

  /** The bits of an event in words, such as {@code READING|EOF}. */
  static String text(final int what) {
    final List<String> words = new ArrayList<>();
    add(words, what, BufferEvent.READING, "READING");
    add(words, what, BufferEvent.WRITING, "WRITING");
    add(words, what, BufferEvent.EOF, "EOF");
    add(words, what, BufferEvent.ERROR, "ERROR");
    add(words, what, BufferEvent.TIMEOUT, "TIMEOUT");
    add(words, what, BufferEvent.CONNECTED, "CONNECTED");
    return String.join("|", words);
  }

  private static void add(
      final List<String> words, final int what, final int bit, final String word) {
    if ((what & bit) != 0) {
      words.add(word);
    }
  }

  /** A listener on TCP that makes a buffer event of each connection, all closed with the test. */
  static ConnectionListener serve(
      final Bases bases,
      final EventBase base,
      final int options,
      final Consumer<SocketBufferEvent> accepted) {
    return bases.later(
        ConnectionListener.bind(
            base,
            ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) ->
                accepted.accept(bases.later(BufferEvent.socket(base, socket, options)))));
  }

  /** Two ends of a TCP connection, closed with the test. */
  static SocketBufferEvent[] tcp(final Bases bases, final EventBase base, final int options) {
    final SocketBufferEvent[] ends = new SocketBufferEvent[2];
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> {
                  ends[1] = bases.later(BufferEvent.socket(base, socket, options));
                  self.close();
                }));
    ends[0] = bases.later(BufferEvent.socket(base, options));
    final EventRecorder recorded = new EventRecorder();
    ends[0].setCallbacks(null, null, recorded::event);
    ends[0].connect(listener.address());
    run(base, () -> ends[1] != null && !recorded.events.isEmpty());
    ends[0].setCallbacks(null, null, null);
    return ends;
  }

  /** The same over a pair of sockets. */
  static SocketBufferEvent[] pair(final Bases bases, final EventBase base, final int options) {
    final NetSocket[] pair = bases.pair(base);
    return new SocketBufferEvent[] {
      bases.later(BufferEvent.socket(base, pair[0], options)),
      bases.later(BufferEvent.socket(base, pair[1], options))
    };
  }

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Runs the loops of a server and of its clients in turns. */
  static void runBoth(final EventBase server, final EventBase clients, final Condition until) {
    run(
        clients,
        60,
        () -> {
          server.loop(EventBase.LOOP_NONBLOCK);
          return until.holds();
        });
  }

  /** The time that the base goes by. */
  static long nanoTime(final EventBase base) {
    return BaseAccess.loop(base).engine().nanoTime();
  }

  /** Runs the loop until then, for about ten seconds at most where nothing slows it down. */
  static void run(final EventBase base, final Condition until) {
    run(base, 10, until);
  }

  static void run(final EventBase base, final int seconds, final Condition until) {
    final long end = nanoTime(base) + TestSystem.patience(seconds) * 1_000_000_000L;
    // A machine that stands still for a while makes no turns: what is due then gets its time.
    int turns = seconds * MIN_TURNS;
    try (Event tick = base.newPeriodicTimer((event, what) -> {})) {
      tick.addNanos(TICK_NANOS);
      while (!until.holds()) {
        if (nanoTime(base) > end && turns <= 0) {
          throw new AssertionError("does not happen");
        }
        base.loop(EventBase.LOOP_ONCE);
        turns--;
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the loop with an urgent event that is always active until then: less urgent ones are never
   * called meanwhile.
   */
  static void runBusy(final EventBase base, final Condition until) {
    final long end = nanoTime(base) + TestSystem.patience(3) * 1_000_000_000L;
    final boolean[] held = {false};
    try (Event busy =
        base.newUserEvent(
            (event, what) -> {
              held[0] = holds(until);
              if (!held[0] && nanoTime(base) < end) {
                event.activate(0);
              } else {
                base.loopBreak();
              }
            })) {
      busy.priority(0);
      busy.activate(0);
      base.dispatch();
    }
    assertThat(held[0]).as("it happens while the loop is busy").isTrue();
  }

  private static boolean holds(final Condition condition) {
    try {
      return condition.holds();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the loop for a while, in which nothing that is waited for should happen; on a machine that
   * stands still for that while, twice at least.
   */
  static void runFor(final EventBase base, final long millis) {
    final long end = nanoTime(base) + millis * 1_000_000;
    final int[] turns = new int[1];
    run(base, () -> turns[0]++ >= 2 && nanoTime(base) > end);
  }

  /** A timer fires, and an echo comes back over a pair of sockets. */
  static void assertUnharmed(final Bases bases, final EventBase base, final Object after) {
    final AtomicInteger fired = new AtomicInteger();
    final ByteBuffer came = ByteBuffer.allocate(8);
    final NetSocket[] pair = base.sockets().pair();
    try (NetSocket near = pair[0];
        NetSocket far = pair[1];
        Event timer = base.newTimer((event, what) -> fired.incrementAndGet());
        Event echo =
            base.newEvent(near, Event.READ | Event.PERSIST, (event, what) -> near.read(came))) {
      timer.addNanos(1);
      echo.add();
      far.write(ByteBuffer.allocate(3));
      run(base, () -> fired.get() == 1 && came.position() == 3);
    }
    assertThat(bases.exceptions).as("after %s", after).isEmpty();
  }
}
