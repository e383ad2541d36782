package org.jevent;

/**
 * What happens to an exception that a callback throws, and to failures that no caller is there to
 * hear of.
 */
@FunctionalInterface
public interface ExceptionHandler {
  /**
   * Called by the loop's thread, without a lock; the loop goes on afterwards.
   *
   * @param source the event, watcher or task that was running, or null
   * @param exception what it threw
   */
  void handle(Object source, Exception exception);
}
