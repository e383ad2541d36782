package org.jevent.http;

import java.time.Duration;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * What a client may hold. It does not change: what sets one returns another one.
 *
 * <p>Any thread.
 *
 * @param connections to one origin at once, 1 or more
 * @param queue calls that may wait for a connection to one origin, 0 or more; one more fails
 * @param idle idle connections in all, 0 or more; those of {@link HttpClient#over} do not count
 * @param idleTime how long a connection may be idle, more than zero
 * @param head bytes of a response's head, 256 or more; its first line takes 8 KiB at most
 * @param fields of a head, 1 or more
 * @param body bytes of a body that is delivered whole, after its coding is undone, 0 or more
 */
public record HttpClientLimits(
    int connections, int queue, int idle, Duration idleTime, int head, int fields, long body) {
  /**
   * 16 connections and 1,024 waiting calls an origin; 64 idle connections for 20 s; heads of 32 KiB
   * and 128 fields; bodies of 16 MiB.
   */
  public static final HttpClientLimits DEFAULT =
      new HttpClientLimits(16, 1024, 64, Duration.ofSeconds(20), 32 * 1024, 128, 16L << 20);

  /** Checks the arguments. */
  public HttpClientLimits {
    Objects.requireNonNull(idleTime, "idleTime");
    Arguments.atLeast("connections", connections, 1);
    Arguments.atLeast("queue", queue, 0);
    Arguments.atLeast("idle", idle, 0);
    Arguments.atLeast("head", head, 256);
    Arguments.atLeast("fields", fields, 1);
    Arguments.atLeast("body", body, 0);
    if (idleTime.isNegative() || idleTime.isZero()) {
      throw new IllegalArgumentException("idleTime " + idleTime + " is not positive");
    }
  }

  /** The same with other numbers of connections and waiting calls of one origin. */
  public HttpClientLimits withConnections(final int connections, final int queue) {
    return new HttpClientLimits(connections, queue, idle, idleTime, head, fields, body);
  }

  /** The same with another number of idle connections, kept for another time. */
  public HttpClientLimits withIdle(final int idle, final Duration idleTime) {
    return new HttpClientLimits(connections, queue, idle, idleTime, head, fields, body);
  }

  /** The same with other limits of a head. */
  public HttpClientLimits withHead(final int head, final int fields) {
    return new HttpClientLimits(connections, queue, idle, idleTime, head, fields, body);
  }

  /** The same with another limit of a whole body. */
  public HttpClientLimits withBody(final long body) {
    return new HttpClientLimits(connections, queue, idle, idleTime, head, fields, body);
  }
}
