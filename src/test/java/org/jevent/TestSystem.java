package org.jevent;

import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What the tests run on. */
public final class TestSystem {
  public static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  /** The native method that is taken here when nothing else is asked for. */
  public static final String METHOD = WINDOWS ? "iocp" : "epoll";

  /** Its version where Windows is imitated by Wine, which says so with this property. */
  private static final String WINE = System.getProperty("jevent.test.wine");

  /** What imitates another processor here, which its launcher says with this property. */
  private static final String EMULATOR = System.getProperty("jevent.test.emulator");

  /**
   * How many times slower than a busy machine this one is. A property says so where the processor
   * is emulated. Under Wine each operation on a socket passes through one shared process.
   */
  private static final int SLOWER = Integer.getInteger("jevent.test.slower", WINE == null ? 1 : 6);

  /**
   * Two that every JVM can watch. Of HUP, INT and TERM it goes on ignoring what was ignored when it
   * was started: INT in what a script starts in the background, HUP under nohup.
   */
  public static final List<Signals> SIGNALS =
      WINDOWS ? List.of(Signals.INT, Signals.TERM) : List.of(Signals.WINCH, Signals.URG);

  private TestSystem() {}

  /** Whether Windows is imitated. */
  public static boolean wine() {
    return WINE != null;
  }

  /** Ends the test as not applicable under Wine, for a reason that docs/windows.md lists. */
  public static void notUnderWine(final String reason) {
    Assumptions.assumeTrue(WINE == null, () -> "Wine " + WINE + ": " + reason);
  }

  /** The same for an emulator of processors, and docs/platforms.md. */
  public static void notEmulated(final String reason) {
    Assumptions.assumeTrue(EMULATOR == null, () -> EMULATOR + ": " + reason);
  }

  /**
   * How many descriptors a process of Windows can have, at most that many. Under Wine all that is
   * open, in whatever process, is open in one emulating process too, some of it twice.
   */
  public static long descriptors(final int max) {
    return Math.min(max, Long.getLong("jevent.test.wine.descriptors", Long.MAX_VALUE) / 4);
  }

  /** How long to wait for what takes as many seconds on a busy machine. */
  public static int patience(final int seconds) {
    return seconds * SLOWER;
  }
}
