package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.Resolver;

/** A base without locks: what other threads may do all the same. */
class NoLockTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 20;
  private static final int AT_ONCE = 48;
  private static final int TASKS = 20_000;

  private static void together(final CyclicBarrier all) {
    try {
      all.await(10, TimeUnit.SECONDS);
    } catch (final InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @EngineTest
  void resolversAnswerByAnyThread(final Bases bases) throws Exception {
    final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    final CyclicBarrier all = new CyclicBarrier(THREADS);
    final Resolver resolver =
        (name, result) -> {
          final List<InetAddress> found = List.of(InetAddress.getLoopbackAddress());
          threads.execute(
              () -> {
                together(all);
                result.resolved(found, null);
              });
          return null;
        };
    final EventBase base = bases.base(bases.config().noLock().resolver(resolver));
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, BufferEvent::close);
    final int port = ((InetSocketAddress) listener.address()).getPort();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        final int[] ended = new int[1];
        for (int i = 0; i < AT_ONCE; i++) {
          final SocketBufferEvent client =
              bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
          client.setCallbacks(
              null,
              null,
              (self, what) -> {
                assertThat(what).isEqualTo(BufferEvent.CONNECTED);
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
