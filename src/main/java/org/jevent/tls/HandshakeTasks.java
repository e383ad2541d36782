package org.jevent.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jevent.internal.stream.StreamCore;

/**
 * The costly parts of a handshake, which an engine hands out. They run in the loop, a few in an
 * iteration, or in an executor. While one is out the engine is not used.
 */
final class HandshakeTasks {
  /** Whose the engine is. */
  private enum Place {
    /** The loop's. */
    HERE,
    /** The executor has been given the tasks, and has not begun. */
    GIVEN,
    /** The executor's: it runs them, or they are on their way back. */
    OUTSIDE
  }

  private final TlsConnection connection;
  private final StreamCore core;
  private final TlsLoop loop;

  /** Null: tasks run in the loop, also after it has failed with an Error. */
  private Executor executor;

  private final AtomicReference<Place> place = new AtomicReference<>(Place.HERE);

  /** Tasks have run, and whether they have failed is not known. */
  private boolean unchecked;

  /** What the last task outside has thrown, or null. */
  private Exception thrown;

  HandshakeTasks(final TlsConnection connection, final TlsLoop loop, final Executor executor) {
    this.connection = connection;
    core = connection.core();
    this.loop = loop;
    this.executor = executor;
  }

  /** Whether a task runs outside: the engine belongs to it. */
  boolean areOut() {
    return place.get() != Place.HERE;
  }

  /**
   * Runs what is due; false: not in this call.
   *
   * @throws SSLException if the engine asks for a task and has none, as it would do for ever
   */
  boolean run(final EngineDriver driver) throws SSLException {
    assert !areOut() : connection;
    if (executor != null && runOutside(driver)) {
      return false;
    }
    if (core.services().inLoop() && !loop.mayRunTask()) {
      loop.later(connection);
      return false;
    }
    requireSome(runAll(driver));
    unchecked = true;
    return true;
  }

  private static int runAll(final EngineDriver driver) {
    int count = 0;
    Runnable task = driver.engine.getDelegatedTask();
    while (task != null) {
      count++;
      task.run();
      task = driver.engine.getDelegatedTask();
    }
    return count;
  }

  private static void requireSome(final int count) throws SSLException {
    if (count == 0) {
      throw new SSLException("the engine wants a task to be run, and has none");
    }
  }

  /** Whether the executor has taken them. One that throws has not, unless it had begun before. */
  private boolean runOutside(final EngineDriver driver) {
    place.set(Place.GIVEN);
    try {
      executor.execute(
          () -> {
            if (place.compareAndSet(Place.GIVEN, Place.OUTSIDE)) {
              runThenReturn(driver);
            }
          });
      return true;
    } catch (final RuntimeException e) {
      if (!(e instanceof RejectedExecutionException)) {
        core.services().report(connection, e);
      }
      return !withdraw();
    } catch (final Error e) { // the loop ends; when it is entered again, the handshake goes on
      if (withdraw()) {
        executor = null;
        loop.later(connection);
      }
      throw e;
    }
  }

  /** Whether what the executor was given has not begun, and does not any more. */
  private boolean withdraw() {
    return place.compareAndSet(Place.GIVEN, Place.HERE);
  }

  private void runThenReturn(final EngineDriver driver) {
    Exception problem = null;
    try {
      requireSome(runAll(driver));
    } catch (final SSLException | RuntimeException e) {
      problem = e;
    } catch (final Error e) {
      problem = new SSLException("a task of the handshake has failed: " + e, e);
    }
    final Exception found = problem;
    try {
      core.base().execute(() -> returned(driver, found));
    } catch (final IllegalStateException closedBase) {
      driver.release();
    }
  }

  private void returned(final EngineDriver driver, final Exception problem) {
    core.guard().enter();
    try {
      assert place.get() == Place.OUTSIDE : place;
      place.set(Place.HERE);
      thrown = problem;
      unchecked = true;
      if (core.isClosed()) {
        driver.release();
        return;
      }
      connection.goOn();
    } finally {
      core.guard().exit();
    }
  }

  /**
   * Throws what a task has thrown. The JDK's tasks keep that to themselves; the engine gives it at
   * its next call, which without more bytes of the peer would not come.
   */
  void rethrow(final EngineDriver driver) throws SSLException {
    final Exception found = thrown;
    thrown = null;
    if (found instanceof SSLException ofEngine) {
      throw ofEngine;
    }
    if (found instanceof RuntimeException ofTask) {
      throw ofTask;
    }
    if (unchecked) {
      unchecked = false;
      driver.throwFailures();
    }
  }
}
