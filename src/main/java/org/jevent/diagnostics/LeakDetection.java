package org.jevent.diagnostics;

import java.util.Objects;
import org.jevent.LogCallback;
import org.jevent.internal.leak.Leaks;
import org.jevent.internal.log.LibraryLog;
import org.jevent.util.LeakLevel;

/**
 * Reports what the garbage collector has found unclosed: bases, sockets, files and native memory.
 * It also reports buffer events, listeners, datagram events, buffers made for a base, and events
 * that were pending. Each place in the program that loses an object is reported once, as a warning,
 * with where it was made as its cause. System resources of lost objects are freed.
 *
 * <p>The level is chosen when the JVM starts, with {@code -Djevent.leakDetection}, and {@code
 * -Djevent.leakDetection.samplingInterval} sets the interval of samples, 128 by default.
 *
 * <p>Only what the program cannot reach any more is found. A stream that a base's loop still serves
 * is reachable through it. Such a stream is found with its base at the earliest.
 *
 * <p>Any thread.
 */
public final class LeakDetection {
  private LeakDetection() {}

  /** The level of this JVM. */
  public static LeakLevel level() {
    return Leaks.level();
  }

  /** The sampling interval: one of this many objects is watched. */
  public static int samplingInterval() {
    return Leaks.interval();
  }

  /** How many leaks have been found so far, those of places that are known already included. */
  public static long found() {
    return Leaks.found();
  }

  /**
   * Gets the warnings from now on, in a thread that should not be held up; the default is the
   * {@link System.Logger} named {@code org.jevent}.
   *
   * @throws NullPointerException if {@code callback} is null
   */
  public static void log(final LogCallback callback) {
    Objects.requireNonNull(callback, "callback");
    final LibraryLog.Sink sink =
        LibraryLog.guard(
            (level, message, cause) -> callback.log(LogCallback.Severity.WARNING, message, cause));
    Leaks.listener((message, site) -> sink.log(System.Logger.Level.WARNING, message, site));
  }
}
