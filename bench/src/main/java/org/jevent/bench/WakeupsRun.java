package org.jevent.bench;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contestant of {@code wakeups}, in this process. */
@Command(
    name = "wakeups-run",
    hidden = true,
    description = "Gives tasks to a loop from another thread, on one contestant, in this process.",
    mixinStandardHelpOptions = true)
final class WakeupsRun implements Callable<Integer> {
  private static final int TASKS = 20_000;
  private static final int WARM_UP = 20;
  private static final int ROUNDS = 31;

  private final Semaphore done = new Semaphore(0);

  @Option(names = "--on", required = true, description = "jevent or netty.")
  private String library;

  @Option(names = "--engine", required = true, description = "epoll or nio.")
  private String engine;

  @Override
  public Integer call() throws InterruptedException {
    if (library.equals("jevent")) {
      final EventBase base = new EventBase(new EventConfig().method(engine));
      final Thread loop =
          new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), "event loop");
      loop.start();
      measure(base::execute);
      base.execute(base::loopBreak);
      loop.join();
      base.close();
    } else {
      final IoHandlerFactory handler =
          engine.equals("epoll") ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
      final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handler);
      measure(group.next());
      group.shutdownGracefully().syncUninterruptibly();
    }
    return 0;
  }

  private void measure(final Executor loop) throws InterruptedException {
    final double[] floods = new double[ROUNDS];
    final double[] trips = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      final double flood = flood(loop);
      final double trip = roundTrips(loop);
      if (round >= 0) {
        floods[round] = flood;
        trips[round] = trip;
      }
    }
    Arrays.sort(floods);
    Arrays.sort(trips);
    System.out.printf(Locale.ROOT, "flood=%.1f trip=%.1f%n", floods[ROUNDS / 2], trips[ROUNDS / 2]);
  }

  /** As many as can be given, until the last has run. */
  private double flood(final Executor loop) throws InterruptedException {
    final Runnable nothing = () -> {};
    final long start = System.nanoTime();
    for (int i = 1; i < TASKS; i++) {
      loop.execute(nothing);
    }
    loop.execute(done::release);
    done.acquire();
    return (double) (System.nanoTime() - start) / TASKS;
  }

  /** One at a time, to a loop that waits. */
  private double roundTrips(final Executor loop) throws InterruptedException {
    final int trips = TASKS / 20;
    final Runnable release = done::release;
    final long start = System.nanoTime();
    for (int i = 0; i < trips; i++) {
      loop.execute(release);
      done.acquire();
    }
    return (double) (System.nanoTime() - start) / trips;
  }
}
