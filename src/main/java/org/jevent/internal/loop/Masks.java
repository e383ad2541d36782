package org.jevent.internal.loop;

import org.jevent.internal.engine.Engine;

/** Masks of events: their bits, their text and their validation. */
public final class Masks {
  /** A time-out has passed. */
  public static final int TIMEOUT = 0x01;

  /** Readable. */
  public static final int READ = Engine.READ;

  /** Writable. */
  public static final int WRITE = Engine.WRITE;

  /** A signal was raised. */
  public static final int SIGNAL = 0x08;

  /** Stays pending when it fires. */
  public static final int PERSIST = 0x10;

  /** Edge-triggered. */
  public static final int ET = Engine.ET;

  /** Deleting never waits for a running callback. */
  public static final int FINALIZE = 0x40;

  /** The peer has closed its side. */
  public static final int CLOSED = Engine.CLOSED;

  /** What a handle can become. */
  public static final int IO = READ | WRITE | CLOSED;

  /** All bits that have a meaning. */
  public static final int ALL = IO | TIMEOUT | SIGNAL | PERSIST | ET | FINALIZE;

  private static final String[] NAMES = {
    "TIMEOUT", "READ", "WRITE", "SIGNAL", "PERSIST", "ET", "FINALIZE", "CLOSED"
  };

  private Masks() {}

  /** The names of a mask's bits, and as a number those that have none. */
  public static String text(final int mask) {
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
  public static void requireWithin(final String name, final int mask, final int allowed) {
    if ((mask & ~allowed) != 0) {
      throw new IllegalArgumentException(
          name + " " + mask + " (" + text(mask) + ") has other bits than " + text(allowed));
    }
  }

  /** Refuses bits that the engine does not support. */
  static void requireSupported(final int mask, final Engine engine) {
    requireFeature(mask, ET, engine, Engine.FEATURE_ET, "edge-triggered events");
    requireFeature(mask, CLOSED, engine, Engine.FEATURE_EARLY_CLOSE, "early close detection");
  }

  private static void requireFeature(
      final int mask, final int bit, final Engine engine, final int feature, final String meaning) {
    if ((mask & bit) != 0 && (engine.features() & feature) == 0) {
      throw new UnsupportedOperationException("method " + engine.name() + " has no " + meaning);
    }
  }
}
