package org.jevent.dns;

/**
 * Gets the result of a look-up: once, in the loop's thread, never within the call that has started
 * it.
 */
@FunctionalInterface
public interface DnsCallback<T> {
  /**
   * A look-up has ended.
   *
   * @param result what was found, or null
   * @param problem why nothing was, or null
   */
  void done(T result, DnsException problem);
}
