package org.jevent;

import org.jevent.internal.engine.Engine;

/** Masks of events: their text and their validation. */
final class Masks {
  private static final String[] NAMES = {
    "TIMEOUT", "READ", "WRITE", "SIGNAL", "PERSIST", "ET", "FINALIZE", "CLOSED"
  };

  private Masks() {}

  /** The names of a mask's bits, and as a number those that have none. */
  static String text(final int mask) {
    final StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < NAMES.length; bit++) {
      if ((mask & 1 << bit) != 0) {
        text.append(text.isEmpty() ? "" : "|").append(NAMES[bit]);
      }
    }
    final int unknown = mask >>> NAMES.length;
    if (unknown != 0) {
      text.append(text.isEmpty() ? "" : "|").append("0x");
      text.append(Integer.toHexString(unknown << NAMES.length));
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  /** Refuses other bits than those of an argument. */
  static void requireWithin(final String name, final int mask, final int allowed) {
    if ((mask & ~allowed) != 0) {
      throw new IllegalArgumentException(
          name + " " + mask + " (" + text(mask) + ") has other bits than " + text(allowed));
    }
  }

  /** Refuses bits that the engine does not support. */
  static void requireSupported(final int mask, final Engine engine) {
    requireFeature(mask, Event.ET, engine, Engine.FEATURE_ET, "edge-triggered events");
    requireFeature(mask, Event.CLOSED, engine, Engine.FEATURE_EARLY_CLOSE, "early close detection");
  }

  private static void requireFeature(
      final int mask, final int bit, final Engine engine, final int feature, final String meaning) {
    if ((mask & bit) != 0 && (engine.features() & feature) == 0) {
      throw new UnsupportedOperationException("method " + engine.name() + " has no " + meaning);
    }
  }
}
