package org.jevent.stress;

import org.jevent.EventBase;
import org.jevent.MethodInfo;

/** Prints the names of the methods that can be used here, for {@code scripts/stress}. */
final class Methods {
  private Methods() {}

  public static void main(final String[] arguments) {
    EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .map(MethodInfo::name)
        .forEach(System.out::println);
  }
}
