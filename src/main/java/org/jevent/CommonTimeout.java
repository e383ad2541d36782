package org.jevent;

import java.time.Duration;
import org.jevent.internal.loop.CommonQueue;

/**
 * A time-out that many events share. Events that wait for exactly this long have a separate queue,
 * where adding and deleting take constant time however many there are. Order of firing is the same
 * as without it.
 *
 * <p>Made by {@link EventBase#initCommonTimeout}; used by {@link Event#add(CommonTimeout)} and, for
 * an equal duration, by {@link Event#add(Duration)}. Corresponds to the handle of libevent's {@code
 * event_base_init_common_timeout}.
 */
@SuppressWarnings("exports") // the hidden ancestor has no public members
public final class CommonTimeout extends CommonQueue {
  private final EventBase base;

  CommonTimeout(final EventBase base, final long nanos) {
    super(base.loop(), nanos);
    this.base = base;
  }

  /** The duration for which its events wait. */
  public Duration duration() {
    return Duration.ofNanos(nanos());
  }

  EventBase base() {
    return base;
  }

  long durationNanos() {
    return nanos();
  }

  @Override
  public String toString() {
    return "common time-out of " + duration();
  }
}
