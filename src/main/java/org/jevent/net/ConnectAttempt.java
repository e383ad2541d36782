package org.jevent.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * An address that a connect by name has tried, one of several in a race (RFC 8305).
 *
 * @param started how long after the connect was asked for
 * @param ended how long after it was asked for, or null while it is under way
 * @param problem the name of the error, such as {@code ECONNREFUSED}; empty unless it has failed
 */
public record ConnectAttempt(
    InetSocketAddress address, Duration started, Duration ended, Outcome outcome, String problem) {
  /** What has become of it. */
  public enum Outcome {
    UNDER_WAY,
    /** The stream goes on with it. */
    CONNECTED,
    /** It was refused, or cannot be reached. */
    FAILED,
    /** Another one was faster, or nothing is wanted any more. */
    CLOSED
  }

  public ConnectAttempt {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(problem, "problem");
  }

  @Override
  public String toString() {
    return Addresses.format(address)
        + " at "
        + millis(started)
        + " ms: "
        + outcome
        + (problem.isEmpty() ? "" : " " + problem)
        + (ended == null ? "" : " after " + millis(ended) + " ms");
  }

  /** With three places. */
  private static double millis(final Duration time) {
    return Math.round(time.toNanos() / 1000.0) / 1000.0;
  }
}
