package org.jevent.websocket;

import java.util.ArrayDeque;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compressors of raw data that serve one message after the other. They hold memory outside the
 * heap, so each one that was taken must be given back or ended.
 */
final class ZipPool implements AutoCloseable {
  private static final int MAX_IDLE = 8;

  private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
  private final ArrayDeque<Deflater> deflaters = new ArrayDeque<>();
  private int taken;
  private boolean closed;

  Inflater takeInflater() {
    taken++;
    final Inflater free = inflaters.poll();
    return free == null ? new Inflater(true) : free;
  }

  void give(final Inflater used) {
    taken--;
    if (closed || inflaters.size() == MAX_IDLE) {
      used.end();
    } else {
      used.reset();
      inflaters.push(used);
    }
  }

  Deflater takeDeflater(final int level) {
    taken++;
    final Deflater free = deflaters.poll();
    if (free == null) {
      return new Deflater(level, true);
    }
    free.setLevel(level);
    return free;
  }

  void give(final Deflater used) {
    taken--;
    if (closed || deflaters.size() == MAX_IDLE) {
      used.end();
    } else {
      used.reset();
      deflaters.push(used);
    }
  }

  /** How many are in use. */
  int taken() {
    return taken;
  }

  @Override
  public void close() {
    closed = true;
    inflaters.forEach(Inflater::end);
    inflaters.clear();
    deflaters.forEach(Deflater::end);
    deflaters.clear();
  }
}
