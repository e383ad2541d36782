package org.jevent.internal.engine;

/**
 * Refuses arguments that are out of range. Each message names the argument, says what it was and
 * what is allowed.
 */
public final class Arguments {
  private Arguments() {}

  /** Gives {@code value} back if it is within {@code min..max}. */
  public static int within(final String name, final int value, final int min, final int max) {
    return (int) within(name, (long) value, min, max);
  }

  /** Gives {@code value} back if it is within {@code min..max}. */
  public static long within(final String name, final long value, final long min, final long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(outside(name, value, min, max));
    }
    return value;
  }

  /** Gives {@code value} back if it is {@code min} or more. */
  public static int atLeast(final String name, final int value, final int min) {
    return (int) atLeast(name, (long) value, min);
  }

  /** Gives {@code value} back if it is {@code min} or more. */
  public static long atLeast(final String name, final long value, final long min) {
    if (value < min) {
      throw new IllegalArgumentException(name + " " + value + " is less than " + min);
    }
    return value;
  }

  /**
   * Gives {@code value} back if it has no other bits than those.
   *
   * @param names of the allowed bits, for people
   */
  public static int bits(
      final String name, final int value, final int allowed, final String names) {
    if ((value & ~allowed) != 0) {
      throw new IllegalArgumentException(
          name
              + " "
              + value
              + " (0x"
              + Integer.toHexString(value)
              + ") has other bits than "
              + names);
    }
    return value;
  }

  /**
   * Gives {@code value} back if it is a place within {@code length} bytes or at their end.
   *
   * @throws IndexOutOfBoundsException if it is not
   */
  public static long place(final String name, final long value, final long length) {
    if (value < 0 || value > length) {
      throw new IndexOutOfBoundsException(outside(name, value, 0, length));
    }
    return value;
  }

  /**
   * Gives {@code value} back if one of {@code length} bytes is there.
   *
   * @throws IndexOutOfBoundsException if none is
   */
  public static long index(final String name, final long value, final long length) {
    if (value < 0 || value >= length) {
      throw new IndexOutOfBoundsException(outside(name, value, 0, length) + " (exclusive)");
    }
    return value;
  }

  /**
   * Refuses a range that is not within {@code length} bytes.
   *
   * @param name of the argument that says where the range begins
   * @throws IndexOutOfBoundsException if it is not
   */
  public static void range(
      final String name, final long from, final long count, final long length) {
    place(name, from, length);
    if (count < 0 || count > length - from) {
      throw new IndexOutOfBoundsException(
          outside("count", count, 0, length - from) + ", from " + name + " " + from + " on");
    }
  }

  /**
   * Refuses {@code from..to} (exclusive) if that is no range within {@code length} bytes.
   *
   * @throws IndexOutOfBoundsException if it is not
   */
  public static void fromTo(final long from, final long to, final long length) {
    place("to", to, length);
    if (from < 0 || from > to) {
      throw new IndexOutOfBoundsException(outside("from", from, 0, to) + ", as to is " + to);
    }
  }

  private static String outside(
      final String name, final long value, final long min, final long max) {
    return name + " " + value + " is not within " + min + ".." + max;
  }
}
