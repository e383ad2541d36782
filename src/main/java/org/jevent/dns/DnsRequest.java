package org.jevent.dns;

/** A look-up that is under way. Any thread. */
public interface DnsRequest {
  /** Ends it silently: its callback is not called any more. */
  default void cancel() {
    cancel(false);
  }

  /**
   * Ends it. Nothing happens if it has ended.
   *
   * @param report whether the callback is called with {@link DnsException.Kind#CANCELLED}, as
   *     libevent does
   */
  void cancel(boolean report);

  /** Whether its callback has been called, or never will be. */
  boolean isDone();
}
