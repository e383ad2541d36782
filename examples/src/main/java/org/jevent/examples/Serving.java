package org.jevent.examples;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;

/** Runs a server as a program: listens, says so, serves until a signal, prints what it has done. */
final class Serving {
  /** Makes the server. */
  @FunctionalInterface
  interface Maker {
    Server make() throws IOException;
  }

  private Serving() {}

  /**
   * Returns the process's status.
   *
   * @param style what the ready line calls it
   */
  static int run(
      final String program, final Maker maker, final String style, final ServerOptions options) {
    try {
      final Server server = maker.make();
      final int port = server.open(options.address());
      final CountDownLatch ended = stopOnSignals(server);
      System.out.println(
          "listening on "
              + options.host
              + ":"
              + port
              + " (style "
              + style
              + ", engine "
              + server.engine()
              + ")");
      server.serve();
      System.out.println(server.counts());
      System.out.flush();
      ended.countDown();
      return 0;
    } catch (final IOException | ErrnoException | EngineUnavailableException e) {
      System.err.println(program + ": " + e.getMessage());
      return 1;
    }
  }

  /**
   * The library's signals where it runs the loop; else the JVM's way, a shutdown hook that waits
   * for the counts.
   */
  private static CountDownLatch stopOnSignals(final Server server) {
    final CountDownLatch ended = new CountDownLatch(1);
    if (server.base() != null) {
      stopOn(Signals.INT, server);
      stopOn(Signals.TERM, server);
    } else {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(server, ended)));
    }
    return ended;
  }

  private static void stopOn(final Signals signal, final Server server) {
    final EventBase base = server.base();
    try {
      base.newSignal(signal.number(base), (event, what) -> server.stop()).add();
    } catch (final ErrnoException refused) {
      // the parent process has it ignore the signal, and pure Java keeps to that
    }
  }

  private static void stopAndWait(final Server server, final CountDownLatch ended) {
    server.stop();
    try {
      ended.await();
      Runtime.getRuntime().halt(0); // the signal was obeyed: no failure to report
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
