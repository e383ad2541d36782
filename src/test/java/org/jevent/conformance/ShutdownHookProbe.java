package org.jevent.conformance;

import org.jevent.EventBase;
import org.jevent.EventConfig;

/** Exits in a callback, with a shutdown hook that ends the loop. */
final class ShutdownHookProbe {
  private ShutdownHookProbe() {}

  public static void main(final String[] arguments) {
    final EventBase base = new EventBase(new EventConfig().method(arguments[0]));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  base.loopBreak();
                  System.out.println("hook");
                }));
    base.newTimer((event, what) -> System.exit(7)).addNanos(1);
    base.dispatch();
    System.out.println("not reached");
  }
}
