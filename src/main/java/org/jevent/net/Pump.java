package org.jevent.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;

/**
 * Carries bytes between a stream of the JDK, which can only be waited for, and a pipe, whose other
 * end a loop watches. A full pipe makes it wait. It closes both when one has ended.
 */
final class Pump {
  private static final int SIZE = 8192;

  private Pump() {}

  private interface Copy {
    void run() throws IOException;
  }

  /** From standard input, which stays open, into a pipe; returns the end to read from. */
  static NetSocket standardInput(
      final BiFunction<String, Runnable, Thread> threads, final NetSocket[] pipe) {
    try {
      pipe[1].configureBlocking(true);
      start(threads, "stdin", () -> {}, pipe[1], () -> copy(System.in, pipe[1]));
      return pipe[0];
    } catch (final RuntimeException | Error e) {
      pipe[0].close();
      pipe[1].close();
      throw e;
    }
  }

  /** From a stream into a pipe. */
  static void start(
      final BiFunction<String, Runnable, Thread> threads,
      final String name,
      final InputStream from,
      final NetSocket to) {
    to.configureBlocking(true);
    start(threads, name, from, to, () -> copy(from, to));
  }

  /** From a pipe into a stream. */
  static void start(
      final BiFunction<String, Runnable, Thread> threads,
      final String name,
      final NetSocket from,
      final OutputStream to) {
    from.configureBlocking(true);
    start(threads, name, from, to, () -> copy(from, to));
  }

  private static void start(
      final BiFunction<String, Runnable, Thread> threads,
      final String name,
      final AutoCloseable from,
      final AutoCloseable to,
      final Copy copy) {
    threads.apply(name, () -> run(from, to, copy)).start();
  }

  private static void run(final AutoCloseable from, final AutoCloseable to, final Copy copy) {
    try (from;
        to) {
      copy.run();
    } catch (final Exception ended) {
      // One side is gone: closing notifies the other one, as with a pipe of the system.
    }
  }

  private static void copy(final InputStream from, final NetSocket to) throws IOException {
    final byte[] bytes = new byte[SIZE];
    int count;
    while ((count = from.read(bytes)) >= 0) {
      final ByteBuffer chunk = ByteBuffer.wrap(bytes, 0, count);
      while (chunk.hasRemaining()) {
        to.write(chunk);
      }
    }
  }

  private static void copy(final NetSocket from, final OutputStream to) throws IOException {
    final ByteBuffer chunk = ByteBuffer.allocate(SIZE);
    while (from.read(chunk) != NetSocket.END) {
      to.write(chunk.array(), 0, chunk.position());
      to.flush();
      chunk.clear();
    }
  }
}
