package org.jevent.segment;

import java.nio.ByteBuffer;
import org.jevent.engine.EngineFile;
import org.jevent.engine.Memory;

/** A run of bytes in a queue: those from {@code start} to {@code end} of its memory or its file. */
final class Segment {
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

  /** The store's own notes. */
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

  /** How many bytes can be added behind. */
  long roomBehind() {
    return store.writable() ? limit - end : 0;
  }

  /** How many bytes can be added in front. */
  long roomBefore() {
    return store.writable() ? start - base : 0;
  }

  void release() {
    next = null;
    store.release(this);
  }

  /** The same bytes and the same store, to be released in this one's place. */
  Segment detachedCopy() {
    final Segment copy = new Segment(store, memory, base, limit);
    copy.start = start;
    copy.end = end;
    copy.tag = tag;
    copy.place = place;
    return copy;
  }

  /** A view of the bytes from {@code from} on, in native byte order. */
  ByteBuffer view(final long from, final int length) {
    final ByteBuffer view = bytes().slice((int) from, length);
    return (store.readOnly() ? view.asReadOnlyBuffer() : view).order(bytes().order());
  }
}
