package org.jevent.conformance;

import org.jevent.EventBase;
import org.jevent.EventConfig;

/** An engine that another project adds to those of the machine: a service of its tests. */
public interface AddedEngine {
  /** The name of its method. */
  String name();

  /** Its features, {@code EventBase.FEATURE_*}. */
  int features();

  /**
   * Why a test cannot run on it, or null.
   *
   * @param test its class, a dot, its method
   */
  String reasonAgainst(String test);

  /** What the bases of one test have in common. */
  Session open();

  /** Makes the bases of one test. */
  interface Session {
    /** A base on the engine. */
    EventBase base(EventConfig config);

    /** The time that they go by, in nanoseconds. */
    long nanoTime();

    /** The program takes that long for something. */
    void spend(long nanos);

    /** A signal comes to the process of the bases, by its name without SIG. */
    void raise(String signal);
  }
}
