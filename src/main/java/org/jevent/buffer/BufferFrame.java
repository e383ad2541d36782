package org.jevent.buffer;

import java.util.concurrent.locks.ReentrantLock;
import org.jevent.engine.Leaks;
import org.jevent.segment.ByteQueue;
import org.jevent.segment.Guard;

/** What stands around each operation of a buffer: who may do it, and who hears of it. */
abstract class BufferFrame {
  static final int FRONT = 1;
  static final int BACK = 2;
  static final int CLOSED = 4;

  final ByteQueue queue;
  private Guard guard;

  BufferFrame(final ByteQueue queue, final Guard guard) {
    this.queue = queue;
    this.guard = guard;
  }

  /** Refuses the operation if one of the ends that it needs is frozen. */
  final void begin(final String operation, final int ends) {
    if (guard != null) {
      guard.enter();
    }
    final int flags = queue.marks();
    if ((flags & (ends | CLOSED)) != 0) {
      if (guard != null) {
        guard.exit();
      }
      throw new IllegalStateException(
          operation
              + ": "
              + ((flags & CLOSED) != 0
                  ? "the buffer is closed"
                  : "the " + ((flags & ends & FRONT) != 0 ? "front" : "back") + " is frozen"));
    }
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
    return queue.length();
  }

  public final boolean isEmpty() {
    return queue.length() == 0;
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
    queue.marks(queue.marks() | FRONT);
  }

  /** Nothing is added at the back until {@link #unfreezeBack}; {@code evbuffer_freeze}. */
  public final void freezeBack() {
    queue.marks(queue.marks() | BACK);
  }

  public final void unfreezeFront() {
    queue.marks(queue.marks() & ~FRONT);
  }

  public final void unfreezeBack() {
    queue.marks(queue.marks() & ~BACK);
  }

  /** Any thread may use it from now on; {@code evbuffer_enable_locking}. */
  public final void enableLocking() {
    if (guard == null || guard instanceof WatchGuard) {
      guard = new LockGuard(guard);
    }
  }

  /** Finds out when it is lost, unless it is one of those that nobody watches. */
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

  /** Of a buffer that is watched for its loss. */
  private static class WatchGuard implements Guard {
    private final Leaks.Watch watch;

    WatchGuard(final Leaks.Watch watch) {
      this.watch = watch;
    }

    @Override
    public void enter() {
      Leaks.used(watch);
    }

    @Override
    public void exit() {}

    void close() {
      Leaks.closed(watch);
    }
  }

  /** Of a buffer that several threads use, watched or not. */
  private static final class LockGuard extends WatchGuard {
    private final ReentrantLock lock = new ReentrantLock();

    LockGuard(final Guard former) {
      super(former instanceof WatchGuard watched ? watched.watch : null);
    }

    @Override
    public void enter() {
      lock.lock();
      super.enter();
    }

    @Override
    public void exit() {
      lock.unlock();
    }
  }

  /** Keeps other threads out until {@link #unlock}, if locking is enabled. */
  public final void lock() {
    if (guard != null) {
      guard.enter();
    }
  }

  public final void unlock() {
    if (guard != null) {
      guard.exit();
    }
  }

  static void requireCount(final long count) {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + " is negative");
    }
  }
}
