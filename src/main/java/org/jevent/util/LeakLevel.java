package org.jevent.util;

/**
 * How much leak detection watches and records: the levels of Netty's {@code ResourceLeakDetector}.
 */
public enum LeakLevel {
  /** Nothing is reported. System resources are still freed. */
  DISABLED,

  /**
   * The default. Bases, sockets, files and native memory are reported whenever they are lost, of
   * the rest a sample is watched. Where it was made is known of every base and of samples.
   */
  SIMPLE,

  /** As {@link #SIMPLE}, and a sample also knows where it was last used: slower. */
  ADVANCED,

  /** As {@link #ADVANCED}, and everything is a sample: much slower, for tests. */
  PARANOID
}
