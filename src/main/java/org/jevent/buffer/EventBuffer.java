package org.jevent.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.access.BufferAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.ChunkPool;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.Integers;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.NetSocket;

/**
 * A queue of bytes: added to at the back, taken from the front; libevent's {@code struct evbuffer}.
 * Neither moves bytes about inside the buffer, and whole buffers are moved into one another without
 * copying. Positions count from the front.
 *
 * <p>A buffer made for a base keeps what the loop's thread adds in native memory, ready to be sent.
 * Any other keeps it on the heap, and a native engine copies the bytes once to send them.
 *
 * <p>Threads: one at a time, unless {@link #enableLocking} was called. A buffer of a {@link
 * org.jevent.bufferevent.BufferEvent} belongs to the loop's thread while the loop runs.
 *
 * <p>Errors: a wrong index is an {@link IndexOutOfBoundsException}; a closed buffer, a frozen end
 * or a foreign thread an {@link IllegalStateException}. An operation that fails changes nothing.
 * Views that a buffer gives out are void once it has changed.
 */
public final class EventBuffer extends BufferSegments implements AutoCloseable {
  /** How many bytes one {@link #read} reads by default. */
  public static final int DEFAULT_MAX_READ = 4096;

  /** The maximum of bytes that room is made for at once. */
  public static final int MAX_ROOM = 1 << 30;

  /** Room for one read: whatever is allowed, no more than a system gives at once. */
  private static final int MAX_READ = 128 * 1024;

  static {
    BufferAccess.set(
        new BufferAccess() {
          @Override
          public Object view(final ByteQueue queue, final Guard guard, final int marks) {
            queue.marks(marks);
            return new EventBuffer(queue, guard);
          }
        });
  }

  /** A buffer without a base; {@code evbuffer_new}. */
  public EventBuffer() {
    this(new ByteQueue(null), null);
  }

  /** A buffer whose bytes a base's engine can send without copying them. */
  public EventBuffer(final EventBase base) {
    this(new ByteQueue(ChunkPool.of(open(base))), null);
    watch();
  }

  private static LoopServices open(final EventBase base) {
    final LoopServices services = BaseAccess.services(base);
    services.requireOpen("make a buffer");
    return services;
  }

  private EventBuffer(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  // ---- adding ----

  /** Adds a copy of the bytes; {@code evbuffer_add}. */
  public EventBuffer add(final byte[] source) {
    return add(Objects.requireNonNull(source, "source"), 0, source.length);
  }

  /** Adds a copy of some of the bytes. */
  public EventBuffer add(final byte[] source, final int offset, final int count) {
    Objects.requireNonNull(source, "source");
    Arguments.range("offset", offset, count, source.length);
    begin("add", BACK);
    try {
      queue.add(source, offset, count);
    } finally {
      end();
    }
    return this;
  }

  /** Adds one byte. */
  public EventBuffer add(final byte value) {
    begin("add", BACK);
    try {
      queue.add(value);
    } finally {
      end();
    }
    return this;
  }

  /** Adds a copy of the buffer's remaining bytes, and moves its position behind them. */
  public EventBuffer add(final ByteBuffer source) {
    Objects.requireNonNull(source, "source");
    begin("add", BACK);
    try {
      queue.add(source, source.position(), source.remaining());
      source.position(source.limit());
    } finally {
      end();
    }
    return this;
  }

  /** Adds an integer, its highest byte first; see {@link #addInteger(long, int, ByteOrder)}. */
  public EventBuffer addInteger(final long value, final int size) {
    return addInteger(value, size, ByteOrder.BIG_ENDIAN);
  }

  /**
   * Adds an integer.
   *
   * @param value which its bytes can hold, with a sign or without one
   * @param size how many bytes it gets, from 1 to 8
   */
  public EventBuffer addInteger(final long value, final int size, final ByteOrder order) {
    final boolean little = isLittle(order);
    requireFits(value, size);
    if (goesUnframed(BACK) && queue.hasRoom(Long.BYTES)) {
      Integers.add(queue, value, size, little);
      return this;
    }
    begin("addInteger", BACK);
    try {
      Integers.add(queue, value, size, little);
    } finally {
      end();
    }
    return this;
  }

  /** Adds a number in decimal digits, with a minus sign if it is negative; allocates nothing. */
  public EventBuffer addDecimal(final long value) {
    if (goesUnframed(BACK) && queue.hasRoom(Integers.MAX_DECIMAL)) {
      Integers.addDecimal(queue, value);
      return this;
    }
    begin("addDecimal", BACK);
    try {
      Integers.addDecimal(queue, value);
    } finally {
      end();
    }
    return this;
  }

  /** Adds text in UTF-8. */
  public EventBuffer add(final String text) {
    return add(Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds formatted text in UTF-8; {@code evbuffer_add_printf}.
   *
   * @param arguments null as in {@link String#format(String, Object...)}
   * @throws java.util.IllegalFormatException if the format is wrong or does not fit them
   */
  public EventBuffer addFormat(final String format, final Object... arguments) {
    return add(String.format(Locale.ROOT, Objects.requireNonNull(format, "format"), arguments));
  }

  /** Adds the remaining bytes of all; returns how many; {@code evbuffer_add_iovec}. */
  public long addAll(final ByteBuffer... sources) {
    Objects.requireNonNull(sources, "sources");
    begin("addAll", BACK);
    try {
      for (final ByteBuffer source : sources) {
        Objects.requireNonNull(source, "one of the sources");
      }
      final long total = queue.addAll(sources);
      for (final ByteBuffer source : sources) {
        source.position(source.limit());
      }
      return total;
    } finally {
      end();
    }
  }

  /** Moves everything out of {@code source}, which is empty then; {@code evbuffer_add_buffer}. */
  public EventBuffer add(final EventBuffer source) {
    Objects.requireNonNull(source, "source");
    beginBoth("add", BACK, source, FRONT);
    try {
      queue.addAll(source.queue);
    } finally {
      endBoth(source);
    }
    return this;
  }

  private void endBoth(final EventBuffer other) {
    try {
      other.end();
    } finally {
      end();
    }
  }

  /**
   * Adds bytes without copying them: they must stay as they are until {@code release} has run;
   * {@code evbuffer_add_reference}.
   *
   * @param bytes the remaining bytes; its position does not move
   * @param release runs once, when the last of them has been drained or the buffer closed; may be
   *     null. It does not run when this method throws, unless a {@link BufferCallback} has thrown
   *     that
   */
  public EventBuffer addReference(final ByteBuffer bytes, final Runnable release) {
    Objects.requireNonNull(bytes, "bytes");
    begin("addReference", BACK);
    try {
      queue.addReference(bytes, release);
    } finally {
      end();
    }
    return this;
  }

  /** Adds some bytes of an array without copying; {@code evbuffer_add_reference_with_offset}. */
  public EventBuffer addReference(
      final byte[] bytes, final int offset, final int count, final Runnable release) {
    Objects.requireNonNull(bytes, "bytes");
    Arguments.range("offset", offset, count, bytes.length);
    return addReference(ByteBuffer.wrap(bytes, offset, count), release);
  }

  /**
   * Shows the bytes that {@code source} holds now in this buffer, too, without copying; {@code
   * evbuffer_add_buffer_reference}.
   *
   * @throws IllegalArgumentException if it is this buffer
   */
  public EventBuffer addBufferReference(final EventBuffer source) {
    Objects.requireNonNull(source, "source");
    if (source == this) {
      throw new IllegalArgumentException("a buffer cannot refer to itself");
    }
    beginBoth("addBufferReference", BACK, source, 0);
    try {
      queue.addShared(source.queue, 0, source.queue.length());
    } finally {
      endBoth(source);
    }
    return this;
  }

  /**
   * A new buffer that shows some bytes of this one, without copying more than a few. They stay what
   * they are: neither buffer changes them in place any more, and draining one leaves the other.
   * What an engine has received is copied, 16 KiB at most for each buffer of the engine.
   *
   * @param from where to begin
   * @param count how many bytes
   * @return a buffer of the same base, which the caller closes. It has no lock
   * @throws IndexOutOfBoundsException if there are fewer bytes
   */
  public EventBuffer slice(final long from, final long count) {
    begin("slice", 0);
    try {
      Arguments.range("from", from, count, queue.length());
      final EventBuffer made = new EventBuffer(queue.share(from, count), null);
      made.watch();
      return made;
    } finally {
      end();
    }
  }

  /**
   * Adds a range of a file; {@code evbuffer_add_file}.
   *
   * @param count below 0: up to the end
   */
  public EventBuffer addFile(final Path path, final long offset, final long count) {
    Objects.requireNonNull(path, "path");
    begin("addFile", BACK);
    try (FileSegment segment = FileSegment.open(queue.engine(), path, offset, count, "count", 0)) {
      queue.addFile(segment.store(), segment.offset(), segment.length());
    } finally {
      end();
    }
    return this;
  }

  /**
   * Adds a part of a file segment, which stays the caller's; {@code evbuffer_add_file_segment}.
   *
   * @param offset within the segment
   * @param count below 0: up to its end
   */
  public EventBuffer addFileSegment(
      final FileSegment segment, final long offset, final long count) {
    Objects.requireNonNull(segment, "segment");
    Arguments.range("offset", offset, Math.max(0, count), segment.length());
    final long bytes = count < 0 ? segment.length() - offset : count;
    begin("addFileSegment", BACK);
    try {
      queue.addFile(segment.store(), segment.offset() + offset, bytes);
    } finally {
      end();
    }
    return this;
  }

  // ---- in front ----

  /** Puts a copy of the bytes in front; {@code evbuffer_prepend}. */
  public EventBuffer prepend(final byte[] source) {
    return prepend(ByteBuffer.wrap(Objects.requireNonNull(source, "source")));
  }

  /** Puts a copy of the remaining bytes in front and moves the source's position behind them. */
  public EventBuffer prepend(final ByteBuffer source) {
    Objects.requireNonNull(source, "source");
    begin("prepend", FRONT);
    try {
      queue.prepend(source, source.position(), source.remaining());
      source.position(source.limit());
    } finally {
      end();
    }
    return this;
  }

  /** Moves everything of {@code source} in front; {@code evbuffer_prepend_buffer}. */
  public EventBuffer prepend(final EventBuffer source) {
    Objects.requireNonNull(source, "source");
    beginBoth("prepend", FRONT, source, FRONT);
    try {
      queue.prependAll(source.queue);
    } finally {
      endBoth(source);
    }
    return this;
  }

  // ---- moving ----

  /**
   * Moves the first bytes, all when there are fewer, to the back of another buffer, copying at most
   * a part of one segment. Returns how many; {@code evbuffer_remove_buffer}.
   */
  public long removeTo(final EventBuffer target, final long count) {
    Objects.requireNonNull(target, "target");
    Arguments.atLeast("count", count, 0);
    if (target == this) {
      throw new IllegalArgumentException("a buffer cannot be moved into itself");
    }
    beginBoth("removeTo", FRONT, target, BACK);
    try {
      return queue.moveTo(target.queue, count);
    } finally {
      endBoth(target);
    }
  }

  /**
   * A place to count from; {@code evbuffer_ptr_set}.
   *
   * @throws IndexOutOfBoundsException if the buffer is shorter
   */
  public BufferPosition position(final long position) {
    Arguments.place("position", position, queue.length());
    return new BufferPosition(this, position);
  }

  // ---- room ----

  /**
   * Makes room for {@code count} bytes at the back, all together; {@code evbuffer_expand}.
   *
   * @param count up to {@link #MAX_ROOM}
   */
  public void expand(final int count) {
    Arguments.within("count", count, 0, MAX_ROOM);
    begin("expand", 0);
    try {
      queue.expand(count);
    } finally {
      end();
    }
  }

  /**
   * Room for at least {@code count} bytes to write into; {@code evbuffer_reserve_space}.
   *
   * @param count from 1 to {@link #MAX_ROOM}
   * @param views 1: all together; 2 or more: in one or two places
   */
  public Reservation reserve(final int count, final int views) {
    Arguments.within("count", count, 1, MAX_ROOM);
    Arguments.atLeast("views", views, 1);
    begin("reserve", BACK);
    try {
      final ByteBuffer[] made = queue.reserve(count, Math.min(views, 2));
      return new Reservation(this, made, queue.version());
    } finally {
      end();
    }
  }

  /**
   * Adds what was written into a reservation; the rest stays free; {@code evbuffer_commit_space}.
   *
   * @throws IllegalArgumentException if it is another buffer's, or a view is used although the one
   *     before it is not full
   * @throws IllegalStateException if the buffer has changed since
   */
  public void commit(final Reservation reservation) {
    Objects.requireNonNull(reservation, "reservation");
    begin("commit", BACK);
    try {
      final ByteBuffer[] views = reservation.views;
      if (reservation.buffer != this) {
        throw new IllegalArgumentException("the reservation is another buffer's");
      }
      if (reservation.version != queue.version()) {
        throw new IllegalStateException("the buffer has changed since the room was reserved");
      }
      if (views.length == 2 && views[1].position() > 0 && views[0].hasRemaining()) {
        throw new IllegalArgumentException("the second view is used and the first is not full");
      }
      queue.commit(views);
    } finally {
      end();
    }
  }

  // ---- to and from sockets ----

  /**
   * How many bytes one {@link #read} reads at most; it never reads more than 128 KiB at once.
   * {@code evbuffer_set_max_read}.
   *
   * @param bytes 1 or more
   */
  public void maxRead(final int bytes) {
    Arguments.atLeast("bytes", bytes, 1);
    takeLock();
    try {
      requireExtras().maxRead = bytes;
    } finally {
      leaveLock();
    }
  }

  public int maxRead() {
    final BufferExtras extras = extras();
    return extras == null ? DEFAULT_MAX_READ : extras.maxRead;
  }

  /**
   * Reads from a socket once; {@code evbuffer_read}.
   *
   * @param max below 0: {@link #maxRead()}, which bounds it anyway
   * @return as {@link NetSocket#read}
   */
  public int read(final NetSocket socket, final int max) {
    Objects.requireNonNull(socket, "socket");
    begin("read", BACK);
    try {
      final int limit = Math.min(maxRead(), MAX_READ);
      final int wanted = max < 0 ? limit : Math.min(max, limit);
      if (wanted == 0) {
        return 0;
      }
      final ByteBuffer[] views = queue.reserve(wanted, 1);
      final int count = socket.read(views[0].limit(wanted));
      if (count > 0) {
        queue.commit(views);
      }
      return count;
    } finally {
      end();
    }
  }

  /**
   * Writes to a socket until it would have to wait; {@code evbuffer_write_atmost}.
   *
   * @param max below 0: everything
   * @return how many bytes have left, or {@link NetSocket#WOULD_BLOCK}
   */
  public long write(final NetSocket socket, final long max) {
    Objects.requireNonNull(socket, "socket");
    begin("write", FRONT);
    try {
      long left = max < 0 ? queue.length() : Math.min(max, queue.length());
      long written = 0;
      while (left > 0) {
        if (queue.fileInFront() != null) {
          queue.readFileInFront((int) Math.min(left, DEFAULT_MAX_READ));
        }
        final int part = (int) Math.min(left, queue.contiguous());
        final int count = socket.write(queue.pullUp(part));
        queue.drain(count);
        written += count;
        left -= count;
        if (count < part) {
          break;
        }
      }
      return written;
    } finally {
      end();
    }
  }

  // ---- callbacks ----

  /**
   * Calls back after each change, the newest callback first; {@code evbuffer_add_cb}. A change that
   * a callback makes is reported after it has returned. For what one throws see {@link
   * BufferCallback}.
   */
  public CallbackEntry addCallback(final BufferCallback callback) {
    Objects.requireNonNull(callback, "callback");
    begin("addCallback", 0);
    try {
      return BufferCallbacks.require(this).add(callback);
    } finally {
      end();
    }
  }

  /** Takes a callback away, wherever it was added; {@code evbuffer_remove_cb}. */
  public void removeCallback(final BufferCallback callback) {
    Objects.requireNonNull(callback, "callback");
    final BufferCallbacks callbacks = BufferCallbacks.of(queue);
    if (callbacks != null) {
      callbacks.remove(callback);
    }
  }

  /**
   * Callbacks run in the loop from now on, once for all changes of an iteration; {@code
   * evbuffer_defer_callbacks}. They run no more when the base is closed.
   */
  public void deferCallbacks(final EventBase loop) {
    Objects.requireNonNull(loop, "loop");
    BaseAccess.loop(loop).requireOpen("defer callbacks");
    BufferCallbacks.require(this).defer(loop);
  }

  /**
   * Gives everything back; {@code evbuffer_free}. A second call does nothing.
   *
   * @throws IllegalStateException if the buffer is part of a buffer event, which closes it
   */
  @Override
  public void close() {
    lock();
    try {
      if (queue.owner() != null) {
        throw new IllegalStateException(
            "close: the buffer belongs to " + queue.owner() + ", which closes it");
      }
      if ((queue.marks() & CLOSED) == 0) {
        queue.marks(queue.marks() | CLOSED);
        final BufferCallbacks callbacks = BufferCallbacks.of(queue);
        if (callbacks != null) {
          callbacks.close();
        }
        queue.observer(null);
        noLongerWatched();
        queue.clear();
      }
    } finally {
      unlock();
    }
  }

  @Override
  public String toString() {
    return "buffer of "
        + queue.length()
        + " bytes"
        + ((queue.marks() & CLOSED) != 0 ? ", closed" : "");
  }
}
