package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A loop that one thread after the other runs. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "raises POSIX signals")
class LoopMoveTest {
  private static final int THREADS = 5;

  /** Runs the loop in a separate thread until it is broken. */
  private static void runInAThread(final EventBase base) throws Exception {
    CompletableFuture.runAsync(
            () -> {
              base.loopExit(Duration.ofSeconds(20));
              base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
            },
            Threads.EACH)
        .get(30, TimeUnit.SECONDS);
    assertThat(base.gotBreak()).as("everything came").isTrue();
  }

  /** What each thread must see, some of it made in the thread before. */
  private static final class Everything {
    private static final int KINDS = 6;
    private final Bases bases;
    private final EventBase base;
    private final BufferEvent[] ends;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    Everything(final Bases bases) {
      this.bases = bases;
      base = bases.base();
      ends = Streams.tcp(bases, base, BufferEvent.THREADSAFE | BufferEvent.CLOSE_ON_FREE);
      ends[1].setCallbacks(self -> self.write(self.input()), null, null);
      ends[1].enable(Event.READ);
      ends[0].setCallbacks(
          self -> {
            if (Buffers.text(self.input()).endsWith("!")) {
              saw("stream");
            }
          },
          null,
          null);
      ends[0].enable(Event.READ);
      base.newPeriodicTimer((self, what) -> saw("timer")).add(Duration.ofMillis(2));
      base.newSignal(Signals.WINCH.number(base), (self, what) -> saw("signal")).add();
      final NetSocket[] pair = bases.pair(base);
      base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (self, what) -> saw("handle")).add();
    }

    private void saw(final String what) {
      threads.add(Thread.currentThread());
      if (seen.add(what) && seen.size() == KINDS) {
        base.loopBreak();
      }
    }

    /** While no loop runs, by yet another thread. */
    void ask(final Event user) {
      seen.clear();
      threads.clear();
      user.activate(Event.READ);
      base.execute(() -> saw("task"));
      base.execute(() -> Raise.signal(bases, base, Signals.WINCH));
      ends[0].write("hello!".getBytes(StandardCharsets.UTF_8));
    }
  }

  @EngineTest
  void everythingMovesAlong(final Bases bases) throws Exception {
    final Everything everything = new Everything(bases);
    final Event user = everything.base.newUserEvent((self, what) -> everything.saw("activated"));
    for (int i = 0; i < THREADS; i++) {
      everything.ask(user);
      runInAThread(everything.base);
      assertThat(everything.threads).as("threads that ran callbacks").hasSize(1);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  /** Half an echo is under way when the thread ends. */
  @EngineTest
  void whatAThreadHasBegunTheNextOneEnds(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends =
        Streams.tcp(bases, base, BufferEvent.THREADSAFE | BufferEvent.CLOSE_ON_FREE);
    final AtomicInteger echoed = new AtomicInteger();
    final int total = 3_000_000;
    ends[1].setCallbacks(self -> self.write(self.input()), null, null);
    ends[1].enable(Event.READ);
    ends[0].setCallbacks(
        self -> {
          echoed.addAndGet((int) self.input().length());
          self.input().drain(self.input().length());
          base.loopBreak();
        },
        null,
        null);
    ends[0].enable(Event.READ);
    ends[0].write(new byte[total]);
    int threads = 0;
    while (echoed.get() < total) {
      runInAThread(base);
      threads++;
    }
    assertThat(threads).isGreaterThan(1);
    assertThat(echoed).hasValue(total);
  }
}
