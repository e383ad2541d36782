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

  /** Describes the method on this system. Some have to be tried for that. */
  EngineInfo info();

  /**
   * Opens an engine.
   *
   * @throws RuntimeException if that fails, with the reason
   */
  Engine open();
}
