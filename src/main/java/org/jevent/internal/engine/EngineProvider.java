package org.jevent.internal.engine;

/**
 * Makes the engines of one method. A provider is all that a base needs to know of an engine before
 * it has one.
 */
public interface EngineProvider {
  /** The method's name as libevent spells it. */
  String name();

  /** Its rank among all methods: the highest that can be used is the default. */
  int preference();

  /**
   * Why the method cannot be used on this system, or an empty string. Some have to be tried for
   * that.
   */
  String reason();

  /** Whether it can be opened. */
  default boolean usable() {
    return reason().isEmpty();
  }

  /** Its {@code Engine.FEATURE_*}. Of a usable one only. */
  int features();

  /**
   * Whether it stands on an imitation of the system's interface, as in a library built for tests.
   * Of a usable one only.
   */
  boolean emulated();

  /**
   * Opens an engine.
   *
   * @throws RuntimeException if that fails, with the reason
   */
  Engine open();
}
