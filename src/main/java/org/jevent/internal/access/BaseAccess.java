package org.jevent.internal.access;

import java.util.Objects;
import java.util.function.Function;
import org.jevent.internal.loop.EventLoop;
import org.jevent.internal.loop.LoopServices;

/**
 * From a base to its loop. {@code EventBase} sets the way in its initializer, which has run as soon
 * as there is a base.
 */
public final class BaseAccess {
  private static volatile Function<Object, EventLoop> way;

  private BaseAccess() {}

  /** Called once, by the initializer of {@code EventBase}. */
  public static void set(final Function<Object, EventLoop> toLoop) {
    way = toLoop;
  }

  /**
   * The loop of a base.
   *
   * @throws NullPointerException if {@code base} is null
   */
  public static EventLoop loop(final Object base) {
    Objects.requireNonNull(base, "base");
    return way.apply(base);
  }

  /** The services of a base. */
  public static LoopServices services(final Object base) {
    return loop(base).services();
  }
}
