package org.jevent.internal.engine;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jevent.net.Resolver;

/**
 * What the layers above an engine take from the machine besides input and output: time, random
 * numbers, names and threads. These are the JDK's. An engine that simulates the machine overrides
 * them, so that a whole program runs under its time and repeats with its seed.
 */
public interface EngineEnvironment {
  /** The monotonic time in nanoseconds, from an arbitrary origin. Any thread. */
  default long nanoTime() {
    return System.nanoTime();
  }

  /** The time of day. Any thread. */
  default Instant wallTime() {
    return Instant.now();
  }

  /** A source of random numbers for the calling thread. Any thread. */
  default RandomGenerator random() {
    return ThreadLocalRandom.current();
  }

  /** What looks up host names on this machine; null: the JDK does. Any thread. */
  default Resolver resolver() {
    return null;
  }

  /**
   * The system's configuration of name servers as the text of a {@code resolv.conf}, in which lines
   * after {@code scope DOMAIN} are for names within that domain. It may take some milliseconds. Any
   * thread.
   *
   * @return null: the system has the file, or nothing more is known
   */
  default String nameConfiguration() {
    return null;
  }

  /**
   * Takes an exception of a callback that no handler of the program is set for. The loop's thread.
   *
   * @return false: it is logged
   */
  default boolean takesUnhandled(final Exception exception) {
    return false;
  }

  /** A new source of random numbers that cannot be predicted; of one thread at a time. */
  default RandomGenerator newUnpredictableRandom() {
    return new SecureRandom();
  }

  /**
   * A thread, not started, for work that blocks; it does not keep the process alive. Any thread.
   */
  default Thread newThread(final String name, final Runnable work) {
    final Thread thread = new Thread(work, "jevent-" + name);
    thread.setDaemon(true);
    return thread;
  }
}
