package org.jevent.net;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

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

  /** Gets the addresses of a host as they are found. */
  @FunctionalInterface
  interface Parts {
    /**
     * Called by any thread, also before {@link #resolveInParts} returns, until {@code last}.
     *
     * @param addresses those that were not reported before, in the order in which to try them
     * @param last whether this is the last call
     * @param problem with the last call, why there are no addresses at all, or null
     */
    void found(List<InetAddress> addresses, boolean last, Exception problem);
  }

  /**
   * As {@link #resolve}, for a caller that can begin with some of the addresses. A resolver that
   * gets all of them at once need not implement it.
   */
  default Runnable resolveInParts(final String host, final Parts parts) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(parts, "parts");
    return resolve(
        host,
        (addresses, problem) ->
            parts.found(addresses == null ? List.of() : addresses, true, problem));
  }
}
