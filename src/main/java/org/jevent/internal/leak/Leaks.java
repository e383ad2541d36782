package org.jevent.internal.leak;

import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jevent.internal.log.LibraryLog;
import org.jevent.util.LeakLevel;

/**
 * Finds unclosed objects when the garbage collector does. System resources are freed then in any
 * case ({@link #register}). Of objects without them, a part is watched ({@link #watch}). Each place
 * that loses objects is reported once, with where they were made.
 */
public final class Leaks {
  /** {@code disabled}, {@code simple} (the default), {@code advanced} or {@code paranoid}. */
  public static final String LEVEL_PROPERTY = "jevent.leakDetection";

  /** The sampling interval: one of this many objects is watched, all at {@code paranoid}. */
  public static final String INTERVAL_PROPERTY = "jevent.leakDetection.samplingInterval";

  /** Receives leaks. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A leak that was not known yet.
     *
     * @param site where the thing was made, or null
     */
    void found(String message, Throwable site);
  }

  private static final Cleaner CLEANER = Cleaner.create();
  private static final int DEFAULT_INTERVAL = 128;

  /** Places beyond those are counted and not reported. */
  private static final int MAX_PLACES = 1000;

  private static final LeakLevel LEVEL = configuredLevel();
  private static final int INTERVAL = configuredInterval();

  /** Threads that make objects which are not watched. */
  private static final ThreadLocal<Boolean> SUSPENDED = new ThreadLocal<>();

  private static final boolean RECORDING = LEVEL.compareTo(LeakLevel.ADVANCED) >= 0;

  private static final AtomicLong FOUND = new AtomicLong();
  private static final Set<String> PLACES = ConcurrentHashMap.newKeySet();
  private static volatile Listener listener = Leaks::log;

  private Leaks() {}

  private static LeakLevel configuredLevel() {
    final String text = System.getProperty(LEVEL_PROPERTY, LeakLevel.SIMPLE.name());
    try {
      return LeakLevel.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (final IllegalArgumentException e) {
      LibraryLog.log(
          System.Logger.Level.WARNING,
          LEVEL_PROPERTY + "=" + text + " is none of " + Arrays.toString(LeakLevel.values()));
      return LeakLevel.SIMPLE;
    }
  }

  private static int configuredInterval() {
    return Math.max(1, Integer.getInteger(INTERVAL_PROPERTY, DEFAULT_INTERVAL));
  }

  /** The level that the property asks for. */
  public static LeakLevel level() {
    return LEVEL;
  }

  /** The sampling interval. */
  public static int interval() {
    return LEVEL == LeakLevel.PARANOID ? 1 : INTERVAL;
  }

  /** How many leaks were found, those of known places included. */
  public static long found() {
    return FOUND.get();
  }

  /** Sets the receiver of leaks. */
  public static void listener(final Listener next) {
    listener = next;
  }

  /** A place in the program, reported as a cause. */
  public static final class Site extends Throwable {
    private static final long serialVersionUID = 1L;

    private Site(final String what) {
      super(what);
    }
  }

  // ---- objects with system resources ----

  /** The place of the caller for a part of all calls; else null. */
  public static Site site() {
    return sampled() ? new Site("made here") : null;
  }

  /** The place of the caller, for rare kinds of objects. */
  public static Site siteOfFew() {
    return LEVEL == LeakLevel.DISABLED ? null : new Site("made here");
  }

  private static boolean sampled() {
    return switch (LEVEL) {
      case DISABLED -> false;
      case PARANOID -> true;
      default -> ThreadLocalRandom.current().nextInt(INTERVAL) == 0;
    };
  }

  /** Runs {@code action} once: on request, or when {@code owner} is found unreachable. */
  public static Cleaner.Cleanable register(final Object owner, final Runnable action) {
    return CLEANER.register(owner, action);
  }

  /**
   * Reports an object that was freed because it was never closed.
   *
   * @param kind what it was
   * @param name which one, or an empty string
   * @param made where it was made, or null
   */
  public static void report(final String kind, final String name, final Site made) {
    if (LEVEL == LeakLevel.DISABLED) {
      return;
    }
    FOUND.incrementAndGet();
    final String which = name.isEmpty() ? kind : kind + " (" + name + ")";
    final String place = made == null ? which : kind + Arrays.toString(made.getStackTrace());
    if (PLACES.size() < MAX_PLACES && PLACES.add(place)) {
      final String hint =
          made == null ? " (-D" + LEVEL_PROPERTY + "=paranoid reports where it was made)" : "";
      listener.found("LEAK: " + which + " was never closed" + hint, made);
    }
  }

  private static void log(final String message, final Throwable site) {
    LibraryLog.log(System.Logger.Level.WARNING, message, site);
  }

  // ---- objects without them ----

  /**
   * What the calling thread makes is not watched from now on, or is again: objects of a simulated
   * host are lost with it, and hold nothing of the machine.
   */
  public static void suspend(final boolean on) {
    if (on) {
      SUSPENDED.set(Boolean.TRUE);
    } else {
      SUSPENDED.remove();
    }
  }

  /** Watches a part of all objects; null for the rest. Closing the object must close the watch. */
  public static Watch watch(final Object owner, final String kind) {
    return watch(owner, kind, () -> true);
  }

  /**
   * The same for an object that knows whether it is open: the watch need not be closed.
   *
   * @param open asked when the object is lost; must not refer to it
   */
  public static Watch watch(final Object owner, final String kind, final BooleanSupplier open) {
    if (!sampled() || SUSPENDED.get() != null) {
      return null;
    }
    final Watch watch = new Watch(kind, open);
    watch.cleanable = CLEANER.register(owner, watch);
    return watch;
  }

  /** Records that the object is used, if there is a watch and the level asks for that. */
  public static void used(final Watch watch) {
    if (RECORDING && watch != null) {
      watch.used = new Site("last used here");
    }
  }

  /** The object is closed, if there is a watch. */
  public static void closed(final Watch watch) {
    if (watch != null) {
      watch.holding = false;
      watch.cleanable.clean();
    }
  }

  /** The state of one watched object. */
  public static final class Watch implements Runnable {
    private final String kind;
    private final BooleanSupplier open;
    private final Site made = new Site("made here");
    private volatile Site used;
    private volatile boolean holding = true;
    private Cleaner.Cleanable cleanable;

    private Watch(final String kind, final BooleanSupplier open) {
      this.kind = kind;
      this.open = open;
    }

    /** Whether its loss matters now: an object without resources may be lost. */
    public void holding(final boolean something) {
      holding = something;
    }

    @Override
    public void run() {
      if (holding && open.getAsBoolean()) {
        if (used != null) {
          made.addSuppressed(used);
        }
        report(kind, "", made);
      }
    }
  }
}
