package org.jevent.internal.loop;

/** The names of objects in messages. */
public final class Names {
  private Names() {}

  /** The text of an object of the program; its class where that fails. */
  public static String of(final Object named) {
    try {
      return String.valueOf(named);
    } catch (final Throwable e) {
      return named.getClass().getName();
    }
  }
}
