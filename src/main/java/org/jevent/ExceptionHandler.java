package org.jevent;

/** Handles exceptions of callbacks, and failures without a caller to report them to. */
@FunctionalInterface
public interface ExceptionHandler {
  /**
   * Called by the loop's thread, without a lock; the loop goes on afterwards. An {@link Error} does
   * not come here: it ends the loop.
   *
   * @param source the event, watcher or task that was running, or null
   * @param exception what it threw
   */
  void handle(Object source, Exception exception);
}
