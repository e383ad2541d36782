package org.jevent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The well-known benchmark of event loops, a chain: of {@code pairs} pairs of connected descriptors
 * {@code active} get a byte at the start of a round; each event reads one byte and, as long as
 * there are writes left, writes one to the next pair; a round ends when as many bytes were read as
 * written.
 */
abstract class Chain implements AutoCloseable {
  /** What the pairs are: the ends of a pipe, of a TCP connection over loopback, or Unix sockets. */
  enum Kind {
    PIPE,
    TCP,
    UNIX
  }

  /**
   * The shape of the chain.
   *
   * @param kind what the pairs are
   * @param pairs how many pairs there are; one end of each is watched
   * @param active how many of them have a byte to read at any time
   * @param writes how many bytes are passed on in a round
   * @param rounds how often
   * @param once each round watches all pairs anew, each for one event
   */
  record Shape(Kind kind, int pairs, int active, int writes, int rounds, boolean once) {
    /** A byte goes from the first pair to the last, and each round watches all of them anew. */
    static Shape cascade(final Kind kind, final int pairs, final int rounds) {
      return new Shape(kind, pairs, 1, pairs - 1, rounds, true);
    }

    private int warmUpRounds() {
      return Math.max(WARM_UP_ROUNDS, WARM_UP_EVENTS / (writes + active));
    }
  }

  private static final int WARM_UP_ROUNDS = 10;

  /** A round may be too short for the compiler to notice ten of them. */
  private static final int WARM_UP_EVENTS = 200_000;

  private final Shape shape;
  private int writesLeft;
  private long written;
  private long fired;

  Chain(final Shape shape) {
    this.shape = shape;
  }

  /**
   * An address at which pairs of that kind are connected: Java makes no unnamed Unix sockets. Its
   * file, if any, is {@link #forget}ed when they are.
   */
  static SocketAddress meetingPlace(final Kind kind) throws IOException {
    if (kind != Kind.UNIX) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
    final Path directory = Files.createTempDirectory("jevent-bench");
    return UnixDomainSocketAddress.of(directory.resolve("chain"));
  }

  static void forget(final SocketAddress place) throws IOException {
    if (place instanceof UnixDomainSocketAddress unix) {
      Files.deleteIfExists(unix.getPath());
      Files.delete(unix.getPath().getParent());
    }
  }

  /** Waits for the pair once, beginning a round. */
  abstract void watch(int pair);

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
    for (int i = -shape.warmUpRounds(); i < shape.rounds; i++) {
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
    if (shape.once) {
      for (int i = 0; i < shape.pairs; i++) {
        watch(i);
      }
    }
    final int step = Math.max(1, shape.pairs / shape.active);
    for (int i = 0; i < shape.active; i++) {
      written++;
      write((int) ((long) i * step % shape.pairs));
    }
    runRound();
    return fired;
  }
}
