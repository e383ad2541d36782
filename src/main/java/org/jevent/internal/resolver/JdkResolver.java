package org.jevent.internal.resolver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.Resolver;

/** The system's look-ups, which block, in a few dedicated threads that end when idle. */
public final class JdkResolver implements Resolver, AutoCloseable {
  private static final int THREADS = 4;

  private final ThreadPoolExecutor threads;

  private JdkResolver(final Engine engine) {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> engine.newThread("resolver", task));
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The resolver of a base, made when it is first needed.
   *
   * @throws IllegalStateException if the base is closed
   */
  public static JdkResolver of(final LoopServices services) {
    services.requireOpen("look a host up");
    return services.resource(JdkResolver.class, base -> new JdkResolver(base.engine()));
  }

  @Override
  public Runnable resolve(final String host, final Result result) {
    try {
      final Future<?> lookUp = threads.submit(() -> lookUp(host, result));
      return () -> lookUp.cancel(false);
    } catch (final RejectedExecutionException e) {
      throw new IllegalStateException("look up " + host + ": the base is closed", e);
    }
  }

  private static void lookUp(final String host, final Result result) {
    List<InetAddress> found = List.of();
    Exception problem = null;
    try {
      found = List.of(InetAddress.getAllByName(host));
    } catch (final UnknownHostException | SecurityException e) {
      problem = e;
    }
    result.resolved(found, problem);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
