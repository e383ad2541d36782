package org.jevent.sim.engine;

import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.SignalSink;

/** The signals that a base of a simulated host watches. Numbers are those of Linux. */
final class SimSignals {
  private static final int MAX = 64;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("USR1", 10),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", 15),
          Map.entry("CHLD", 17),
          Map.entry("CONT", 18),
          Map.entry("TSTP", 20),
          Map.entry("URG", 23),
          Map.entry("WINCH", 28),
          Map.entry("IO", 29));

  private final SimEngine engine;
  private final BitSet watched = new BitSet();
  private final int[] came = new int[MAX + 1];
  private boolean any;
  private SignalSink sink;

  SimSignals(final SimEngine engine) {
    this.engine = engine;
  }

  /** The names of all, without SIG. */
  static Set<String> names() {
    return new TreeSet<>(NUMBERS.keySet());
  }

  static int number(final String name) {
    return NUMBERS.getOrDefault(name.toUpperCase(Locale.ROOT), -1);
  }

  void sink(final SignalSink next) {
    sink = next;
  }

  void watch(final int number, final boolean on) {
    if (!NUMBERS.containsValue(number)) {
      throw new ErrnoException("watch signal " + number, Errno.EINVAL, 0);
    }
    watched.set(number, on);
  }

  /** A signal has come; true: this base watches it. */
  boolean raise(final int number) {
    if (!watched.get(number)) {
      return false;
    }
    came[number]++;
    any = true;
    engine.work();
    return true;
  }

  boolean hasCame() {
    return any;
  }

  int deliver(final Completions completions) {
    any = false;
    int delivered = 0;
    for (int i = 1; i <= MAX; i++) {
      final int count = came[i];
      came[i] = 0;
      if (count > 0 && watched.get(i)) {
        completions.signalled(sink, i, count);
        delivered++;
      }
    }
    return delivered;
  }

  void close() {
    watched.clear();
  }
}
