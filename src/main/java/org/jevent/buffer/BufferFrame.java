package org.jevent.buffer;

import org.jevent.internal.access.BufferAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.LockGuard;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.leak.Leaks;

/** The frame of each operation of a buffer: checks, locks and notifications. */
abstract class BufferFrame {
  static final int FRONT = BufferAccess.FRONT_FROZEN;
  static final int BACK = BufferAccess.BACK_FROZEN;
  static final int CLOSED = BufferAccess.CLOSED;

  /** The length that every JVM supports, given the memory. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  final ByteQueue queue;
  private Guard guard;

  BufferFrame(final ByteQueue queue, final Guard guard) {
    this.queue = queue;
    this.guard = guard;
  }

  /** Refuses the operation if one of the ends that it needs is frozen. */
  final void begin(final String operation, final int ends) {
    StackReserve.large();
    if (guard != null) {
      guard.enter();
    }
    try {
      requireAllowed(operation, ends);
    } catch (final Throwable e) {
      if (guard != null) {
        guard.exit();
      }
      throw e;
    }
  }

  /**
   * Whether an operation may go without a frame: there is no guard and no observer, and the ends
   * that it needs are not frozen. It is to change a few fields, and nothing before it has what it
   * needs.
   */
  final boolean goesUnframed(final int ends) {
    return guard == null && (queue.marks() & (ends | CLOSED)) == 0 && queue.isUnobserved();
  }

  private void requireAllowed(final String operation, final int ends) {
    final int flags = queue.marks();
    if ((flags & (ends | CLOSED)) != 0) {
      throw new IllegalStateException(
          operation
              + ": "
              + ((flags & CLOSED) != 0
                  ? "the buffer is closed"
                  : "the " + ((flags & ends & FRONT) != 0 ? "front" : "back") + " is frozen"));
    }
    final ByteQueue.Owner owner = queue.owner();
    if (owner != null && (ends & BACK) != 0) {
      owner.requireAddable(queue, operation);
    }
  }

  /**
   * Begins an operation on two buffers, in the same order as one the other way round, so that no
   * two threads wait for each other. It is ended with {@link #end} of each.
   */
  final void beginBoth(
      final String operation, final int ends, final BufferFrame other, final int otherEnds) {
    if (other.rank() < rank()) {
      other.beginBoth(operation, otherEnds, this, ends);
      return;
    }
    begin(operation, ends);
    try {
      other.begin(operation, otherEnds);
    } catch (final Throwable e) {
      end();
      throw e;
    }
  }

  private long rank() {
    return guard == null ? 0 : guard.rank();
  }

  final void end() {
    try {
      queue.settle();
    } finally {
      if (guard != null) {
        guard.exit();
      }
    }
  }

  /** How many bytes it holds; {@code evbuffer_get_length}. */
  public final long length() {
    takeLock();
    try {
      return queue.length();
    } finally {
      leaveLock();
    }
  }

  public final boolean isEmpty() {
    return length() == 0;
  }

  /**
   * How many bytes stand together at the front, so that {@code pullUp} of them costs nothing;
   * {@code evbuffer_get_contiguous_space}.
   */
  public final int contiguousLength() {
    return queue.contiguous();
  }

  /** Nothing is taken from the front, or put there, until {@link #unfreezeFront}. */
  public final void freezeFront() {
    mark(FRONT, true);
  }

  /** Nothing is added at the back until {@link #unfreezeBack}; {@code evbuffer_freeze}. */
  public final void freezeBack() {
    mark(BACK, true);
  }

  public final void unfreezeFront() {
    mark(FRONT, false);
  }

  public final void unfreezeBack() {
    mark(BACK, false);
  }

  private void mark(final int end, final boolean on) {
    takeLock();
    try {
      queue.marks(on ? queue.marks() | end : queue.marks() & ~end);
    } finally {
      leaveLock();
    }
  }

  /**
   * Enters the guard if it is a lock, for operations that any thread may use when locking is off.
   */
  final void takeLock() {
    if (rank() != 0) {
      guard.enter();
    }
  }

  final void leaveLock() {
    if (rank() != 0) {
      guard.exit();
    }
  }

  /** Any thread may use it from now on; {@code evbuffer_enable_locking}. */
  public final void enableLocking() {
    if (guard == null) {
      guard = new LockGuard();
    } else if (guard instanceof WatchGuard watched) {
      guard = watched.locking();
    }
  }

  /** Reports the buffer when it is lost, if leak detection samples it. */
  final void watch() {
    final Leaks.Watch watch = Leaks.watch(this, "a buffer");
    if (watch != null) {
      guard = new WatchGuard(watch);
    }
  }

  final void noLongerWatched() {
    if (guard instanceof WatchGuard watched) {
      watched.close();
    }
  }

  /** Keeps other threads out until {@link #unlock}, if locking is enabled. */
  public final void lock() {
    StackReserve.large();
    if (guard != null) {
      guard.enter();
    }
  }

  public final void unlock() {
    if (guard != null) {
      guard.exit();
    }
  }

  /** The length of an array that holds that many bytes. */
  static int arrayLength(final String operation, final long bytes) {
    if (bytes > MAX_ARRAY) {
      throw new IllegalStateException(
          operation
              + ": "
              + bytes
              + " bytes are more than an array can hold, which is "
              + MAX_ARRAY);
    }
    return (int) bytes;
  }
}
