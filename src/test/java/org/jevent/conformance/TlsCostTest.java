package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.diagnostics.LeakDetection;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.ring.RingEngine;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.tls.TlsContext;
import org.jevent.util.LeakLevel;
import org.junit.jupiter.api.Assumptions;

/** What connections cost, in numbers that no load changes: calls, bytes, turns of others. */
class TlsCostTest {
  private static final int ECHOES = 400;

  /** How many system calls an echo takes, for both ends together: what most do not exceed. */
  private static long callsOfAnEcho(
      final EventBase base, final BufferEvent client, final BufferEvent server) {
    final RingEngine engine = (RingEngine) BaseAccess.services(base).engine();
    final byte[] line = new byte[64];
    server.setCallbacks(self -> self.write(self.input()), null, server.eventCallback());
    final long[] calls = new long[ECHOES];
    try (Event tick = base.newPeriodicTimer((event, what) -> {})) {
      tick.addNanos(5_000_000); // no test waits without end
      for (int i = 0; i < ECHOES; i++) {
        final long before = engine.counters().syscalls();
        client.write(line);
        while (client.input().length() < line.length) {
          base.loop(EventBase.LOOP_ONCE);
        }
        calls[i] = engine.counters().syscalls() - before;
        client.read(line);
      }
    }
    Arrays.sort(calls);
    return calls[ECHOES / 4];
  }

  /** An echo has the system calls of plain bytes: sends are still lazy. */
  @TlsEngineTest
  void anEchoCostsNoMoreSystemCallsThanPlainBytes(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    Assumptions.assumeTrue(
        BaseAccess.services(base).engine() instanceof RingEngine,
        () -> "method " + bases.method() + " counts no system calls");
    final BufferEvent[] plain = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    plain[0].enable(Event.READ);
    plain[1].enable(Event.READ);
    final long expected = callsOfAnEcho(base, plain[0], plain[1]);
    final TlsKit.Ends socket = TlsKit.open(bases, base, kind);
    Streams.runFor(base, 20);
    assertThat(callsOfAnEcho(base, socket.client, socket.server)).isLessThanOrEqualTo(expected);
    final TlsKit.Ends filter = TlsKit.filters(bases, base, kind);
    filter.open(base);
    Streams.runFor(base, 20);
    assertThat(callsOfAnEcho(base, filter.client, filter.server)).isLessThanOrEqualTo(expected);
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** Records' buffers are the base's. What a connection keeps is its engine and a little more. */
  @TlsEngineTest
  void anIdleConnectionHoldsNoBufferForRecords(final Bases bases, final TlsKit.Kind kind) {
    final int count = TlsKit.THOROUGH ? 10_000 / 2 : 150;
    final EventBase base = bases.base();
    final TlsContext client = kind.trusting();
    final TlsContext server = kind.localhost();
    exchange(base, TlsKit.ends(bases, base, client, server)); // what is made once
    final List<TlsKit.Ends> all = new ArrayList<>();
    final long heap = usedHeap();
    final long pooled = RingEngines.allocatedBytes();
    for (int i = 0; i < count; i++) {
      final TlsKit.Ends ends = TlsKit.ends(bases, base, client, server);
      exchange(base, ends);
      all.add(ends);
    }
    Streams.runFor(base, 20);
    final long aPair = (usedHeap() - heap) / count;
    final int most = LeakDetection.level() == LeakLevel.PARANOID ? 40 : 22; // traces cost, too
    assertThat(aPair).as("bytes of two ends").isLessThan(2 * most * 1024L);
    assertThat(RingEngines.allocatedBytes() - pooled)
        .as("native bytes")
        .isLessThan(count * 1024L + (4 << 20));
    assertThat(all).allMatch(ends -> ends.client.input().length() == 0);
  }

  private static void exchange(final EventBase base, final TlsKit.Ends ends) {
    ends.open(base);
    ends.client.write(new byte[20_000]);
    ends.server.write(new byte[20_000]);
    Streams.run(
        base,
        () -> ends.server.input().length() == 20_000 && ends.client.input().length() == 20_000);
    ends.client.input().drain(20_000);
    ends.server.input().drain(20_000);
  }

  /** Between two echoes of an open connection a few handshakes go on, not all of them. */
  @TlsEngineTest
  void anEchoGoesOnBesideHandshakes(final Bases bases, final TlsKit.Kind kind) {
    final int count = 200;
    final EventBase base = bases.base();
    final TlsContext client = kind.trusting();
    final TlsContext server = kind.localhost();
    final TlsKit.Ends echo = TlsKit.ends(bases, base, client, server);
    echo.open(base);
    final List<TlsKit.Ends> shaking = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shaking.add(TlsKit.ends(bases, base, client, server));
    }
    final int[] echoes = new int[1];
    final int[] seen = new int[1];
    final int[] most = new int[1];
    final byte[] one = new byte[1];
    echo.server.setCallbacks(self -> self.write(self.input()), null, null);
    echo.client.setCallbacks(
        self -> {
          self.read(one);
          final int now = connected(shaking);
          most[0] = Math.max(most[0], now - seen[0]);
          seen[0] = now;
          echoes[0]++;
          self.write(one);
        },
        null,
        null);
    echo.client.write(one);
    Streams.run(base, 60, () -> connected(shaking) == 2 * count);
    if (kind.isSun()) { // the others have no tasks that could wait
      assertThat(echoes[0]).as("echoes").isGreaterThan(count / 8);
      assertThat(most[0]).as("ends that were connected between two echoes").isLessThan(count / 4);
    }
  }

  private static int connected(final List<TlsKit.Ends> all) {
    return all.stream().mapToInt(e -> e.clientEvents.size() + e.serverEvents.size()).sum();
  }
}
