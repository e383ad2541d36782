package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.LoopObserver;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.MemoryBudget;

/**
 * A base's memory for segments: slabs of equal chunks, in a few sizes, and the receive buffers that
 * segments hold on to. Only the loop's thread takes chunks. Any thread returns them; other threads
 * push them on a stack that the loop drains. Memory stays as long as a chunk of it is in use,
 * beyond the end of the base if need be.
 */
public final class ChunkPool implements AutoCloseable {
  /** The largest chunk; larger segments get separate memory. */
  static final int MAX_CHUNK = 16 * 1024;

  private static final int[] SIZES = {256, 1024, 4096, MAX_CHUNK};

  /** Memory of these sizes goes back to the system when it is freed. */
  private static final int[] SLAB_SIZES = {64 * 1024, 64 * 1024, 128 * 1024, 256 * 1024};

  /** How much unused memory is kept of each size, as giving it back and taking it costs time. */
  private static final int SPARE_BYTES = 4 << 20;

  /** How many receive buffers may be retained; the rest is left for receiving. */
  private static final int MAX_RETAINED = 24;

  /** The same when there is no memory to copy their bytes to: all that an engine has. */
  private static final int MAX_RETAINED_FULL = 64;

  private final LoopServices services;
  private final Engine engine;
  private final MemoryBudget budget;
  private final SizeClass[] classes = new SizeClass[SIZES.length];
  private final AtomicReference<Segment> returned = new AtomicReference<>();
  private final ReceivedStore received = new ReceivedStore();
  private final OwnMemory ownMemory = new OwnMemory();
  private final CountedHeap heap = new CountedHeap();

  /** What is taken now is for sending; the loop's thread only. */
  private boolean sends;

  private boolean closed;

  private ChunkPool(final LoopServices services) {
    this.services = services;
    this.engine = services.engine();
    budget = services.memory();
    for (int i = 0; i < SIZES.length; i++) {
      classes[i] = new SizeClass(SIZES[i], SLAB_SIZES[i]);
    }
  }

  /** The base's pool. */
  public static ChunkPool of(final LoopServices services) {
    return services.resource(ChunkPool.class, ChunkPool::new);
  }

  Engine engine() {
    return engine;
  }

  LoopServices services() {
    return services;
  }

  /**
   * An empty segment of at least {@code min} bytes: a chunk, if this is the loop's thread.
   *
   * @throws ErrnoException with ENOMEM if that would exceed the limit of the base
   */
  Segment take(final int min) {
    if (!services.inLoop()) {
      return heap.segment(Math.max(min, SIZES[0]));
    }
    for (int i = 0; i < SIZES.length; i++) {
      if (min <= SIZES[i]) {
        return classes[i].take();
      }
    }
    final Memory own = allocate(min);
    return new Segment(ownMemory, own, 0, own.size());
  }

  /**
   * The same to send what is there, whatever the limit: that is what gives memory back. On the
   * loop's thread.
   */
  Segment takeToSend(final int min) {
    sends = true;
    try {
      return take(min);
    } finally {
      sends = false;
    }
  }

  private Memory allocate(final int size) {
    reserve(size);
    final Memory made;
    try {
      made = engine.allocate(size);
    } catch (final Throwable e) {
      budget.giveBack(size);
      throw e;
    }
    final LoopObserver observer = services.observer();
    if (observer != null) {
      observer.poolGrown(size);
    }
    return made;
  }

  private void free(final Memory memory) {
    memory.close();
    budget.giveBack(memory.size());
  }

  /** Counts memory that is about to be taken. */
  private void reserve(final int bytes) {
    if (budget.take(bytes)) {
      return;
    }
    if (services.inLoop()) {
      drainRemoteFrees();
      for (final SizeClass sizeClass : classes) {
        sizeClass.dropSpares();
      }
      if (budget.take(bytes)) {
        return;
      }
      if (sends) {
        budget.takeBeyondLimit(bytes);
        return;
      }
    }
    throw new ErrnoException(
        "take "
            + bytes
            + " bytes for buffers of a base ("
            + engine.name()
            + "), which have "
            + budget.used()
            + " and may have "
            + budget.limit()
            + " (maxBufferMemory)",
        Errno.ENOMEM,
        0);
  }

  /** Makes sure that a segment can be sent from its memory; false: it has to be copied. */
  boolean sendable(final Segment segment) {
    if (segment.memory.address() != 0 || !engine.needsAddresses()) {
      return true;
    }
    final Memory view = engine.view(segment.bytes());
    if (view != null) {
      segment.memory = view;
    }
    return view != null;
  }

  /**
   * A segment with the bytes that were just received, in the buffer that holds them. Returns null
   * when too many buffers are held already and the bytes must be copied.
   */
  Segment hold(final Memory memory, final int buffer, final int offset, final int length) {
    return received.hold(memory, buffer, offset, length, MAX_RETAINED);
  }

  /** The same when there is no memory for a copy: null when all buffers are held. */
  Segment holdBeyondLimit(
      final Memory memory, final int buffer, final int offset, final int length) {
    return received.hold(memory, buffer, offset, length, MAX_RETAINED_FULL);
  }

  private void returnRemote(final Segment segment) {
    Segment top;
    assert Thread.holdsLock(this) && !closed; // else the loop would never drain it
    do {
      top = returned.get();
      segment.next = top;
    } while (!returned.compareAndSet(top, segment));
    if (top == null) {
      services.beforeNextPoll(this::drainRemoteFrees);
    }
  }

  private void drainRemoteFrees() {
    Segment segment = returned.getAndSet(null);
    while (segment != null) {
      final Segment following = segment.next;
      segment.next = null;
      ((Returning) segment.store).reclaim(segment);
      segment = following;
    }
  }

  /** A store that has to be returned on the loop's thread. */
  private abstract class Returning implements Store {
    @Override
    public void release(final Segment segment) {
      if (services.inLoop()) {
        reclaim(segment);
      } else {
        synchronized (ChunkPool.this) {
          if (!closed) {
            returnRemote(segment);
            return;
          }
        }
        releaseAfterClose(segment);
      }
    }

    abstract void reclaim(Segment segment);

    abstract void releaseAfterClose(Segment segment);
  }

  /** Memory that belongs to one segment. */
  private final class OwnMemory implements Store {
    @Override
    public void release(final Segment segment) {
      free(segment.memory);
    }

    @Override
    public boolean writable() {
      return true;
    }
  }

  /** Arrays for other threads, which count as well. */
  private final class CountedHeap implements Store {
    Segment segment(final int capacity) {
      reserve(capacity);
      try {
        return new Segment(this, HeapStore.memory(ByteBuffer.allocate(capacity)), 0, capacity);
      } catch (final Throwable e) {
        budget.giveBack(capacity);
        throw e;
      }
    }

    @Override
    public void release(final Segment segment) {
      budget.giveBack(segment.memory.size());
    }

    @Override
    public boolean writable() {
      return true;
    }
  }

  // ---- chunks ----

  /**
   * Chunks of one size. Free chunks are in their slabs, and slabs that have any are in a list.
   * Taking, returning and freeing cost the same however many there are.
   */
  private final class SizeClass {
    private final int size;
    private final int slabSize;

    /** Slabs with free chunks: those that are in use first, unused ones last. */
    private Slab first;

    private Slab last;

    /** Slabs of which no chunk is in use; kept, up to a bound, for the next wave. */
    private int spares;

    SizeClass(final int size, final int slabSize) {
      this.size = size;
      this.slabSize = slabSize;
    }

    Segment take() {
      if (first == null) {
        grow();
      }
      final Slab slab = first;
      final Segment segment = slab.free;
      assert segment.store == slab && segment.length() == 0 : size;
      slab.free = segment.next;
      segment.next = null;
      if (slab.used++ == 0) {
        spares--;
      }
      assert spares >= 0 && slab.used <= slabSize / size : slab.used;
      if (slab.free == null) {
        unlink(slab);
      }
      return segment;
    }

    private void grow() {
      if (returned.get() != null) {
        drainRemoteFrees();
        if (first != null) {
          return;
        }
      }
      final Slab slab = new Slab(this, allocate(slabSize));
      try {
        for (int base = slabSize - size; base >= 0; base -= size) {
          final Segment chunk = new Segment(slab, slab.memory, base, base + size);
          chunk.next = slab.free;
          slab.free = chunk;
        }
      } catch (final Throwable e) {
        free(slab.memory);
        throw e;
      }
      spares++;
      linkFirst(slab);
    }

    /** Frees the slabs that are not in use. */
    void dropSpares() {
      while (last != null && last.used == 0) {
        final Slab slab = last;
        unlink(slab);
        spares--;
        assert spares >= 0 && slab.isWhole() : spares;
        free(slab.memory);
      }
    }

    void giveBack(final Segment segment, final Slab slab) {
      assert slab.used > 0 && slab.free != segment : slab.used;
      segment.start = segment.base;
      segment.end = segment.base;
      segment.limit = segment.base + size;
      final boolean wasFull = slab.free == null;
      segment.next = slab.free;
      slab.free = segment;
      if (--slab.used > 0) {
        if (wasFull) {
          linkFirst(slab);
        }
        return;
      }
      assert slab.isWhole() : size;
      if (!wasFull) {
        unlink(slab);
      }
      if (spares < SPARE_BYTES / slabSize) {
        spares++;
        linkLast(slab);
      } else {
        free(slab.memory);
      }
    }

    private void linkFirst(final Slab slab) {
      assert slab.free != null && slab.previous == null && slab.next == null : size;
      slab.next = first;
      if (first == null) {
        last = slab;
      } else {
        first.previous = slab;
      }
      first = slab;
    }

    private void linkLast(final Slab slab) {
      assert slab.used == 0 && slab.previous == null && slab.next == null : size;
      slab.previous = last;
      if (last == null) {
        first = slab;
      } else {
        last.next = slab;
      }
      last = slab;
    }

    private void unlink(final Slab slab) {
      assert slab.previous == null ? first == slab : slab.previous.next == slab : size;
      assert slab.next == null ? last == slab : slab.next.previous == slab : size;
      if (slab.previous == null) {
        first = slab.next;
      } else {
        slab.previous.next = slab.next;
      }
      if (slab.next == null) {
        last = slab.previous;
      } else {
        slab.next.previous = slab.previous;
      }
      slab.previous = null;
      slab.next = null;
    }

    /** The pool is closed: unused slabs are freed now, the others with their last chunk. */
    void close() {
      for (Slab slab = first; slab != null; slab = slab.next) {
        if (slab.used == 0) {
          free(slab.memory);
        }
      }
      first = null;
      last = null;
    }
  }

  private final class Slab extends Returning {
    private final SizeClass sizeClass;
    private final Memory memory;
    private Segment free;
    private int used;

    /** In the list of slabs with free chunks. */
    private Slab next;

    private Slab previous;

    Slab(final SizeClass sizeClass, final Memory memory) {
      this.sizeClass = sizeClass;
      this.memory = memory;
    }

    /** For assertions: each of its chunks is free, once. */
    private boolean isWhole() {
      int left = sizeClass.slabSize / sizeClass.size;
      for (Segment segment = free; segment != null && left >= 0; segment = segment.next) {
        left--;
      }
      return used == 0 && left == 0;
    }

    @Override
    void reclaim(final Segment segment) {
      sizeClass.giveBack(segment, this);
    }

    @Override
    void releaseAfterClose(final Segment segment) {
      synchronized (ChunkPool.this) {
        assert used > 0 : used;
        if (--used == 0) {
          free(memory);
        }
      }
    }

    @Override
    public boolean writable() {
      return true;
    }
  }

  // ---- received bytes that stay where they are ----

  private final class ReceivedStore extends Returning {
    private Segment[] held = new Segment[64];
    private int count;

    /** How many segments use each buffer. */
    private int[] users = new int[64];

    private int buffers;
    private Segment spare;

    /** Allocates all the room that it needs before it changes the state. */
    Segment hold(
        final Memory memory,
        final int buffer,
        final int offset,
        final int length,
        final int limit) {
      assert services.inLoop() && length > 0 : length;
      if (buffer >= users.length) {
        users = Arrays.copyOf(users, Math.max(buffer + 1, users.length * 2));
      }
      if (count == held.length) {
        held = Arrays.copyOf(held, count * 2);
      }
      final boolean first = users[buffer] == 0;
      if (first && buffers >= limit) {
        return null;
      }
      final Segment segment = blank(memory);
      if (first) {
        engine.retain(buffer);
        buffers++;
      }
      users[buffer]++;
      segment.base = offset;
      segment.start = offset;
      segment.end = (long) offset + length;
      segment.limit = segment.end;
      segment.tag = buffer;
      segment.place = count;
      held[count++] = segment;
      assert buffers <= MAX_RETAINED_FULL && buffers <= count : buffers;
      return segment;
    }

    private Segment blank(final Memory memory) {
      final Segment segment = spare;
      if (segment == null) {
        return new Segment(this, memory, 0, 0);
      }
      spare = segment.next;
      segment.next = null;
      segment.memory = memory;
      return segment;
    }

    @Override
    void reclaim(final Segment segment) {
      assert held[segment.place] == segment && users[segment.tag] > 0 : segment.place;
      final Segment last = held[--count];
      held[count] = null;
      if (last != segment) {
        held[segment.place] = last;
        last.place = segment.place;
      }
      if (--users[segment.tag] == 0) {
        buffers--;
        engine.release(segment.tag);
      }
      segment.next = spare;
      spare = segment;
    }

    @Override
    void releaseAfterClose(final Segment segment) {}

    @Override
    public boolean writable() {
      return false;
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public boolean shareable() {
      return false;
    }

    /**
     * The engine's memory is about to be freed: bytes that are still in a queue move to the heap.
     * Buffers that cannot be moved stay retained, and with them the engine's memory.
     */
    void evacuate(final Cleanup cleanup) {
      for (int i = 0; i < count; i++) {
        final Segment segment = held[i];
        held[i] = null;
        cleanup.run(() -> moveOut(segment));
      }
      count = 0;
    }

    private void moveOut(final Segment segment) {
      assert users[segment.tag] > 0 : segment.tag;
      HeapStore.moveIn(segment);
      if (--users[segment.tag] == 0) {
        engine.release(segment.tag);
      }
    }
  }

  @Override
  public void close() {
    final Cleanup cleanup = new Cleanup();
    budget.listener(null);
    cleanup.run(this::drainRemoteFrees);
    synchronized (this) {
      cleanup.run(this::drainRemoteFrees);
      closed = true;
    }
    received.evacuate(cleanup);
    for (final SizeClass sizeClass : classes) {
      cleanup.run(sizeClass::close);
    }
    cleanup.rethrow();
  }
}
