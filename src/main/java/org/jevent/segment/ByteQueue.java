package org.jevent.segment;

import java.nio.ByteBuffer;
import org.jevent.engine.Memory;

/**
 * The bytes of a buffer: a list of segments, added to behind, taken from in front. Adding and
 * taking never move bytes from one segment to another. A change that fails changes nothing.
 *
 * <p>It counts what is added and removed; {@link #settle} tells the observers. One thread at a
 * time.
 */
public final class ByteQueue extends QueueReader {
  /** So many bytes of a segment are copied rather than shared when a queue is split inside it. */
  private static final int COPIED = 4096;

  /** To whom a queue belongs. */
  public interface Owner {
    /** The queue has changed; {@code added} bytes, or none, have come. */
    void changed(ByteQueue queue, long added);
  }

  /** Hears of changes. */
  @FunctionalInterface
  public interface Observer {
    /**
     * The queue has changed.
     *
     * @param before the length before the changes
     */
    void changed(long before, long added, long removed);
  }

  /**
   * @param pool where segments come from on the loop's thread; null: from the heap always
   */
  public ByteQueue(final ChunkPool pool) {
    super(pool);
  }

  // ---- adding behind ----

  public void add(final byte value) {
    final Segment tail = tail(1);
    tail.bytes().put((int) tail.end++, value);
    grew(1);
  }

  public void add(final byte[] source, final int offset, final int count) {
    Segment target = count == 0 ? null : tail(count);
    int done = 0;
    while (done < count) {
      final int part = (int) Math.min(count - done, target.limit - target.end);
      target.bytes().put((int) target.end, source, offset + done, part);
      target.end += part;
      done += part;
      target = target.next;
    }
    grew(count);
  }

  /** Adds {@code count} bytes at {@code offset}, whatever the source's position. */
  public void add(final ByteBuffer source, final int offset, final int count) {
    Segment target = count == 0 ? null : tail(count);
    int done = 0;
    while (done < count) {
      final int part = (int) Math.min(count - done, target.limit - target.end);
      target.bytes().put((int) target.end, source, offset + done, part);
      target.end += part;
      done += part;
      target = target.next;
    }
    grew(count);
  }

  /** The first segment to write to so that {@code count} bytes find room from there on. */
  private Segment tail(final int count) {
    final Segment before = last;
    final long room = before == null ? 0 : before.roomBehind();
    if (room < count) {
      append(chunks((int) (count - room)));
    }
    if (room > 0) {
      return before;
    }
    return before == null ? first : before.next;
  }

  /** Adds the bytes that the engine has received, keeping them where they are if they are many. */
  public void addReceived(
      final Memory memory, final int buffer, final int offset, final int count) {
    final Segment held =
        count < COPIED || pool == null ? null : pool.hold(memory, buffer, offset, count);
    if (held == null) {
      add(memory.buffer(), offset, count);
    } else {
      link(held);
    }
  }

  /** Adds bytes of the caller's without copying; {@code release} (or null) runs after the last. */
  public void addReference(final ByteBuffer bytes, final Runnable release) {
    link(ReferenceStore.segment(bytes, release));
  }

  /** Adds a range of a file, which is retained. */
  public void addFile(final FileStore file, final long position, final long count) {
    if (count > 0) {
      final Segment made = new Segment(file, null, position, position + count);
      made.end = made.limit;
      file.retain();
      link(made);
    }
  }

  private void link(final Segment segment) {
    dropEmptyTail();
    append(segment);
    grew(segment.length());
  }

  /** Moves everything here; the source is empty then. */
  public void addAll(final ByteQueue source) {
    if (source == this || source.length == 0) {
      return;
    }
    source.dropEmptyTail();
    dropEmptyTail();
    final long count = source.length;
    append(source.first);
    source.first = null;
    source.last = null;
    source.shrank(count);
    grew(count);
  }

  /** Shows the source's bytes here, too, without copying. */
  public void addShared(final ByteQueue source) {
    if (source.length == 0) {
      return;
    }
    final Segment head = new Segment(null, null, 0, 0);
    Segment end = head;
    try {
      for (Segment segment = source.first; segment != null; segment = segment.next) {
        if (segment.length() > 0) {
          end.next = twin(segment);
          end = end.next;
        }
      }
    } catch (final Throwable e) {
      releaseAll(head.next);
      throw e;
    }
    source.version++;
    dropEmptyTail();
    append(head.next);
    grew(source.length);
  }

  private Segment twin(final Segment segment) {
    if (segment.isFile()) {
      final FileStore file = (FileStore) segment.store;
      final Segment made = new Segment(file, null, segment.start, segment.end);
      made.end = segment.end;
      file.retain();
      return made;
    }
    if (segment.store.shareable()) {
      return SharedStore.share(segment);
    }
    return copy(segment, (int) segment.length());
  }

  // ---- in front ----

  public void prepend(final ByteBuffer source, final int offset, final int count) {
    if (count == 0) {
      return;
    }
    Segment head = first;
    if (head == null || head.roomBefore() < count || head.start == head.end) {
      head = chunk(count);
      head.start = head.limit;
      head.end = head.limit;
      linkBefore(head, head);
    }
    head.start -= count;
    head.bytes().put((int) head.start, source, offset, count);
    grew(count);
  }

  /** Moves everything of the source in front; the source is empty then. */
  public void prependAll(final ByteQueue source) {
    if (source == this || source.length == 0) {
      return;
    }
    source.dropEmptyTail();
    final long count = source.length;
    linkBefore(source.first, source.last);
    source.first = null;
    source.last = null;
    source.shrank(count);
    grew(count);
  }

  private void linkBefore(final Segment head, final Segment end) {
    if (length == 0) {
      dropEmptyTail();
    }
    end.next = first;
    first = head;
    if (last == null) {
      last = end;
    }
  }

  /** Removes the first bytes, or all when there are fewer; returns how many. */
  public long drain(final long most) {
    final long count = Math.min(most, length);
    if (count == 0) {
      return 0;
    }
    shrank(count);
    long left = count;
    Segment segment = first;
    Segment gone = null;
    while (left > 0) {
      final long have = segment.end - segment.start;
      if (have > left) {
        segment.start += left;
        break;
      }
      left -= have;
      final Segment following = segment.next;
      segment.next = gone;
      gone = segment;
      segment = following;
    }
    first = segment;
    if (segment == null) {
      last = null;
    }
    releaseAll(gone);
    return count;
  }

  /** Moves the first bytes, or all when there are fewer, behind another queue's; how many. */
  public long moveTo(final ByteQueue target, final long most) {
    final long count = Math.min(most, length);
    if (count == length) {
      target.addAll(this);
      return count;
    }
    Segment partial = first;
    long left = count;
    while (left >= partial.length()) {
      left -= partial.length();
      partial = partial.next;
    }
    final Segment part = left == 0 ? null : part(partial, left);
    target.dropEmptyTail();
    while (first != partial) {
      final Segment whole = first;
      first = whole.next;
      whole.next = null;
      target.append(whole);
    }
    if (part != null) {
      partial.start += left;
      target.append(part);
    }
    shrank(count);
    target.grew(count);
    return count;
  }

  /** A segment with the first bytes of another one: a copy if that is cheap. */
  private Segment part(final Segment segment, final long count) {
    if (count > COPIED || segment.isFile()) {
      final boolean file = segment.isFile();
      if (file || segment.store.shareable()) {
        final Segment twin = twin(segment);
        twin.end = twin.start + count;
        twin.limit = twin.end;
        return twin;
      }
    }
    return copy(segment, (int) count);
  }

  // ---- room to write into ----

  /** Makes sure that {@code count} bytes can be added without allocating, all together. */
  public void expand(final int count) {
    if (last == null || last.roomBehind() < count) {
      dropEmptyTail();
      append(chunk(count));
      version++;
    }
  }

  /** Room for at least {@code count} bytes behind, as views in one or two segments at most. */
  public ByteBuffer[] reserve(final int count, final int most) {
    final long room = last == null ? 0 : last.roomBehind();
    if (room >= count) {
      return new ByteBuffer[] {space(last)};
    }
    if (most == 1 || room == 0) {
      expand(count);
      return new ByteBuffer[] {space(last)};
    }
    final Segment behind = last;
    append(chunk((int) (count - room)));
    version++;
    return new ByteBuffer[] {space(behind), space(last)};
  }

  private static ByteBuffer space(final Segment segment) {
    return segment
        .bytes()
        .slice((int) segment.end, (int) (segment.limit - segment.end))
        .order(segment.bytes().order());
  }

  /** Counts what was written into the views of the last {@link #reserve}, from their starts. */
  public void commit(final ByteBuffer[] views) {
    Segment segment = last;
    if (views.length == 2) {
      segment = first;
      while (segment.next != last) {
        segment = segment.next;
      }
    }
    int total = 0;
    for (final ByteBuffer view : views) {
      segment.end += view.position();
      total += view.position();
      segment = segment.next;
    }
    grew(total);
  }

  /** Gives everything back. */
  public void clear() {
    final Segment all = first;
    first = null;
    last = null;
    shrank(length);
    releaseAll(all);
  }
}
