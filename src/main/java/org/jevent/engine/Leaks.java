package org.jevent.engine;

import java.lang.ref.Cleaner;

/**
 * The last resort for what nobody closes: it is freed when the garbage collector finds it, and a
 * warning tells what it was and, with {@code -Djevent.leak=paranoid}, where it was made. {@code
 * -Djevent.leak=disabled} frees in silence.
 */
public final class Leaks {
  /** {@code disabled}, {@code simple} (the default) or {@code paranoid}. */
  public static final String LEVEL_PROPERTY = "jevent.leak";

  private static final System.Logger LOGGER = System.getLogger("org.jevent");
  private static final Cleaner CLEANER = Cleaner.create();
  private static final String LEVEL = System.getProperty(LEVEL_PROPERTY, "simple");
  private static final boolean SITES = LEVEL.equals("paranoid");

  /** Where something was made. */
  public static final class Site extends Throwable {
    private static final long serialVersionUID = 1L;

    private Site() {
      super("made here");
    }
  }

  private Leaks() {}

  /** Where the caller is, or null unless sites are wanted. */
  public static Site site() {
    return SITES ? new Site() : null;
  }

  /** Runs {@code action} once: when told to, or when {@code owner} is found unreachable. */
  public static Cleaner.Cleanable register(final Object owner, final Runnable action) {
    return CLEANER.register(owner, action);
  }

  /** Reports something that was freed because nobody closed it. */
  public static void report(final String what, final Site site) {
    if (!LEVEL.equals("disabled")) {
      final String hint =
          site == null ? " (-D" + LEVEL_PROPERTY + "=paranoid tells where it was made)" : "";
      LOGGER.log(System.Logger.Level.WARNING, "LEAK: " + what + " was never closed" + hint, site);
    }
  }
}
