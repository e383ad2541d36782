package org.jevent.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jevent.internal.stream.StreamCore;

/**
 * The costly parts of a handshake, which an engine hands out. They run in the loop, a few in an
 * iteration, or in an executor. While one is out the engine is not used.
 */
final class HandshakeTasks {
  private final TlsConnection connection;
  private final StreamCore core;
  private final TlsLoop loop;
  private final Executor executor;
  private volatile boolean out;

  /** What the last task outside has thrown, or null. */
  private RuntimeException thrown;

  HandshakeTasks(final TlsConnection connection, final TlsLoop loop, final Executor executor) {
    this.connection = connection;
    core = connection.core();
    this.loop = loop;
    this.executor = executor;
  }

  /** Whether a task runs outside: the engine belongs to it. */
  boolean areOut() {
    return out;
  }

  /** Runs what is due; false: not in this call. */
  boolean run(final EngineDriver driver) {
    assert !out : connection;
    if (executor != null && runOutside(driver)) {
      return false;
    }
    if (core.services().inLoop() && !loop.mayRunTask()) {
      loop.later(connection);
      return false;
    }
    runAll(driver);
    return true;
  }

  private static void runAll(final EngineDriver driver) {
    Runnable task = driver.engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = driver.engine.getDelegatedTask();
    }
  }

  /** Whether the executor has taken them. */
  private boolean runOutside(final EngineDriver driver) {
    out = true;
    try {
      executor.execute(() -> runThenReturn(driver));
      return true;
    } catch (final RejectedExecutionException e) {
      out = false;
      return false;
    }
  }

  private void runThenReturn(final EngineDriver driver) {
    RuntimeException problem = null;
    try {
      runAll(driver);
    } catch (final RuntimeException e) {
      problem = e;
    }
    final RuntimeException found = problem;
    try {
      core.base().execute(() -> returned(driver, found));
    } catch (final IllegalStateException closedBase) {
      driver.release();
    }
  }

  private void returned(final EngineDriver driver, final RuntimeException problem) {
    core.guard().enter();
    try {
      out = false;
      thrown = problem;
      if (core.isClosed()) {
        driver.release();
        return;
      }
      connection.goOn();
    } finally {
      core.guard().exit();
    }
  }

  /** Throws what a task outside has thrown. */
  void rethrow() {
    if (thrown != null) {
      final RuntimeException found = thrown;
      thrown = null;
      throw found;
    }
  }
}
