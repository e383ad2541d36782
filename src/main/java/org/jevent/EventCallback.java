package org.jevent;

/**
 * What happens when an event becomes active. Called by the loop's thread, never with a lock held.
 */
@FunctionalInterface
public interface EventCallback {
  /**
   * Called once for each time the event becomes active.
   *
   * @param event the event
   * @param what why: a union of {@link Event#READ}, {@link Event#WRITE}, {@link Event#CLOSED},
   *     {@link Event#TIMEOUT}, {@link Event#SIGNAL}, {@link Event#ET}, or what {@link
   *     Event#activate} was given
   */
  void run(Event event, int what);
}
