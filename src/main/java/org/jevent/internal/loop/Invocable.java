package org.jevent.internal.loop;

/** Code of the program or of the layers above, which {@link Invoker#invoke} enters. */
abstract class Invocable {
  /** Runs the code on the loop's thread, without the loop's lock. */
  abstract void call(long argument);
}
