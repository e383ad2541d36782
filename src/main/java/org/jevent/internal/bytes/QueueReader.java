package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jevent.internal.engine.SendVector;

/** Reads a queue's bytes in Java, and collects them for the engine to send. */
abstract class QueueReader extends SegmentList {
  /** How much room is made ahead, at most, for bytes that are still to be pulled up. */
  private static final int MAX_AHEAD = 1 << 28;

  private static final long MAX_ARRAY = Integer.MAX_VALUE - 8;

  QueueReader(final ChunkPool pool) {
    super(pool);
  }

  // ---- places ----

  /**
   * The place of a byte, or of the last one; null: it is in the first segment. Walks from where the
   * last walk has ended, if that is not behind it.
   */
  final Place placeOf(final long position) {
    if (first == null || position < first.length()) {
      return null;
    }
    final Place place = lookup().walked;
    Segment segment = place.segment;
    long start = place.start;
    int index = place.index;
    if (segment == null || position < start) {
      segment = first;
      start = 0;
      index = 0;
    }
    while (position - start >= segment.length() && segment.next != null) {
      start += segment.length();
      segment = segment.next;
      index++;
      lookup.steps++;
    }
    place.set(segment, start, index);
    return place;
  }

  // ---- reading ----

  public final byte get(final long index) {
    Objects.checkIndex(index, length);
    Segment segment = first;
    long at = index;
    if (index >= length - last.length()) {
      segment = last;
      at = index - (length - last.length());
    } else if (index >= first.length()) {
      final Place place = placeOf(index);
      segment = place.segment;
      at = index - place.start;
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
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    long at = place == null ? from : from - place.start;
    int done = 0;
    while (done < count) {
      final int part = (int) Math.min(segment.length() - at, count - done);
      if (segment.isFile()) {
        final ByteBuffer view = ByteBuffer.wrap(target, offset + done, part);
        readFile(segment.file(), segment.start + at, view);
      } else {
        segment.bytes().get((int) (segment.start + at), target, offset + done, part);
      }
      done += part;
      at = 0;
      segment = segment.next;
    }
  }

  /** The same into a buffer's remaining room, which moves its position. */
  public final void copyOut(final long from, final ByteBuffer target, final int count) {
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    long at = place == null ? from : from - place.start;
    int left = count;
    while (left > 0) {
      final int part = (int) Math.min(segment.length() - at, left);
      final int position = target.position();
      if (segment.isFile()) {
        readFile(segment.file(), segment.start + at, target.slice(position, part));
      } else {
        target.put(position, segment.bytes(), (int) (segment.start + at), part);
      }
      target.position(position + part);
      left -= part;
      at = 0;
      segment = segment.next;
    }
  }

  /** How many bytes are contiguous at the front; 0 when a file's are there. */
  public final int contiguous() {
    return first == null || first.isFile() ? 0 : (int) first.length();
  }

  /** Makes the first {@code count} bytes contiguous; at most the length. */
  public final ByteBuffer pullUp(final int count) {
    if (count == 0) {
      return ByteBuffer.allocate(0);
    }
    if (first.isFile() || first.length() < count) {
      gather(count);
    }
    return first.view(first.start, count);
  }

  /**
   * Puts the first bytes into one segment: into the first one, if it has the room. Repeated,
   * growing pull-ups get room ahead, so that the bytes are not moved each time.
   */
  private void gather(final int count) {
    final long standing = first.isFile() ? 0 : first.length();
    final boolean inPlace = first.roomBehind() >= count - standing;
    final Segment whole = inPlace ? first : chunk(roomFor(count, standing));
    final Segment from = inPlace ? first.next : first;
    final long moved = inPlace ? count - standing : count;
    try {
      long done = 0;
      for (Segment segment = from; done < moved; segment = segment.next) {
        final int part = (int) Math.min(moved - done, segment.length());
        copy(segment, part, whole, whole.end + done);
        done += part;
      }
    } catch (final Throwable e) {
      if (!inPlace) {
        whole.release();
      }
      throw e;
    }
    final Segment rest = cut(from, moved);
    whole.end += moved;
    whole.next = rest;
    first = whole;
    if (rest == null) {
      last = whole;
    }
    rearranged();
    if (rest != from) {
      retire(from);
    }
  }

  private static int roomFor(final int count, final long standing) {
    final boolean again = standing >= count - standing;
    return again
        ? (int) Math.min((long) count + MAX_AHEAD, Math.min(2L * count, MAX_ARRAY))
        : count;
  }

  /** Reads the parts of files among the first bytes, for callers that must see the bytes. */
  private void bringInFiles(final long count) {
    long seen = 0;
    for (Segment segment = first; segment != null && seen < count; segment = segment.next) {
      if (segment.isFile()) {
        bringIn(segment);
      }
      seen += segment.length();
    }
    hasFiles = hasFiles && count < length;
  }

  /**
   * Puts a copy of its bytes in place of a file's range, or of bytes that others see: in this
   * segment, and in new ones behind it.
   */
  final void bringIn(final Segment file) {
    final Segment range = file.detachedCopy();
    Segment head = null;
    Segment end = null;
    try {
      while (range.length() > 0) {
        final int part = (int) Math.min(range.length(), ChunkPool.MAX_CHUNK);
        final Segment made = copy(range, part);
        range.start += part;
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
    if (end != head) {
      end.next = file.next;
      file.next = head.next;
      last = last == file ? end : last;
    }
    file.become(head);
    rearranged();
    retire(range);
  }

  /**
   * Makes sure that bytes can be changed where they are: those of files, those that others see, and
   * all that the engine may be sending are copied.
   */
  final void makeWritable(final long from, final long count) {
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    long skip = place == null ? from : from - place.start;
    long left = count;
    while (left > 0) {
      long part = segment.length() - skip;
      if (sending || segment.store.readOnly()) {
        if (segment.isFile() || segment.store.shareable()) {
          segment = skip > 0 ? split(segment, skip) : segment;
          if (segment.length() > left) {
            split(segment, left);
          }
          skip = 0;
        }
        part = segment.length() - skip;
        skip += part;
        bringIn(segment);
        while (skip > segment.length()) {
          skip -= segment.length();
          segment = segment.next;
        }
      }
      left -= part;
      segment = segment.next;
      skip = 0;
    }
  }

  /** Splits a segment into two with the same store; returns the second one. */
  private Segment split(final Segment segment, final long count) {
    final Segment rest = segment.isFile() ? twin(segment) : SharedStore.share(segment);
    rest.start += count;
    segment.end = segment.start + count;
    segment.limit = segment.end;
    rest.next = segment.next;
    segment.next = rest;
    if (last == segment) {
      last = rest;
    }
    rearranged();
    return rest;
  }

  /** Another segment that shows a file's range or the same bytes; they are shared, or copied. */
  final Segment twin(final Segment segment) {
    if (segment.isFile()) {
      final FileStore file = (FileStore) segment.store;
      file.retain();
      return segment.detachedCopy();
    }
    return segment.store.shareable()
        ? SharedStore.share(segment)
        : copy(segment, (int) segment.length());
  }

  /**
   * Views of the bytes from {@code from} on, as many of the {@code count} as fit into the array;
   * returns how many views all of them need. Bytes of files are read in first.
   */
  public final int peek(final long from, final long count, final ByteBuffer[] views) {
    if (count == 0) {
      return 0;
    }
    if (hasFiles) {
      bringInFiles(from + count);
    }
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    final int index = place == null ? 0 : place.index;
    long at = place == null ? from : from - place.start;
    final int room = views == null ? 0 : views.length;
    long left = count;
    int used = 0;
    while (left > 0 && used < room) {
      final int part = (int) Math.min(segment.length() - at, left);
      views[used++] = segment.view(segment.start + at, part);
      left -= part;
      at = 0;
      segment = segment.next;
    }
    if (left == 0) {
      return used;
    }
    final Place end = placeOf(from + count - 1);
    return (end == null ? 0 : end.index) - index + 1;
  }

  /**
   * Shows bytes where they are; those of files are read in first.
   *
   * @return false if the visitor has ended it
   */
  public final boolean visit(final long from, final long count, final Visitor visitor) {
    if (count == 0) {
      return true;
    }
    final Place place = placeOf(from);
    Segment segment = place == null ? first : place.segment;
    long skip = place == null ? from : from - place.start;
    long position = from;
    final long end = from + count;
    while (position < end) {
      if (segment.isFile()) {
        bringIn(segment);
        while (skip >= segment.length()) {
          skip -= segment.length();
          segment = segment.next;
        }
      }
      final int seen = version;
      final int part = (int) Math.min(segment.length() - skip, end - position);
      if (!visitor.visit(segment.bytes(), (int) (segment.start + skip), part, position)) {
        return false;
      }
      if (version != seen) {
        throw new IllegalStateException("the visitor has changed the buffer");
      }
      position += part;
      skip = 0;
      segment = segment.next;
    }
    return true;
  }

  // ---- for the engine ----

  /**
   * Collects the first bytes for sending, {@code max} at most, up to the first range of a file.
   * What has no address is moved to where it has one. The segments stay until bytes are drained.
   *
   * @return how many bytes were collected
   */
  public final long collect(final SendVector vector, final long max) {
    vector.clear();
    sent();
    long left = Math.min(max, length);
    final long wanted = left;
    Segment before = null;
    Segment segment = first;
    while (left > 0 && !segment.isFile()) {
      if (!pool.sendable(segment)) {
        segment = moveToMemory(before, segment, left);
      }
      final int count = (int) Math.min(left, segment.length());
      vector.add(segment.memory, (int) segment.start, count);
      left -= count;
      before = segment;
      segment = segment.next;
    }
    sending = true;
    return wanted - left;
  }

  /**
   * Moves the first of these bytes without an address, up to a chunk of them, to a segment that has
   * one. A reply in many small pieces so does not take a chunk for each.
   */
  private Segment moveToMemory(final Segment before, final Segment from, final long max) {
    final int wanted = (int) Math.min(max, ChunkPool.MAX_CHUNK);
    int count = 0;
    for (Segment segment = from;
        segment != null && count < wanted && !segment.isFile() && !pool.sendable(segment);
        segment = segment.next) {
      count += (int) Math.min(segment.length(), wanted - count);
    }
    final Segment made = chunkToSend(count);
    for (Segment segment = from; made.length() < count; segment = segment.next) {
      final int part = (int) Math.min(segment.length(), count - made.length());
      copy(segment, part, made, made.end);
      made.end += part;
    }
    final Segment rest = cut(from, count);
    made.next = rest;
    if (before == null) {
      first = made;
    } else {
      before.next = made;
    }
    if (rest == null) {
      last = made;
    }
    rearranged();
    if (rest != from) {
      releaseSent(from);
    }
    return made;
  }

  /**
   * Releases copied bytes that are about to be sent: an exception of the release must not stop the
   * send.
   */
  private void releaseSent(final Segment head) {
    try {
      releaseAll(head);
    } catch (final Throwable e) {
      if (owner() == null) {
        throw e;
      }
      owner().failed(e);
    }
  }

  /** The file whose range is at the front, or null; it stays until bytes are drained. */
  public final FileStore fileInFront() {
    if (first == null || !first.isFile()) {
      return null;
    }
    sending = true;
    return (FileStore) first.store;
  }

  /** The start of that range in the file. */
  public final long filePosition() {
    return first.start;
  }

  /** The length of that range. */
  public final long fileLength() {
    return first.length();
  }

  /** Reads the front of that range into memory, as the system cannot send it from the file. */
  public final void readFileInFront(final int max) {
    final Segment file = first;
    final int count = (int) Math.min(max, file.length());
    final Segment bytes = copy(file, count, chunkToSend(count));
    final Segment rest = cut(file, count);
    bytes.next = rest;
    first = bytes;
    if (rest == null) {
      last = bytes;
    }
    rearranged();
    if (rest != file) {
      releaseSent(file);
    }
  }
}
