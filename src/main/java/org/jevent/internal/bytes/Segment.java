package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.Memory;

/** A run of bytes in a queue: those from {@code start} to {@code end} of its memory or its file. */
final class Segment {
  /** Copying up to this many bytes is as fast as linking a segment. */
  private static final int SMALL_COPY = 256;

  /** More are never copied because they take little of their memory. */
  private static final int MAX_SPARSE_COPY = 4096;

  Segment next;
  Store store;

  /** Where the bytes are; null when they are a file's. */
  Memory memory;

  /** The first place that belongs to this segment. */
  long base;

  long start;
  long end;

  /** Behind the last place that belongs to this segment. */
  long limit;

  /** Data of the store. */
  int tag;

  int place;

  Segment(final Store store, final Memory memory, final long base, final long limit) {
    this.store = store;
    this.memory = memory;
    this.base = base;
    this.start = base;
    this.end = base;
    this.limit = limit;
  }

  ByteBuffer bytes() {
    return memory.buffer();
  }

  long length() {
    return end - start;
  }

  boolean isFile() {
    return memory == null;
  }

  EngineFile file() {
    return ((FileStore) store).file();
  }

  /** How many bytes can be added behind: none if the store is not writable, as it ends there. */
  long roomBehind() {
    assert store.writable() || limit == end : store;
    return limit - end;
  }

  /** How many bytes can be added in front. */
  long roomBefore() {
    return store.writable() ? start - base : 0;
  }

  void release() {
    assert base <= start && start <= end && end <= limit : start + " to " + end;
    next = null;
    store.release(this);
  }

  /** The same bytes and the same store, to be released in this one's place. */
  Segment detachedCopy() {
    final Segment copy = new Segment(store, memory, base, limit);
    copy.become(this);
    return copy;
  }

  /** Takes over the bytes and the store of another segment, which is empty then. */
  void become(final Segment other) {
    store = other.store;
    memory = other.memory;
    base = other.base;
    start = other.start;
    end = other.end;
    limit = other.limit;
    tag = other.tag;
    place = other.place;
  }

  /** Whether copying that many bytes is cheaper than linking a segment. */
  static boolean isSmall(final long count) {
    return count <= SMALL_COPY;
  }

  /** Whether copying is cheaper than linking: few bytes, or few beside the memory they keep. */
  boolean isSparse() {
    final long length = length();
    return isSmall(length) || (length <= MAX_SPARSE_COPY && length < (limit - base) / 4);
  }

  /** A view of the bytes from {@code from} on, in native byte order. */
  ByteBuffer view(final long from, final int length) {
    final ByteBuffer view = bytes().slice((int) from, length);
    return (store.readOnly() ? view.asReadOnlyBuffer() : view).order(bytes().order());
  }
}
