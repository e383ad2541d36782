package org.jevent.sim;

/** A run has gone wrong. It says how, and the seed repeats it. */
public final class SimulationFailure extends AssertionError {
  private static final long serialVersionUID = 1;

  /** What has gone wrong. */
  public enum Kind {
    /** A program has thrown, or an assertion of the test has failed. */
    THROWN,
    /** What must always hold does not. */
    ALWAYS,
    /** What must come true in time has not. */
    EVENTUALLY,
    /** A loop or the test waits, and nothing can happen any more. */
    DEADLOCK,
    /** Loops run without time passing. */
    SPIN,
    /**
     * A thread of a host waits for something outside of the simulation, or calculates without end.
     * The world is closed.
     */
    STALLED,
    /** Two runs of one seed differ. */
    DIVERGED
  }

  private final Kind kind;
  private final String name;
  private final long seed;
  private final long nanos;
  private final String reason;

  SimulationFailure(
      final Kind kind,
      final String name,
      final String message,
      final long seed,
      final long nanos,
      final Throwable cause) {
    super(kind + " at " + nanos + " ns, seed 0x" + Long.toHexString(seed) + ": " + message, cause);
    this.reason = message;
    this.kind = kind;
    this.name = name;
    this.seed = seed;
    this.nanos = nanos;
  }

  public Kind kind() {
    return kind;
  }

  /** The name of what must hold, or null. */
  public String name() {
    return name;
  }

  /** What is wrong, without the rest of the message. */
  String reason() {
    return reason;
  }

  /** The seed of the world. */
  public long seed() {
    return seed;
  }

  /** The virtual time in nanoseconds. */
  public long nanos() {
    return nanos;
  }

  /**
   * What distinguishes this failure from others: its kind, and the name of what must hold or the
   * place where an exception was thrown.
   */
  String signature() {
    if (name != null || getCause() == null) {
      return kind + " " + name;
    }
    final Throwable cause = getCause();
    if (cause instanceof StackOverflowError) {
      return kind + " " + cause.getClass().getName(); // where it ends is a matter of chance
    }
    for (final StackTraceElement frame : cause.getStackTrace()) {
      final String where = frame.getClassName();
      if (!where.startsWith("java.") && !where.startsWith("jdk.")) {
        return kind + " " + cause.getClass().getName() + " " + where + "." + frame.getMethodName();
      }
    }
    return kind + " " + cause.getClass().getName();
  }
}
