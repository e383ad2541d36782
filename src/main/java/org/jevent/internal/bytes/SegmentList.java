package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.loop.Cleanup;

/**
 * The list of a queue's segments, the count of its bytes, and whom its changes are reported to. No
 * segment in it is empty: room that was made and not used yet is kept beside it. It has few fields,
 * as each stream has two queues.
 */
abstract class SegmentList {
  private static final int MIN_CHUNK = 256;
  private static final int MAX_BY_GROWTH = 4096;

  /** The maximum of segments that an assertion looks at. */
  private static final int CHECKED = 64;

  /** Bits of {@link #changes}: bytes were added since the last report. */
  private static final int GREW = 1;

  /** Bytes were removed since then. */
  private static final int SHRANK = 2;

  /** A report is under way. */
  private static final int REPORTING = 4;

  final ChunkPool pool;
  Segment first;
  Segment last;

  /** Room for what is added next, linked with the first byte that is written to it; or null. */
  Segment spare;

  /** The results of scanning a long queue, or null. */
  Lookup lookup;

  long length;
  int version;

  /** What is still to be reported: a union of {@link #GREW} and its relatives. */
  private byte changes;

  /** The list may have ranges of files. */
  boolean hasFiles;

  /** The engine may be sending the first segments, until the next bytes are drained. */
  boolean sending;

  /** The frozen ends, kept for the public class. */
  private byte marks;

  private ByteQueue.Owner owner;
  private ByteQueue.Observer observer;

  SegmentList(final ChunkPool pool) {
    this.pool = pool;
  }

  /** The engine whose memory it takes, and which sends its bytes; null: it uses the heap. */
  public final Engine engine() {
    return pool == null ? null : pool.engine();
  }

  /**
   * Reports what code of the user has thrown that the queue has called, where it has an owner or a
   * base.
   *
   * @param source what it is reported with where there is no owner
   * @return false: it has neither, and the caller throws it
   */
  public final boolean report(final Object source, final Throwable thrown) {
    if (owner != null) {
      owner.failed(thrown);
    } else if (pool != null) {
      pool.services().report(source, thrown);
    }
    return owner != null || pool != null;
  }

  /** How many bytes there are. */
  public final long length() {
    return length;
  }

  public final int marks() {
    return marks;
  }

  public final void marks(final int value) {
    marks = (byte) value;
  }

  /** A number that differs after each change of the segments. */
  public final int version() {
    return version;
  }

  /** The owner, notified of changes first, or null. */
  public final void owner(final ByteQueue.Owner value) {
    owner = value;
  }

  /** To whom it belongs, or null. */
  public final ByteQueue.Owner owner() {
    return owner;
  }

  /** The observer, notified next, or null. */
  public final void observer(final ByteQueue.Observer value) {
    observer = value;
  }

  /** That observer, or null. */
  public final ByteQueue.Observer observer() {
    return observer;
  }

  /** An observer is notified of each change. */
  public final boolean isObserved() {
    return observer != null;
  }

  /** No observer is notified of changes. */
  public final boolean isUnobserved() {
    return owner == null && observer == null;
  }

  /** Notifies the observer of the changes since the last call, and of those made meanwhile. */
  public final void settle() {
    assert agrees() : this;
    if (changes != 0 && (changes & REPORTING) == 0) {
      reportChanges();
    }
  }

  /** The segments have as many bytes as were counted, none is empty, and the last one ends them. */
  private boolean agrees() {
    long bytes = 0;
    Segment end = null;
    int seen = 0;
    for (Segment segment = first; segment != null && seen < CHECKED; segment = segment.next) {
      assert segment.length() > 0 : segment.length();
      bytes += segment.length();
      end = segment;
      seen++;
    }
    return seen == CHECKED ? bytes <= length : end == last && bytes == length;
  }

  private void reportChanges() {
    try {
      do {
        final boolean grew = (changes & GREW) != 0;
        changes = REPORTING;
        if (owner != null) {
          owner.changed((ByteQueue) this, grew);
        }
        if (observer != null) {
          observer.changed(length);
        }
      } while (changes != REPORTING);
    } finally {
      changes &= ~REPORTING;
    }
  }

  final void grew(final long count) {
    assert this != ByteQueue.NONE : "bytes are added to the queue that stands for no queue";
    assert count >= 0 : count;
    length += count;
    version++;
    if (count > 0 && !isUnobserved()) {
      changes |= GREW;
      if (owner != null) {
        owner.added((ByteQueue) this, count);
      }
      if (observer != null) {
        observer.added(count);
      }
    }
  }

  final void shrank(final long count) {
    length -= count;
    assert count >= 0 && length >= 0 : length;
    version++;
    if (count > 0 && !isUnobserved()) {
      changes |= SHRANK;
      if (observer != null) {
        observer.removed(count);
      }
    }
  }

  /** The bytes are the same, in other segments. */
  final void rearranged() {
    version++;
    if (lookup != null) {
      lookup.rearranged();
    }
  }

  /** The bytes become others, in the same segments. */
  final void bytesChange() {
    version++;
    if (lookup != null) {
      lookup.forget();
    }
  }

  /**
   * Cuts the first bytes off a list: whole segments end it, the next one loses what is left of
   * them. Returns the next one, or null.
   */
  static Segment cut(final Segment head, final long count) {
    Segment end = null;
    Segment segment = head;
    long left = count;
    while (segment != null && left >= segment.length()) {
      left -= segment.length();
      end = segment;
      segment = segment.next;
    }
    if (left > 0) {
      segment.start += left;
    }
    if (end != null) {
      end.next = null;
    }
    return segment;
  }

  /** The first bytes were cut off, and with them the segments {@code gone}, if any. */
  final void removed(final long count, final Segment gone, final Segment rest) {
    first = rest;
    shrank(count);
    assert (rest == null) == (length == 0) : length;
    if (rest == null) {
      emptied();
    } else if (lookup != null) {
      int segments = 0;
      for (Segment segment = gone; segment != null; segment = segment.next) {
        segments++;
      }
      lookup.removed(count, segments);
    }
  }

  /** All segments were removed. */
  final void emptied() {
    first = null;
    last = null;
    hasFiles = false;
    dropSpare();
    if (lookup != null) {
      lookup.forget();
    }
  }

  /** Empty segments for that many bytes: small ones for small needs, growing with the queue. */
  final Segment chunks(final int count) {
    final int grown =
        last == null ? 0 : (int) Math.min(MAX_BY_GROWTH, 2 * (last.limit - last.base));
    if (count <= ChunkPool.MAX_CHUNK) {
      return chunk(Math.max(count, grown));
    }
    final Segment head = chunk(ChunkPool.MAX_CHUNK);
    Segment end = head;
    try {
      for (int left = count - ChunkPool.MAX_CHUNK; left > 0; left -= ChunkPool.MAX_CHUNK) {
        end.next = chunk(Math.min(left, ChunkPool.MAX_CHUNK));
        end = end.next;
      }
    } catch (final Throwable e) {
      releaseAll(head);
      throw e;
    }
    return head;
  }

  final Segment chunk(final int min) {
    return pool == null ? HeapStore.segment(Math.max(min, MIN_CHUNK)) : pool.take(min);
  }

  /** Links segments behind; their bytes are not counted. */
  final void append(final Segment head, final Segment end) {
    assert end.next == null && (first == null) == (last == null) : this;
    if (last == null) {
      first = head;
    } else {
      last.next = head;
    }
    last = end;
  }

  /** Releases replaced segments when the engine is done with them. */
  final void retire(final Segment head) {
    if (!sending) {
      releaseAll(head);
      return;
    }
    Segment end = head;
    while (end.next != null) {
      end = end.next;
    }
    end.next = lookup().retired;
    lookup().retired = head;
  }

  /** The engine is done with what it was sending. */
  final void sent() {
    sending = false;
    if (lookup != null) {
      final Segment done = lookup.retired;
      lookup.retired = null;
      releaseAll(done);
    }
  }

  final Lookup lookup() {
    if (lookup == null) {
      lookup = new Lookup();
    }
    return lookup;
  }

  /** That many bytes can be added without another segment. */
  public final boolean hasRoom(final int count) {
    return last != null && last.roomBehind() >= count;
  }

  /** The last segment, or a new one behind it, with room for that many bytes: at most a few. */
  final Segment room(final int count) {
    if (!hasRoom(count)) {
      if (spare == null || spare.roomBehind() < count) {
        final Segment made = chunks(count);
        dropSpare();
        spare = made;
      }
      linkSpare();
    }
    return last;
  }

  final void linkSpare() {
    final Segment made = spare;
    spare = null;
    append(made, made);
  }

  final void dropSpare() {
    final Segment unused = spare;
    if (unused != null) {
      spare = null;
      version++;
      unused.release();
    }
  }

  /** The same to send what is there, whatever the limit of the memory. */
  final Segment chunkToSend(final int min) {
    return pool == null ? chunk(min) : pool.takeToSend(min);
  }

  final Segment copy(final Segment segment, final int count) {
    return copy(segment, count, chunk(count));
  }

  /** Copies the first bytes of a segment to a new one, which is released if that fails. */
  static Segment copy(final Segment segment, final int count, final Segment made) {
    assert count <= segment.length() && count <= made.roomBehind() : count;
    try {
      copy(segment, count, made, made.end);
    } catch (final Throwable e) {
      made.release();
      throw e;
    }
    made.end += count;
    return made;
  }

  /** Copies the first bytes of a segment, or reads those of a file, to a place in another one. */
  static void copy(final Segment from, final int count, final Segment to, final long at) {
    if (from.isFile()) {
      readFile(
          from.file(),
          from.start,
          to.bytes().duplicate().limit((int) at + count).position((int) at));
    } else {
      to.bytes().put((int) at, from.bytes(), (int) from.start, count);
    }
  }

  static void readFile(final EngineFile file, final long from, final ByteBuffer target) {
    long position = from;
    while (target.hasRemaining()) {
      final int read = file.read(position, target);
      if (read < 0) {
        throw Files.endedEarly(position);
      }
      position += read;
    }
  }

  /** Releases all segments of a list, even if the release of one throws. */
  static void releaseAll(final Segment head) {
    if (head == null) {
      return;
    }
    Cleanup cleanup = null;
    for (Segment segment = head; segment != null; ) {
      final Segment following = segment.next;
      try {
        segment.release();
      } catch (final Throwable e) {
        cleanup = cleanup == null ? new Cleanup() : cleanup;
        cleanup.add(e);
      }
      segment = following;
    }
    if (cleanup != null) {
      cleanup.rethrow();
    }
  }
}
