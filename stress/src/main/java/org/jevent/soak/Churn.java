package org.jevent.soak;

import java.time.Duration;
import java.util.Random;
import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * One kind of work, done in rounds, several of them at a time. A round begins in {@link #round} and
 * ends when the code that finishes it calls {@link #over}; another one follows while the generation
 * lasts. The loop's thread.
 */
abstract class Churn {
  private static final Duration UNTIL_PORTS_ARE_FREE = Duration.ofSeconds(1);

  final Ground ground;
  final EventBase base;
  final Random random;

  /** Rounds and other things, such as connections of a server, that have not ended yet. */
  private int open;

  private long rounds;
  private long bytes;

  Churn(final Ground ground) {
    this.ground = ground;
    base = ground.base();
    random = ground.newRandom();
  }

  /** Begins one round. */
  abstract void round();

  /**
   * Nanoseconds between a round and the next. What leaves connections behind that linger for a
   * minute must not use up all ports.
   */
  long pause() {
    return 0;
  }

  /** What is left when everything has ended is closed. */
  void close() {}

  final void begin(final int parallel) {
    for (int i = 0; i < parallel; i++) {
      open++;
      next();
    }
  }

  private void next() {
    try {
      round();
    } catch (final ErrnoException e) {
      if (e.errno() == Errno.EADDRINUSE) {
        tryAgain();
      } else {
        cannotBegin(e);
      }
    } catch (final RuntimeException e) {
      cannotBegin(e);
    }
  }

  /** All ports are taken by connections that linger, others' among them: that passes. */
  private void tryAgain() {
    if (ground.running()) {
      base.newTimer((event, what) -> next()).add(UNTIL_PORTS_ARE_FREE);
    } else {
      release();
    }
  }

  private void cannotBegin(final RuntimeException problem) {
    fail("a round cannot begin: " + problem);
    release();
  }

  /** A round has ended well. */
  final void over() {
    rounds++;
    if (ground.running()) {
      base.newTimer((event, what) -> next()).addNanos(pause());
    } else {
      release();
    }
  }

  /** Something more has to end before the generation has. */
  final void hold() {
    open++;
  }

  final void release() {
    open--;
    ground.ended();
  }

  final int open() {
    return open;
  }

  final long rounds() {
    return rounds;
  }

  /** Counts bytes that have arrived and were those that had been sent. */
  final void checked(final int count) {
    bytes += count;
  }

  final long bytes() {
    return bytes;
  }

  final void fail(final String what) {
    ground.fail(this + ": " + what);
  }

  /** From 1 to {@code max}, small numbers more often. */
  final int some(final int max) {
    return 1 + random.nextInt(1 + random.nextInt(max));
  }

  @Override
  public String toString() {
    return getClass().getSimpleName().replace("Churn", "").toLowerCase(java.util.Locale.ROOT);
  }
}
