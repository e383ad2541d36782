package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import org.jevent.internal.engine.Memory;

/**
 * The bytes of a buffer: a list of segments, added to behind, taken from in front. Adding and
 * taking never move bytes from one segment to another. A change that fails changes nothing.
 *
 * <p>Its owner and its observer count what is added and removed; {@link #settle} reports to them
 * that it has changed. One thread at a time.
 */
public final class ByteQueue extends QueueReader {
  /**
   * Up to this many bytes of a segment are copied rather than shared when a queue is split inside
   * it.
   */
  private static final int COPIED = 4096;

  /** Stands for a queue that has not been made yet. It stays empty. */
  public static final ByteQueue NONE = new ByteQueue(null);

  /** The owner of a queue. */
  public interface Owner {
    /** That many bytes are added, in the midst of an operation. */
    void added(ByteQueue queue, long count);

    /**
     * The queue has changed.
     *
     * @param grew bytes were added
     */
    void changed(ByteQueue queue, boolean grew);

    /**
     * Bytes are about to be added behind by the user.
     *
     * @throws IllegalStateException if they would go nowhere
     */
    void requireAddable(ByteQueue queue, String operation);

    /** Code of the user has thrown that the queue has called, and what has called it goes on. */
    void failed(Throwable thrown);
  }

  /** Notified of changes. */
  public interface Observer {
    /** That many bytes are added, in the midst of an operation. */
    void added(long count);

    /** That many bytes are removed, in the midst of an operation. */
    void removed(long count);

    /** The operation has ended, or several have; {@code length} bytes are there. */
    void changed(long length);
  }

  /**
   * @param pool where segments come from on the loop's thread; null: from the heap always
   */
  public ByteQueue(final ChunkPool pool) {
    super(pool);
  }

  // ---- adding behind ----

  public void add(final byte value) {
    if (last == null || last.roomBehind() == 0) {
      spare = spare == null ? chunks(1) : spare;
      linkSpare();
    }
    last.bytes().put((int) last.end++, value);
    grew(1);
  }

  public void add(final byte[] source, final int offset, final int count) {
    add(source, null, offset, count);
  }

  /** Adds {@code count} bytes at {@code offset}, whatever the source's position. */
  public void add(final ByteBuffer source, final int offset, final int count) {
    add(null, source, offset, count);
  }

  /** Adds the remaining bytes of all, or of none if it fails; returns how many. */
  public long addAll(final ByteBuffer[] sources) {
    long total = 0;
    for (final ByteBuffer source : sources) {
      total += source.remaining();
    }
    final boolean fits = last != null && last.roomBehind() >= total;
    final ByteQueue target = fits ? this : new ByteQueue(pool);
    try {
      for (final ByteBuffer source : sources) {
        target.add(source, source.position(), source.remaining());
      }
      addAll(target);
      return total;
    } catch (final Throwable e) {
      if (target != this) {
        target.clear();
      }
      throw e;
    }
  }

  private void add(final byte[] array, final ByteBuffer buffer, final int offset, final int count) {
    final long room = last == null ? 0 : last.roomBehind();
    if (room >= count) {
      if (count > 0) {
        write(last, array, buffer, offset, count);
      }
    } else if (spare != null && spare.roomBehind() >= count) {
      write(spare, array, buffer, offset, count);
      linkSpare();
    } else {
      addChunks(array, buffer, offset, count, (int) room);
    }
    grew(count);
  }

  /** Fills the room that there is, then chunks. */
  private void addChunks(
      final byte[] array,
      final ByteBuffer buffer,
      final int offset,
      final int count,
      final int room) {
    final Segment made = chunks(count - room);
    Segment end = made;
    try {
      int done = room;
      while (true) {
        final int part = (int) Math.min(count - done, end.roomBehind());
        write(end, array, buffer, offset + done, part);
        done += part;
        if (done == count) {
          break;
        }
        end = end.next;
      }
      if (room > 0) {
        write(last, array, buffer, offset, room);
      }
    } catch (final Throwable e) {
      releaseAll(made);
      throw e;
    }
    append(made, end);
  }

  private static void write(
      final Segment target,
      final byte[] array,
      final ByteBuffer buffer,
      final int offset,
      final int count) {
    final ByteBuffer bytes = target.bytes();
    if (array != null) {
      bytes.put((int) target.end, array, offset, count);
    } else {
      bytes.put((int) target.end, buffer, offset, count);
    }
    target.end += count;
    assert target.end <= target.limit : target.limit;
  }

  /**
   * Adds the bytes that the engine has received. Many bytes stay where they are; few are copied,
   * but stay as well when there is no memory to copy them to.
   */
  public void addReceived(
      final Memory memory, final int buffer, final int offset, final int count) {
    final boolean many = count >= COPIED && pool != null;
    Segment held = many ? pool.hold(memory, buffer, offset, count) : null;
    if (held == null) {
      try {
        add(memory.buffer(), offset, count);
        return;
      } catch (final RuntimeException | Error noMemory) {
        held = pool == null ? null : pool.holdBeyondLimit(memory, buffer, offset, count);
        if (held == null) {
          throw noMemory;
        }
      }
    }
    link(held);
  }

  /** Adds bytes of the caller's without copying; {@code release} (or null) runs after the last. */
  public void addReference(final ByteBuffer bytes, final Runnable release) {
    final Segment made = ReferenceStore.segment(bytes, release);
    if (made.length() > 0) {
      link(made);
    } else {
      made.release();
    }
  }

  /** Adds a range of a file, which is retained. */
  public void addFile(final FileStore file, final long position, final long count) {
    if (count > 0) {
      link(range(file, position, position + count));
      hasFiles = true;
    }
  }

  private static Segment range(final FileStore file, final long from, final long to) {
    final Segment made = new Segment(file, null, from, to);
    made.end = to;
    file.retain();
    return made;
  }

  private void link(final Segment segment) {
    assert segment.length() > 0 && segment.next == null : segment.length();
    append(segment, segment);
    grew(segment.length());
  }

  /** Moves everything here; the source is empty then. */
  public void addAll(final ByteQueue source) {
    if (source == this || source.length == 0) {
      return;
    }
    final Segment head = source.first;
    final boolean copied = copyIfSparse(head);
    final Segment rest = copied ? head.next : head;
    final long count = source.length;
    if (rest != null) {
      append(rest, source.last);
      grew(count - (copied ? head.length() : 0));
    }
    hasFiles |= source.hasFiles;
    source.emptied();
    source.shrank(count);
    assert source.length == 0 && last.next == null : source.length;
    if (copied) {
      head.release();
    }
  }

  /**
   * Copies the bytes of a segment that is to be moved here, if it keeps more memory than they are
   * worth. Only the first one of a queue can: what was added behind it was added here or there.
   */
  private boolean copyIfSparse(final Segment segment) {
    if (last == null || !segment.store.movable() || !segment.isSparse()) {
      return false;
    }
    add(segment.bytes(), (int) segment.start, (int) segment.length());
    return true;
  }

  /** Shares bytes of the source, copying only small pieces. */
  public void addShared(final ByteQueue source, final long from, final long count) {
    final ByteQueue shown = source.share(pool, from, count, last != null);
    try {
      addAll(shown);
    } catch (final Throwable e) {
      shown.clear();
      throw e;
    }
  }

  /** A queue that shows a part of this one, copying only small pieces. */
  public ByteQueue share(final long from, final long count) {
    return share(pool, from, count, true);
  }

  /**
   * @param sparing bytes are copied that are few, or few beside the memory they would keep
   */
  private ByteQueue share(
      final ChunkPool target, final long from, final long count, final boolean sparing) {
    final ByteQueue shown = new ByteQueue(target);
    if (count == 0) {
      return shown;
    }
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    long skip = place == null ? from : from - place.start;
    long left = count;
    version++;
    try {
      while (left > 0) {
        final long part = Math.min(segment.length() - skip, left);
        shown.show(segment, skip, part, sparing);
        left -= part;
        skip = 0;
        segment = segment.next;
      }
      return shown;
    } catch (final Throwable e) {
      shown.clear();
      throw e;
    }
  }

  private void show(
      final Segment segment, final long skip, final long count, final boolean sparing) {
    final boolean few = sparing && (Segment.isSmall(count) || segment.isSparse());
    if (!segment.isFile() && (!segment.store.shareable() || (few && segment.store.movable()))) {
      add(segment.bytes(), (int) (segment.start + skip), (int) count);
      return;
    }
    final Segment twin = twin(segment);
    twin.start += skip;
    twin.end = twin.start + count;
    twin.limit = twin.end;
    assert twin.end <= segment.end : count;
    link(twin);
    hasFiles |= twin.isFile();
  }

  // ---- in front ----

  public void prepend(final ByteBuffer source, final int offset, final int count) {
    if (count == 0) {
      return;
    }
    final boolean fits = first != null && first.roomBefore() >= count;
    final Segment head = fits ? first : chunk(count);
    final long end = fits ? head.start : head.limit;
    try {
      head.bytes().put((int) end - count, source, offset, count);
    } catch (final Throwable e) {
      if (!fits) {
        head.release();
      }
      throw e;
    }
    head.start = end - count;
    assert head.start >= head.base : count;
    if (!fits) {
      head.end = end;
      linkBefore(head, head);
    }
    grew(count);
    if (lookup != null) {
      lookup.prepended(count, fits ? 0 : 1);
    }
  }

  /** Moves everything of the source in front; the source is empty then. */
  public void prependAll(final ByteQueue source) {
    if (source == this || source.length == 0) {
      return;
    }
    final Segment head = source.first;
    final long count = source.length;
    final boolean copied =
        first != null && head == source.last && head.store.movable() && head.isSparse();
    if (copied) {
      prepend(head.bytes(), (int) head.start, (int) head.length());
    } else {
      linkBefore(head, source.last);
      grewInFront(count);
    }
    hasFiles |= source.hasFiles;
    source.emptied();
    source.shrank(count);
    if (copied) {
      head.release();
    }
  }

  private void linkBefore(final Segment head, final Segment end) {
    end.next = first;
    first = head;
    if (last == null) {
      last = end;
    }
  }

  private void grewInFront(final long count) {
    grew(count);
    if (lookup != null) {
      lookup.forget();
    }
  }

  // ---- taking from the front ----

  /** Removes the first bytes, or all when there are fewer; returns how many. */
  public long drain(final long max) {
    final long count = Math.min(max, length);
    if (count > 0) {
      final Segment head = first;
      final Segment rest = cut(head, count);
      final Segment gone = rest == head ? null : head;
      removed(count, gone, rest);
      releaseThenRetired(gone);
    } else {
      sent();
    }
    return count;
  }

  private void releaseThenRetired(final Segment head) {
    try {
      releaseAll(head);
    } finally {
      sent();
    }
  }

  /** Moves the first bytes, or all when there are fewer, behind another queue's; how many. */
  public long moveTo(final ByteQueue target, final long max) {
    final long count = Math.min(max, length);
    if (count == length) {
      target.addAll(this);
    } else if (count > 0) {
      movePart(target, count);
    }
    return count;
  }

  /** Moves whole segments, and a part of the next one. */
  private void movePart(final ByteQueue target, final long count) {
    final Segment head = first;
    Segment end = null;
    Segment partial = first;
    long left = count;
    while (left >= partial.length()) {
      left -= partial.length();
      end = partial;
      partial = partial.next;
    }
    if (end == null && copies(partial, left)) {
      target.add(partial.bytes(), (int) partial.start, (int) left);
      removed(count, null, cut(partial, left));
      return;
    }
    final Segment part = left == 0 ? null : part(partial, left);
    final boolean copied;
    try {
      copied = end != null && target.copyIfSparse(head);
    } catch (final Throwable e) {
      releaseAll(part);
      throw e;
    }
    removed(count, end == null ? null : head, cut(head, count));
    final Segment whole = copied ? head.next : end == null ? null : head;
    if (whole != null) {
      target.append(whole, end);
    }
    if (part != null) {
      target.append(part, part);
    }
    target.grew(count - (copied ? head.length() : 0));
    target.hasFiles |= hasFiles;
    if (copied) {
      head.release();
    }
  }

  private static boolean copies(final Segment segment, final long count) {
    return !segment.isFile() && (count <= COPIED || !segment.store.shareable());
  }

  /** A segment with the first bytes of another one: a copy if that is cheap. */
  private Segment part(final Segment segment, final long count) {
    if (copies(segment, count)) {
      return copy(segment, (int) count);
    }
    final Segment twin = twin(segment);
    twin.end = twin.start + count;
    twin.limit = twin.end;
    assert twin.end < segment.end : count; // else it would have been moved as a whole
    return twin;
  }

  // ---- room to write into ----

  /** Makes room so that {@code count} contiguous bytes can be added without allocating. */
  public void expand(final int count) {
    if ((last == null || last.roomBehind() < count)
        && (spare == null || spare.roomBehind() < count)) {
      final Segment made = chunk(count);
      dropSpare();
      spare = made;
      version++;
    }
  }

  /** Room for at least {@code count} bytes behind, as views in one or two segments at most. */
  public ByteBuffer[] reserve(final int count, final int max) {
    if (spare != null && spare.roomBehind() < count) {
      dropSpare();
    }
    if (spare != null) {
      return new ByteBuffer[] {space(spare)};
    }
    final long room = last == null ? 0 : last.roomBehind();
    if (room >= count) {
      return new ByteBuffer[] {space(last)};
    }
    final boolean both = max > 1 && room > 0;
    spare = chunk((int) (both ? count - room : count));
    version++;
    return both ? new ByteBuffer[] {space(last), space(spare)} : new ByteBuffer[] {space(spare)};
  }

  private static ByteBuffer space(final Segment segment) {
    return segment
        .bytes()
        .slice((int) segment.end, (int) (segment.limit - segment.end))
        .order(segment.bytes().order());
  }

  /** Counts what was written into the views of the last {@link #reserve}, from their starts. */
  public void commit(final ByteBuffer[] views) {
    final int count = views[0].position();
    if (views.length == 2) {
      last.end += count;
      commitSpare(views[1].position());
      grew(count + views[1].position());
    } else {
      if (spare == null) {
        last.end += count;
      } else {
        commitSpare(count);
      }
      grew(count);
    }
    assert last == null || last.end <= last.limit : last.limit;
  }

  /** A few written bytes may fit into the segment before it, and the room stays spare then. */
  private void commitSpare(final int count) {
    if (count == 0) {
      return;
    }
    if (last != null && last.roomBehind() >= count) {
      copy(spare, count, last, last.end);
      last.end += count;
    } else {
      spare.end += count;
      linkSpare();
    }
  }

  /** Releases all segments. */
  public void clear() {
    final Segment all = first;
    final long count = length;
    emptied();
    shrank(count);
    releaseThenRetired(all);
  }
}
