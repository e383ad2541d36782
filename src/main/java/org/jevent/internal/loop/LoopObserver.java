package org.jevent.internal.loop;

/**
 * What a loop does, as it happens: for metrics, flight recording and watchdogs. A loop has one
 * observer or none, and costs one branch at each place if it has none.
 *
 * <p>All methods are called by the loop's thread, except those of streams, which the calling thread
 * calls. No lock of the loop is held during {@code callback} and {@code taskBatch} calls; the
 * others may run under it. An observer must not throw and must not use the base.
 */
public interface LoopObserver {
  /**
   * An iteration begins.
   *
   * @param number the number of the iteration since the base was made, from 1
   */
  default void iterationBegins(final long number) {}

  /**
   * The loop enters the engine.
   *
   * @param timeoutNanos the maximum of time: negative without limit, 0 not to wait
   */
  default void waitBegins(final long timeoutNanos) {}

  /**
   * The engine has returned.
   *
   * @param completions how many completions it has delivered
   */
  default void waitEnds(final int completions) {}

  /** The loop enters code that it does not know. */
  default void callbackBegins(final CallbackKind kind, final Object source) {}

  /** That code has returned or thrown. */
  default void callbackEnds(final CallbackKind kind, final Object source) {}

  /** A batch of tasks has run, within a callback of the kind {@link CallbackKind#TASKS}. */
  default void taskBatch(final int tasks) {}

  /** A stream was made. */
  default void streamOpened(final Object stream) {}

  /**
   * A stream was closed that was made under the observer.
   *
   * @param received how many bytes it has received from its transport
   * @param sent how many bytes it has sent to its transport
   */
  default void streamClosed(final Object stream, final long received, final long sent) {}

  /**
   * The pool of a base has allocated memory.
   *
   * @param bytes how many bytes were added
   */
  default void poolGrown(final long bytes) {}
}
