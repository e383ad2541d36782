package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.tls.ClientAuth;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Handshakes: however the bytes come, wherever the tasks run. */
class TlsHandshakeTest {
  private static TlsContext server(final TlsKit.Kind kind, final Executor executor) {
    return TlsKit.made(
        () ->
            kind.server()
                .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                .taskExecutor(executor)
                .build());
  }

  @TlsEngineTest
  void oneByteAtATime(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] near = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final SocketBufferEvent[] far = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent.DataCallback none = self -> {};
    near[1].setCallbacks(none, null, null);
    near[1].enable(Event.READ);
    far[0].enable(Event.READ);
    final TlsKit.Ends ends = TlsKit.over(bases, near[0], far[1], kind);
    final byte[] one = new byte[1];
    Streams.run(
        base,
        30,
        () -> {
          for (int i = 0; i < 100; i++) {
            if (near[1].read(one) == 1) {
              far[0].write(one);
            }
            if (far[0].read(one) == 1) {
              near[1].write(one);
            }
            base.loop(EventBase.LOOP_NONBLOCK);
          }
          return !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty();
        });
    assertThat(ends.clientEvents).containsExactly("CONNECTED");
    assertThat(ends.serverEvents).containsExactly("CONNECTED");
  }

  @TlsEngineTest
  void tasksRunInAnExecutor(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server(kind, pool));
      ends.client.write(TlsKit.bytes("early"));
      ends.open(base);
      Streams.run(base, () -> ends.server.input().length() == 5);
    } finally {
      pool.shutdownNow();
    }
  }

  @EngineTest
  void anExecutorThatRejectsHasThemRunInTheLoop(final Bases bases) {
    final EventBase base = bases.base();
    final TlsContext server =
        server(
            TlsKit.SUN_13,
            task -> {
              throw new RejectedExecutionException();
            });
    TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server).open(base);
  }

  /** Whatever it throws, and whether it has run them before. */
  @EngineTest
  void anExecutorThatFailsHasThemRunInTheLoop(final Bases bases) {
    final EventBase base = bases.base();
    for (final boolean runs : new boolean[] {false, true}) {
      final TlsContext server =
          server(
              TlsKit.SUN_13,
              task -> {
                if (runs) {
                  task.run();
                }
                throw new IllegalStateException("on purpose");
              });
      TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server).open(base);
      assertThat(bases.exceptions).isNotEmpty();
      bases.exceptions.clear();
    }
  }

  /** The loop ends with it, and the handshake goes on when it is entered again. */
  @EngineTest
  void anErrorOfAnExecutorEndsTheLoopOnce(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger calls = new AtomicInteger();
    final TlsContext server =
        server(
            TlsKit.SUN_13,
            task -> {
              calls.incrementAndGet();
              throw new OutOfMemoryError("on purpose");
            });
    final TlsKit.Ends ends = TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server);
    assertThatThrownBy(() -> Streams.run(base, () -> calls.get() > 1))
        .isInstanceOf(OutOfMemoryError.class);
    ends.open(base);
    assertThat(calls.get()).isOne();
  }

  @EngineTest
  void anExecutorThatNeverRunsThemIsATimeOut(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends =
        TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server(TlsKit.SUN_13, task -> {}));
    Tls.of(ends.server).handshakeTimeout(Duration.ofMillis(100));
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("TIMEOUT");
  }

  /** The engine is the task's until that has returned. */
  @EngineTest
  void closedWhileATaskIsOut(final Bases bases) {
    final EventBase base = bases.base();
    final List<Runnable> out = new ArrayList<>();
    final TlsKit.Ends ends =
        TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server(TlsKit.SUN_13, out::add));
    Streams.run(base, () -> !out.isEmpty());
    ends.server.close();
    out.get(0).run();
    Streams.run(base, () -> !ends.clientEvents.isEmpty());
    assertThat(ends.clientEvents).containsExactly("ERROR");
    assertThat(bases.exceptions).isEmpty();
  }

  /** The client has said all and gone while the server's executor is at work. */
  private static TlsKit.Ends goneWhileATaskIsOut(
      final Bases bases, final int before, final boolean closes, final List<Runnable> out) {
    final EventBase base = bases.latest();
    final TlsContext server =
        TlsKit.made(
            () ->
                TlsKit.SUN_13
                    .server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .trust(TlsKit.AUTHORITY_FILE)
                    .clientAuth(ClientAuth.OPTIONAL)
                    .taskExecutor(out::add)
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server);
    ends.client.write(TlsKit.bytes("all"));
    for (int i = 0; i < before; i++) {
      Streams.run(base, () -> !out.isEmpty());
      out.remove(0).run();
    }
    Streams.run(base, () -> !out.isEmpty());
    if (closes) {
      ends.client.close();
    } else {
      ends.client.closeAfterFlush();
    }
    Streams.runFor(base, 50);
    assertThat(ends.serverEvents).as("while the task is out").isEmpty();
    Streams.run(
        base,
        () -> {
          while (!out.isEmpty()) {
            out.remove(0).run();
          }
          return ends.serverEvents.stream().anyMatch(event -> !event.equals("CONNECTED"));
        });
    return ends;
  }

  /** What has come before the end is still read. */
  @EngineTest
  void anEndThatOvertakesTheLastFlight(final Bases bases) {
    bases.base();
    final TlsKit.Ends ends = goneWhileATaskIsOut(bases, 1, false, new ArrayList<>());
    assertThat(ends.serverEvents).containsExactly("CONNECTED", "READING|EOF");
    assertThat(TlsKit.text(ends.server)).isEqualTo("all");
  }

  @EngineTest
  void anEndThatOvertakesTheFirstFlight(final Bases bases) {
    bases.base();
    final TlsKit.Ends ends = goneWhileATaskIsOut(bases, 0, true, new ArrayList<>());
    assertThat(ends.serverEvents).containsExactly("ERROR");
  }

  @EngineTest
  void aBaseThatIsClosedWhileATaskIsOut(final Bases bases) {
    final EventBase base = bases.base();
    final List<Runnable> out = new ArrayList<>();
    final TlsKit.Ends ends =
        TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), server(TlsKit.SUN_13, out::add));
    Streams.run(base, () -> !out.isEmpty());
    base.close();
    out.get(0).run();
    ends.server.close();
    ends.client.close();
  }

  @TlsEngineTest
  void pausedWhileBothDirectionsAreDisabled(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), kind.localhost());
    ends.server.disable(Event.READ | Event.WRITE);
    Streams.runFor(base, 50);
    assertThat(ends.clientEvents).isEmpty();
    ends.server.enable(Event.READ | Event.WRITE);
    ends.open(base);
  }

  @TlsEngineTest
  void aPausedHandshakeTimesOut(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), kind.localhost());
    ends.server.disable(Event.READ | Event.WRITE);
    Tls.of(ends.server).handshakeTimeout(Duration.ofMillis(50));
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("TIMEOUT");
  }

  /** Connections that are open wait for a few tasks, not for all. */
  @TlsEngineTest
  void manyHandshakesAtOnce(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext client = kind.trusting();
    final TlsContext server = kind.localhost();
    final List<TlsKit.Ends> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(TlsKit.ends(bases, base, client, server));
    }
    final AtomicInteger iterations = new AtomicInteger();
    final Event each =
        bases.later(
            base.newTimer(
                (event, what) -> {
                  iterations.incrementAndGet();
                  event.addNanos(0);
                }));
    each.addNanos(0);
    Streams.run(
        base,
        30,
        () ->
            all.stream()
                .allMatch(ends -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty()));
    each.delete();
    all.forEach(
        ends -> {
          assertThat(ends.clientEvents).containsExactly("CONNECTED");
          assertThat(ends.serverEvents).containsExactly("CONNECTED");
        });
    if (kind.isSun()) {
      assertThat(iterations.get()).isGreaterThan(10); // four tasks in each
    }
  }
}
