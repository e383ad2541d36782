package org.jevent.segment;

import java.nio.ByteBuffer;
import org.jevent.engine.EngineFile;
import org.jevent.loop.Cleanup;

/** The list of a queue's segments, and the count of its bytes and of what has changed. */
abstract class SegmentList {
  private static final int LEAST_CHUNK = 256;
  private static final int MOST_BY_GROWTH = 4096;

  final ChunkPool pool;
  Segment first;
  Segment last;
  long length;
  private long added;
  private long removed;
  int version;
  private boolean settling;

  /** The public face's notes: which ends are frozen. */
  private byte marks;

  private ByteQueue.Owner owner;
  private ByteQueue.Observer observer;

  SegmentList(final ChunkPool pool) {
    this.pool = pool;
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

  /** Another number after each change of the segments. */
  public final int version() {
    return version;
  }

  /** Who hears of changes first: the owner, or null. */
  public final void owner(final ByteQueue.Owner value) {
    owner = value;
  }

  /** To whom it belongs, or null. */
  public final ByteQueue.Owner owner() {
    return owner;
  }

  /** Who hears of them next, or null. */
  public final void observer(final ByteQueue.Observer value) {
    observer = value;
  }

  /** Somebody wants to hear of each change. */
  public final boolean isObserved() {
    return observer != null;
  }

  /** Tells of the changes since the last call; of those that are made meanwhile, too. */
  public final void settle() {
    if ((added | removed) != 0 && !settling) {
      tell();
    }
  }

  private void tell() {
    settling = true;
    try {
      while ((added | removed) != 0) {
        final long more = added;
        final long less = removed;
        added = 0;
        removed = 0;
        if (owner != null) {
          owner.changed((ByteQueue) this, more);
        }
        if (observer != null) {
          observer.changed(length - more + less, more, less);
        }
      }
    } finally {
      settling = false;
    }
  }

  final void grew(final long count) {
    length += count;
    added += count;
    version++;
  }

  final void shrank(final long count) {
    length -= count;
    removed += count;
    version++;
  }

  /** Empty segments for that many bytes: small ones for small needs, growing with the queue. */
  final Segment chunks(final int count) {
    final int grown =
        last == null ? 0 : (int) Math.min(MOST_BY_GROWTH, 2 * (last.limit - last.base));
    if (count <= ChunkPool.LARGEST) {
      return chunk(Math.max(count, grown));
    }
    final Segment head = chunk(ChunkPool.LARGEST);
    Segment end = head;
    try {
      for (int left = count - ChunkPool.LARGEST; left > 0; left -= ChunkPool.LARGEST) {
        end.next = chunk(Math.min(left, ChunkPool.LARGEST));
        end = end.next;
      }
    } catch (final Throwable e) {
      releaseAll(head);
      throw e;
    }
    return head;
  }

  final Segment chunk(final int least) {
    return pool == null ? HeapStore.segment(Math.max(least, LEAST_CHUNK)) : pool.take(least);
  }

  /** Links segments behind; their bytes are not counted. */
  final void append(final Segment head) {
    if (last == null) {
      first = head;
    } else {
      last.next = head;
    }
    last = head;
    while (last.next != null) {
      last = last.next;
    }
  }

  /** Segments that were reserved and not used make room for what is linked behind. */
  final void dropEmptyTail() {
    if (last == null || last.start != last.end) {
      return;
    }
    Segment kept = null;
    for (Segment segment = first; segment != null; segment = segment.next) {
      if (segment.start != segment.end) {
        kept = segment;
      }
    }
    final Segment empty = kept == null ? first : kept.next;
    last = kept;
    if (kept == null) {
      first = null;
    } else {
      kept.next = null;
    }
    releaseAll(empty);
  }

  final Segment copy(final Segment segment, final int count) {
    final Segment made = chunk(count);
    if (segment.isFile()) {
      try {
        readFile(segment, made, count);
      } catch (final Throwable e) {
        made.release();
        throw e;
      }
    } else {
      made.bytes().put((int) made.end, segment.bytes(), (int) segment.start, count);
    }
    made.end += count;
    return made;
  }

  static void readFile(final Segment segment, final Segment target, final int count) {
    final ByteBuffer view =
        target.bytes().duplicate().position((int) target.end).limit((int) target.end + count);
    readFile(segment.file(), segment.start, view);
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

  /** Gives all segments of a list back, even if the release of one throws. */
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
