package org.jevent.internal.engine.nio;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jevent.internal.log.LibraryLog;

/**
 * Gives memory of direct buffers back to the system when the program is idle. Only the garbage
 * collector frees such memory, and an idle program has no collection; the C library then keeps it
 * for later. So a collection is asked for, and a second of idleness later the JVM is asked to trim
 * the heap of the C library. Both only after much was closed. Any thread.
 *
 * <p>{@code -XX:+DisableExplicitGC} prevents it. A JVM that cannot trim, or has no module {@code
 * java.management}, leaves it to its C library.
 */
final class Reclaim {
  /** A collection is worth its cost when it frees so much. */
  private static final long WORTH_COLLECTING = 32L << 20;

  /** How many bytes were closed since the last collection that was asked for. */
  private static final AtomicLong CLOSED = new AtomicLong();

  private static final AtomicBoolean COLLECTED = new AtomicBoolean();

  private Reclaim() {}

  /** Memory was closed that the garbage collector is to free. */
  static void closed(final int bytes) {
    CLOSED.addAndGet(bytes);
  }

  /** There is something to do for an engine that is idle. */
  static boolean isDue() {
    return CLOSED.get() >= WORTH_COLLECTING || COLLECTED.get();
  }

  /** Does the next step. */
  static void step() {
    if (COLLECTED.getAndSet(false)) {
      trim();
    } else if (CLOSED.getAndSet(0) >= WORTH_COLLECTING) {
      System.gc();
      COLLECTED.set(true);
    }
  }

  private static void trim() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              new Object[0],
              new String[0]);
    } catch (final JMException | RuntimeException | LinkageError e) {
      LibraryLog.log(System.Logger.Level.DEBUG, "the JVM cannot trim the heap of the C library", e);
    }
  }
}
