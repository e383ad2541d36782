package org.jevent.examples.guide;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;

/** A timer, one that repeats, and a signal. */
public final class Timers {
  private static int ticks;

  public static void main(String[] arguments) {
    try (EventBase base = new EventBase();
        Event interrupt =
            base.newSignal(Signals.TERM.number(base), (event, what) -> base.loopExit());
        Event late = base.newTimer((event, what) -> System.out.println("once"));
        Event tick = base.newPeriodicTimer((event, what) -> tick(event))) {
      late.add(Duration.ofMillis(10));
      tick.add(Duration.ofMillis(50));
      base.dispatch(); // ends when no timer is left; with `interrupt.add()` at SIGTERM
      System.out.println(interrupt.isPending() ? "waits for SIGTERM" : "nothing left");
    }
  }

  private static void tick(Event tick) {
    System.out.println("tick");
    if (++ticks == 3) {
      tick.delete();
    }
  }
}
