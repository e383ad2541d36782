package org.jevent.sim.core;

/**
 * The order of all that happens, as one number; and as lines for people while a listener is set.
 * Two runs are the same if their numbers are.
 */
public final class Trace {
  /** Receives what happens. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Something has happened.
     *
     * @param nanos the virtual time
     * @param host where
     * @param what in words
     */
    void happened(long nanos, String host, String what);
  }

  private final Timeline time;
  private long digest;
  private long events;
  private Listener listener;

  public Trace(final Timeline time) {
    this.time = time;
  }

  /** Sets who receives the lines. */
  public void listen(final Listener next) {
    listener = next;
  }

  /** Whether lines are wanted. */
  public boolean isHeard() {
    return listener != null;
  }

  /** Adds an event to the number. */
  public void event(final int kind, final long where, final long value) {
    events++;
    digest = Mix.of(digest ^ time.now(), where * 31 + kind + value * 0x9E3779B97F4A7C15L);
  }

  /** Adds a line, if lines are wanted. */
  public void line(final String host, final String what) {
    if (listener != null) {
      listener.happened(time.now(), host, what);
    }
  }

  /** The number of all that has happened. */
  public long digest() {
    return digest;
  }

  /** How many events it has. */
  public long events() {
    return events;
  }
}
