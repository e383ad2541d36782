package org.jevent.net;

import java.net.InetAddress;
import java.util.List;

/** Turns a host's name into addresses without blocking the loop. */
@FunctionalInterface
public interface Resolver {
  /** What a look-up has found. */
  @FunctionalInterface
  interface Result {
    /**
     * Called once, by any thread, also before {@link #resolve} returns.
     *
     * @param addresses in the order in which to try them; empty or null after a failure
     * @param problem why there are none, or null
     */
    void resolved(List<InetAddress> addresses, Exception problem);
  }

  /**
   * Starts a look-up. Must not block.
   *
   * @return cancels it: the result is not needed any more; may be null
   */
  Runnable resolve(String host, Result result);
}
