package org.jevent;

import java.time.Duration;
import java.util.Objects;

/** Events without a reference in user code: they are added, fire once, and are dropped. */
final class OneShotEvents {
  private OneShotEvents() {}

  static void add(
      final EventBase base,
      final Handle handle,
      final int mask,
      final Duration timeout,
      final EventCallback callback) {
    Objects.requireNonNull(callback, "callback");
    Masks.requireWithin("mask", mask, Event.IO | Event.TIMEOUT);
    if ((mask & Event.IO) != 0) {
      final Event event = base.newEvent(handle, mask, callback);
      if (timeout == null) {
        event.add();
      } else {
        event.add(timeout);
      }
    } else if (mask == Event.TIMEOUT) {
      final Event timer = base.newTimer(callback);
      if (timeout == null || timeout.isZero()) {
        timer.activate(Event.TIMEOUT);
      } else {
        timer.add(timeout);
      }
    } else {
      throw new IllegalArgumentException(
          "mask 0 has nothing to wait for: other than 0, a union of "
              + Masks.text(Event.IO | Event.TIMEOUT));
    }
  }
}
