package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/** A base without locks: what other threads may do all the same. */
class NoLockTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 100;
  private static final int AT_ONCE = 50;
  private static final int TASKS = 20_000;

  @EngineTest
  void resolversAnswerByAnyThread(final Bases bases) throws Exception {
    final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    final Resolver resolver =
        (name, result) -> {
          final List<InetAddress> found = List.of(InetAddress.getLoopbackAddress());
          threads.execute(() -> result.resolved(found, null));
          return null;
        };
    final EventBase base = bases.base(bases.config().noLock().resolver(resolver));
    final NetSocket taken = bases.later(base.sockets().listen(Streams.ANY_PORT, -1));
    final int port = ((InetSocketAddress) taken.localAddress()).getPort();
    taken.close(); // connects are refused
    try {
      for (int round = 0; round < ROUNDS; round++) {
        final int[] ended = new int[1];
        for (int i = 0; i < AT_ONCE; i++) {
          final SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
          client.setCallbacks(
              null,
              null,
              (self, what) -> {
                ended[0]++;
                self.close();
              });
          client.connect("name.test", port);
        }
        Streams.run(base, () -> ended[0] == AT_ONCE);
      }
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void anyThreadMayHaveTasksRun(final Bases bases) throws Exception {
    final EventBase base = bases.base(bases.config().noLock());
    final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    final int[] ran = new int[1];
    final AtomicInteger given = new AtomicInteger();
    try {
      for (int thread = 0; thread < THREADS; thread++) {
        threads.execute(
            () -> {
              for (int i = 0; i < TASKS; i++) {
                base.execute(() -> ran[0]++);
                given.incrementAndGet();
              }
            });
      }
      Streams.run(base, () -> ran[0] == THREADS * TASKS);
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(given).hasValue(THREADS * TASKS);
    assertThat(bases.exceptions).isEmpty();
  }
}
