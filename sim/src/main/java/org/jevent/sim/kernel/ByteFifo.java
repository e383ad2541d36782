package org.jevent.sim.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Bytes in the order of their arrival, in chunks that all queues of a world share. */
final class ByteFifo {
  /** The chunks that are free. */
  static final class Pool {
    private static final int MAX_FREE = 4096;

    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    private byte[] take() {
      final byte[] chunk = free.pollLast();
      return chunk == null ? new byte[CHUNK] : chunk;
    }

    private void give(final byte[] chunk) {
      if (free.size() < MAX_FREE) {
        free.addLast(chunk);
      }
    }
  }

  private static final int CHUNK = 4096;
  private static final int FIRST_CHUNKS = 4;

  private final Pool pool;
  private byte[][] chunks;
  private int first;
  private int count;
  private int offset;
  private long length;

  ByteFifo(final Pool pool) {
    this.pool = pool;
  }

  long length() {
    return length;
  }

  private byte[] last() {
    return chunks[first + count - 1 & chunks.length - 1];
  }

  private void addChunk() {
    if (chunks == null) {
      chunks = new byte[FIRST_CHUNKS][];
    } else if (count == chunks.length) {
      final byte[][] more = new byte[count * 2][];
      for (int i = 0; i < count; i++) {
        more[i] = chunks[first + i & chunks.length - 1];
      }
      chunks = more;
      first = 0;
    }
    chunks[first + count & chunks.length - 1] = pool.take();
    count++;
  }

  /** Appends bytes of a buffer. */
  void append(final ByteBuffer source, final int from, final int bytes) {
    int done = 0;
    while (done < bytes) {
      final int end = (int) ((offset + length) % CHUNK);
      if (count == 0 || (end == 0 && offset + length == (long) count * CHUNK)) {
        addChunk();
      }
      final int part = Math.min(bytes - done, CHUNK - end);
      source.get(from + done, last(), end, part);
      length += part;
      done += part;
    }
  }

  /** Copies bytes, {@code from} bytes behind the front. */
  void peek(final long from, final byte[] target) {
    for (int i = 0; i < target.length; i++) {
      final long place = offset + from + i;
      target[i] = chunks[first + (int) (place / CHUNK) & chunks.length - 1][(int) (place % CHUNK)];
    }
  }

  /** Removes bytes from the front into a buffer. */
  void remove(final ByteBuffer target, final int to, final int bytes) {
    assert bytes <= length : bytes + " of " + length;
    int done = 0;
    while (done < bytes) {
      final int part = Math.min(bytes - done, CHUNK - offset);
      target.put(to + done, chunks[first], offset, part);
      done += part;
      advance(part);
    }
  }

  private void advance(final int bytes) {
    offset += bytes;
    length -= bytes;
    if (offset == CHUNK || length == 0) {
      pool.give(chunks[first]);
      chunks[first] = null;
      first = first + 1 & chunks.length - 1;
      count--;
      offset = 0;
    }
  }

  /** Forgets everything. */
  void clear() {
    while (length > 0) {
      advance((int) Math.min(length, CHUNK - offset));
    }
    chunks = null;
    first = 0;
  }
}
