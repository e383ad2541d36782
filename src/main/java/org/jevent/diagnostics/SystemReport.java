package org.jevent.diagnostics;

import java.util.Locale;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.internal.engine.ring.ShimStatus;
import org.jevent.internal.leak.Leaks;

/** Reports what works on this machine, and why the rest does not. */
public final class SystemReport {
  private SystemReport() {}

  /** The library's version; {@code event_get_version}. */
  public static String version() {
    final String version = SystemReport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** A report of several lines, for people and for bug reports. */
  public static String report() {
    final StringBuilder text = new StringBuilder();
    line(text, "jevent", version());
    line(text, "java", property("java.version") + " (" + property("java.vendor") + ")");
    line(
        text,
        "platform",
        property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    final ShimStatus shim = RingEngines.shim();
    line(
        text,
        "library",
        shim.loaded() ? shim.library() + ", bound by " + shim.binding() : "not loaded");
    for (final String attempt : shim.attempts()) {
      line(text, "", "tried in vain: " + attempt);
    }
    for (final String asked :
        new String[] {
          Engines.ENGINE_PROPERTY, "jevent.binding", "jevent.library.path", Leaks.LEVEL_PROPERTY
        }) {
      if (System.getProperty(asked) != null) {
        line(text, "property", asked + "=" + System.getProperty(asked));
      }
    }
    for (final MethodInfo method : EventBase.supportedMethods()) {
      line(
          text,
          "method",
          method.name()
              + (method.usable()
                  ? ": usable"
                      + (method.emulated() ? " (emulated)" : "")
                      + ", features "
                      + features(method.features())
                  : ": not usable: " + reason(method, shim)));
    }
    return text.toString();
  }

  /** The attempts to load the library have been reported already. */
  private static String reason(final MethodInfo method, final ShimStatus shim) {
    return !shim.loaded() && method.reason().equals(shim.reason())
        ? "the native library is not loaded"
        : method.reason();
  }

  private static String features(final int mask) {
    final StringBuilder names = new StringBuilder();
    append(names, mask, EventBase.FEATURE_ET, "edge-triggered");
    append(names, mask, EventBase.FEATURE_O1, "O(1)");
    append(names, mask, EventBase.FEATURE_FDS, "any descriptor");
    append(names, mask, EventBase.FEATURE_EARLY_CLOSE, "early close");
    return names.isEmpty() ? "none" : names.toString();
  }

  private static void append(
      final StringBuilder names, final int mask, final int bit, final String name) {
    if ((mask & bit) != 0) {
      names.append(names.isEmpty() ? "" : ", ").append(name);
    }
  }

  private static String property(final String name) {
    return System.getProperty(name, "unknown");
  }

  private static void line(final StringBuilder text, final String name, final String value) {
    text.append(String.format(Locale.ROOT, "%-10s%s%n", name, value));
  }
}
