package org.jevent.internal.loop;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.function.BiConsumer;
import org.jevent.internal.log.LibraryLog;

/**
 * The one place where the loop enters code that it does not know, and what becomes of what that
 * code throws. The lock is held before and after, not during.
 */
final class Invoker {
  private final LoopLock lock;
  private final LoopState state;
  private final LibraryLog.Sink log;

  /** What takes the exceptions of callbacks. */
  private final BiConsumer<Object, Exception> handler;

  private volatile LoopObserver observer;
  private Error error;

  Invoker(
      final LoopLock lock,
      final LoopState state,
      final LibraryLog.Sink log,
      final BiConsumer<Object, Exception> handler) {
    this.lock = lock;
    this.state = state;
    this.log = log;
    this.handler = handler;
  }

  /** The observer, or null. */
  LoopObserver observer() {
    return observer;
  }

  void observer(final LoopObserver next) {
    observer = next;
  }

  /**
   * Runs {@code body} with the lock released. What it throws is reported and does not surface.
   *
   * @param source what an exception is reported with
   */
  void invoke(
      final Object source, final CallbackKind kind, final Invocable body, final long argument) {
    assert lock.isHeld() : source;
    lock.unlock();
    try {
      final LoopObserver watching = observer;
      if (watching == null) {
        body.call(argument);
      } else {
        invokeObserved(watching, source, kind, body, argument);
      }
    } catch (final Throwable e) {
      report(source, e);
    } finally {
      lock.lock();
    }
  }

  private static void invokeObserved(
      final LoopObserver watching,
      final Object source,
      final CallbackKind kind,
      final Invocable body,
      final long argument) {
    watching.callbackBegins(kind, source);
    try {
      body.call(argument);
    } finally {
      watching.callbackEnds(kind, source);
    }
  }

  /** As {@link #report}, called with the lock held. */
  void reportUnlocked(final Object source, final Throwable thrown) {
    assert lock.isHeld() : source;
    lock.unlock();
    try {
      report(source, thrown);
    } finally {
      lock.lock();
    }
  }

  /**
   * Gives an exception to the base's handler, which must not harm the loop; an error ends the loop.
   */
  void report(final Object source, final Throwable thrown) {
    if (thrown instanceof Error e) {
      fail(e);
      return;
    }
    try {
      handler.accept(source, asException(thrown));
    } catch (final Error e) {
      e.addSuppressed(thrown);
      fail(e);
    } catch (final Throwable e) {
      if (e != thrown) {
        e.addSuppressed(thrown);
      }
      log.log(
          System.Logger.Level.ERROR,
          "the exception handler failed for " + LibraryLog.name(source),
          e);
    }
  }

  /** What is neither an exception nor an error can be thrown by other languages. */
  private static Exception asException(final Throwable thrown) {
    return thrown instanceof Exception exception
        ? exception
        : new UndeclaredThrowableException(thrown);
  }

  /** Ends the loop with an error. */
  private void fail(final Error thrown) {
    if (error == null) {
      error = thrown;
    } else if (error != thrown) {
      error.addSuppressed(thrown);
    }
    state.fail();
  }

  /** Throws the error that a callback has thrown. */
  void rethrow() {
    if (error != null) {
      final Error thrown = error;
      error = null;
      throw thrown;
    }
  }
}
