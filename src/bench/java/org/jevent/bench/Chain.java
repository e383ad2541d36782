package org.jevent.bench;

import java.util.Arrays;

/**
 * The well-known benchmark of event loops, a chain: of {@code pairs} pairs of connected descriptors
 * {@code active} get a byte at the start of a round; each event reads one byte and, as long as
 * there are writes left, writes one to the next pair; a round ends when as many bytes were read as
 * written.
 */
abstract class Chain implements AutoCloseable {
  /** What the pairs are: the ends of a pipe, or of a TCP connection over loopback. */
  enum Kind {
    PIPE,
    TCP
  }

  /**
   * The shape of the chain.
   *
   * @param kind what the pairs are
   * @param pairs how many pairs there are; one end of each is watched
   * @param active how many of them have a byte to read at any time
   * @param writes how many bytes are passed on in a round
   * @param rounds how often
   */
  record Shape(Kind kind, int pairs, int active, int writes, int rounds) {}

  private static final int WARM_UP_ROUNDS = 10;

  private final Shape shape;
  private int writesLeft;
  private long written;
  private long fired;

  Chain(final Shape shape) {
    this.shape = shape;
  }

  /** Writes one byte to the pair. */
  abstract void write(int pair);

  /** Runs events until {@link #isOver}. */
  abstract void runRound();

  @Override
  public abstract void close();

  /** A byte was read from the pair. */
  final void fired(final int pair) {
    fired++;
    if (writesLeft > 0) {
      writesLeft--;
      written++;
      write(pair + 1 == shape.pairs ? 0 : pair + 1);
    }
  }

  final boolean isOver() {
    return fired >= written;
  }

  /** The median of the rounds, in nanoseconds per event. */
  final double measure() {
    final double[] nanos = new double[shape.rounds];
    for (int i = -WARM_UP_ROUNDS; i < shape.rounds; i++) {
      final long start = System.nanoTime();
      round();
      if (i >= 0) {
        nanos[i] = (double) (System.nanoTime() - start) / fired;
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  /** One run of the chain; returns its events. */
  final long round() {
    fired = 0;
    written = 0;
    writesLeft = shape.writes;
    final int step = Math.max(1, shape.pairs / shape.active);
    for (int i = 0; i < shape.active; i++) {
      written++;
      write((int) ((long) i * step % shape.pairs));
    }
    runRound();
    return fired;
  }
}
