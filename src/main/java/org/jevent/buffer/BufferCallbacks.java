package org.jevent.buffer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.DeferredTask;

/** The callbacks of one buffer, called at once or, when deferred, once in the loop. */
final class BufferCallbacks implements ByteQueue.Observer {
  private final EventBuffer buffer;
  private final List<CallbackEntry> entries = new CopyOnWriteArrayList<>();
  private DeferredTask deferred;

  /** How many bytes were added since the last call. */
  private long added;

  /** How many bytes were removed since the last call. */
  private long removed;

  private BufferCallbacks(final EventBuffer buffer) {
    this.buffer = buffer;
  }

  /** Those of a buffer with that queue, or null if it has had none. */
  static BufferCallbacks of(final ByteQueue queue) {
    return (BufferCallbacks) queue.observer();
  }

  /** Those of a buffer, which are there from now on. */
  static BufferCallbacks require(final EventBuffer buffer) {
    final BufferCallbacks present = of(buffer.queue);
    if (present != null) {
      return present;
    }
    final BufferCallbacks made = new BufferCallbacks(buffer);
    buffer.queue.observer(made);
    return made;
  }

  CallbackEntry add(final BufferCallback callback) {
    final CallbackEntry entry = new CallbackEntry(this, callback);
    entries.add(0, entry);
    return entry;
  }

  void remove(final CallbackEntry entry) {
    entry.removed();
    entries.remove(entry);
  }

  void remove(final BufferCallback callback) {
    for (final CallbackEntry entry : entries) {
      if (entry.callback == callback) {
        remove(entry);
      }
    }
  }

  void defer(final EventBase base) {
    deferred = BaseAccess.loop(base).newDeferred(buffer, this::deliver);
  }

  void close() {
    entries.forEach(CallbackEntry::removed);
    entries.clear();
    if (deferred != null) {
      deferred.cancel();
    }
  }

  @Override
  public void added(final long count) {
    added += count;
  }

  @Override
  public void removed(final long count) {
    removed += count;
  }

  @Override
  public void changed(final long length) {
    if (deferred == null) {
      deliver(length);
    } else {
      deferred.schedule(); // which does nothing when the base is closed
    }
  }

  /** In the loop. */
  private void deliver() {
    buffer.lock();
    try {
      deliver(buffer.queue.length());
    } finally {
      buffer.unlock();
    }
  }

  private void deliver(final long length) {
    final long more = added;
    final long less = removed;
    added = 0;
    removed = 0;
    if ((more | less) != 0) {
      call(length - more + less, more, less);
    }
  }

  private void call(final long former, final long more, final long less) {
    assert former >= 0 && more >= 0 && less >= 0 && less <= former + more : former;
    Cleanup unreported = null;
    for (final CallbackEntry entry : entries) {
      if (entry.isEnabled()) {
        try {
          entry.callback.changed(buffer, former, more, less);
        } catch (final Throwable e) {
          if (!buffer.queue.report(buffer, e)) {
            unreported = unreported == null ? new Cleanup() : unreported;
            unreported.add(e);
          }
        }
      }
    }
    if (unreported != null) {
      unreported.rethrow();
    }
  }
}
