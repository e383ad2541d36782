package org.jevent.segment;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jevent.engine.SendVector;

/** Looking at a queue's bytes: in Java, and for the engine that is to send them. */
abstract class QueueReader extends SegmentList {
  QueueReader(final ChunkPool pool) {
    super(pool);
  }

  // ---- reading ----

  public final byte get(final long index) {
    Objects.checkIndex(index, length);
    Segment segment = first;
    long at = index;
    while (at >= segment.length()) {
      at -= segment.length();
      segment = segment.next;
    }
    if (segment.isFile()) {
      final ByteBuffer one = ByteBuffer.allocate(1);
      readFile(segment.file(), segment.start + at, one);
      return one.get(0);
    }
    return segment.bytes().get((int) (segment.start + at));
  }

  /** Copies bytes from {@code from} on; {@code from + count} is at most the length. */
  public final void copyOut(
      final long from, final byte[] target, final int offset, final int count) {
    Segment segment = first;
    long at = from;
    int done = 0;
    while (done < count) {
      final long have = segment.length() - at;
      if (have > 0) {
        final int part = (int) Math.min(have, count - done);
        if (segment.isFile()) {
          readFile(
              segment.file(), segment.start + at, ByteBuffer.wrap(target, offset + done, part));
        } else {
          segment.bytes().get((int) (segment.start + at), target, offset + done, part);
        }
        done += part;
        at = 0;
      } else {
        at = -have;
      }
      segment = segment.next;
    }
  }

  /** The same into a buffer's remaining room, which moves its position. */
  public final void copyOut(final long from, final ByteBuffer target, final int count) {
    Segment segment = first;
    long at = from;
    int left = count;
    while (left > 0) {
      final long have = segment.length() - at;
      if (have > 0) {
        final int part = (int) Math.min(have, left);
        final int position = target.position();
        if (segment.isFile()) {
          readFile(segment.file(), segment.start + at, target.slice(position, part));
        } else {
          target.put(position, segment.bytes(), (int) (segment.start + at), part);
        }
        target.position(position + part);
        left -= part;
        at = 0;
      } else {
        at = -have;
      }
      segment = segment.next;
    }
  }

  /** How many bytes stand together at the front; 0 when a file's are there. */
  public final int contiguous() {
    return first == null || first.isFile() ? 0 : (int) first.length();
  }

  /** Makes the first {@code count} bytes stand together; at most the length. */
  public final ByteBuffer pullUp(final int count) {
    if (count == 0) {
      return ByteBuffer.allocate(0);
    }
    bringInFiles(count);
    if (first.length() < count) {
      gather(count);
    }
    return first.view(first.start, count);
  }

  /** Puts a segment that holds the first bytes of all in place of those that hold them now. */
  private void gather(final int count) {
    final Segment whole = chunk(count);
    long left = count;
    Segment segment = first;
    Segment gone = null;
    while (left > 0) {
      final int part = (int) Math.min(left, segment.length());
      whole.bytes().put((int) whole.end, segment.bytes(), (int) segment.start, part);
      whole.end += part;
      left -= part;
      if (part == segment.length()) {
        final Segment following = segment.next;
        segment.next = gone;
        gone = segment;
        segment = following;
      } else {
        segment.start += part;
      }
    }
    whole.next = segment;
    first = whole;
    if (segment == null) {
      last = whole;
    }
    version++;
    releaseAll(gone);
  }

  /** Reads what files contribute to the first bytes, for those who must see the bytes. */
  void bringInFiles(final long count) {
    Segment before = null;
    Segment segment = first;
    long seen = 0;
    while (segment != null && seen < count) {
      seen += segment.length();
      final Segment following = segment.next;
      before = segment.isFile() ? replaceByBytes(before, segment) : segment;
      segment = following;
    }
  }

  /** Returns the last of the segments that have taken the file's place. */
  private Segment replaceByBytes(final Segment before, final Segment file) {
    final Segment original = file.detachedCopy();
    Segment head = null;
    Segment end = null;
    try {
      while (original.length() > 0) {
        final int part = (int) Math.min(original.length(), ChunkPool.LARGEST);
        final Segment made = copy(original, part);
        original.start += part;
        if (head == null) {
          head = made;
        } else {
          end.next = made;
        }
        end = made;
      }
    } catch (final Throwable e) {
      releaseAll(head);
      throw e;
    }
    end.next = file.next;
    if (before == null) {
      first = head;
    } else {
      before.next = head;
    }
    if (last == file) {
      last = end;
    }
    version++;
    file.release();
    return end;
  }

  /**
   * Views of the bytes from {@code from} on, as many of the {@code count} as fit into the array;
   * returns how many views all of them need. Bytes of files are read in first.
   */
  public final int peek(final long from, final long count, final ByteBuffer[] views) {
    bringInFiles(from + count);
    Segment segment = first;
    long at = from;
    long left = count;
    int used = 0;
    while (left > 0) {
      final long have = segment.length() - at;
      if (have > 0) {
        final int part = (int) Math.min(have, left);
        if (views != null && used < views.length) {
          views[used] = segment.view(segment.start + at, part);
        }
        used++;
        left -= part;
        at = 0;
      } else {
        at = -have;
      }
      segment = segment.next;
    }
    return used;
  }

  // ---- for the engine ----

  /**
   * Collects the first bytes for sending, {@code most} at most, up to the first range of a file.
   * What has no address is moved to where it has one.
   *
   * @return how many bytes were collected
   */
  public final long collect(final SendVector vector, final long most) {
    vector.clear();
    long left = Math.min(most, length);
    final long wanted = left;
    Segment before = null;
    Segment segment = first;
    while (left > 0 && !segment.isFile()) {
      int count = (int) Math.min(left, segment.length());
      if (count > 0 && !pool.sendable(segment)) {
        count = Math.min(count, ChunkPool.LARGEST);
        segment = moveToMemory(before, segment, count);
      }
      if (count > 0) {
        vector.add(segment.memory, (int) segment.start, count);
        left -= count;
      }
      before = segment;
      segment = segment.next;
    }
    return wanted - left;
  }

  private Segment moveToMemory(final Segment before, final Segment segment, final int count) {
    final Segment copy = copy(segment, count);
    segment.start += count;
    final boolean all = segment.start == segment.end;
    copy.next = all ? segment.next : segment;
    if (before == null) {
      first = copy;
    } else {
      before.next = copy;
    }
    if (all && last == segment) {
      last = copy;
    }
    version++;
    if (all) {
      releaseSent(segment);
    }
    return copy;
  }

  /** The bytes have been copied on their way out: what their release throws must not stop them. */
  private void releaseSent(final Segment segment) {
    try {
      segment.release();
    } catch (final Throwable e) {
      if (owner() == null) {
        throw e;
      }
      owner().releaseFailed(e);
    }
  }

  /** The file whose range stands at the front, or null. */
  public final FileStore fileInFront() {
    return first != null && first.isFile() ? (FileStore) first.store : null;
  }

  /** Where that range starts in the file. */
  public final long filePosition() {
    return first.start;
  }

  /** How long it is. */
  public final long fileLength() {
    return first.length();
  }

  /** Reads the front of that range into memory, as the system cannot send it by itself. */
  public final void readFileInFront(final int most) {
    final Segment file = first;
    final int count = (int) Math.min(most, file.length());
    final Segment bytes = copy(file, count);
    file.start += count;
    if (file.start == file.end) {
      bytes.next = file.next;
      last = last == file ? bytes : last;
      first = bytes;
      version++;
      releaseSent(file);
    } else {
      bytes.next = file;
      first = bytes;
      version++;
    }
  }
}
