package org.jevent.internal.loop;

import java.nio.channels.SelectableChannel;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.Consumer;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Engine;

/**
 * Which events watch which handle. Changes of interest are collected and submitted once before the
 * engine waits. What is added and deleted within one iteration so costs nothing.
 *
 * <p>Guarded by the lock, except {@link #reported}, which the engine calls on the loop's thread.
 */
final class IoTable {
  private final Engine engine;
  private IoEntry[] byDescriptor = new IoEntry[64];
  private final IdentityHashMap<SelectableChannel, IoEntry> byChannel = new IdentityHashMap<>();
  private int entries;

  /**
   * Changed entries. Each is in here once at most, so there is always room if there is one place
   * for each.
   */
  private IoEntry[] dirty = new IoEntry[64];

  private int dirtyCount;

  /**
   * Reported entries. It grows on the loop's thread before the wait, during which no entry is added
   * to the engine.
   */
  private IoEntry[] reported = new IoEntry[64];

  private int reportedCount;

  IoTable(final Engine engine) {
    this.engine = engine;
  }

  /** Adds an event to its handle's list. A failure changes nothing. */
  void add(final EventNode event) {
    IoEntry entry = find(event.descriptor(), event.channel());
    if (entry == null) {
      entry = create(event);
    }
    entry.insert(event);
    changed(entry);
  }

  void remove(final EventNode event) {
    final IoEntry entry = event.entry;
    entry.remove(event);
    changed(entry);
  }

  /** The entry of a handle, or null. */
  IoEntry find(final int descriptor, final SelectableChannel channel) {
    if (descriptor < 0) {
      return byChannel.get(channel);
    }
    return descriptor < byDescriptor.length ? byDescriptor[descriptor] : null;
  }

  /** True while some changes have not been submitted. */
  boolean hasChanges() {
    return dirtyCount > 0;
  }

  private IoEntry create(final EventNode event) {
    if (entries == dirty.length) {
      dirty = Arrays.copyOf(dirty, entries * 2);
    }
    final IoEntry entry = new IoEntry(this, event);
    if (entry.descriptor < 0) {
      requireWatchable(entry);
      byChannel.put(entry.channel, entry);
    } else {
      if (!event.watchable || !event.ownsDescriptor()) {
        engine.check(entry.descriptor);
        event.watchable = true;
      }
      if (entry.descriptor >= byDescriptor.length) {
        byDescriptor =
            Arrays.copyOf(byDescriptor, Math.max(entry.descriptor + 1, byDescriptor.length * 2));
      }
      byDescriptor[entry.descriptor] = entry;
    }
    entries++;
    assert entries <= dirty.length && entry == find(entry.descriptor, entry.channel) : entry;
    return entry;
  }

  private static void requireWatchable(final IoEntry entry) {
    if (!entry.channel.isOpen()) {
      throw new ErrnoException("watch " + entry.name, Errno.EBADF, 0);
    }
    if (entry.channel.isBlocking()) {
      throw new IllegalArgumentException(entry.name + " is in blocking mode");
    }
  }

  private void forget(final IoEntry entry) {
    assert entry.first == null && entry == find(entry.descriptor, entry.channel) : entry;
    entries--;
    assert entries >= 0 && entry.slot < 0 : entry;
    if (entry.descriptor < 0) {
      byChannel.remove(entry.channel);
    } else {
      byDescriptor[entry.descriptor] = null;
    }
  }

  private void changed(final IoEntry entry) {
    assert entry == find(entry.descriptor, entry.channel) : entry;
    if (!entry.dirty) {
      entry.dirty = true;
      dirty[dirtyCount++] = entry;
      assert dirtyCount <= entries : entry;
    }
  }

  /**
   * Submits the changes to the engine; an entry that cannot be watched is reported with its error.
   * Changes that an exception kept back are submitted the next time.
   */
  void flush() {
    if (dirtyCount == 0) {
      return;
    }
    if (entries > reported.length) {
      reported = Arrays.copyOf(reported, dirty.length);
    }
    int submitted = 0;
    try {
      while (submitted < dirtyCount) {
        final IoEntry entry = dirty[submitted];
        try {
          submit(entry);
        } catch (final RuntimeException e) {
          abandon(entry);
          entry.ready(0, e instanceof ErrnoException known ? known.errno() : Errno.EIO);
        }
        entry.dirty = false;
        submitted++;
      }
    } finally {
      System.arraycopy(dirty, submitted, dirty, 0, dirtyCount - submitted);
      Arrays.fill(dirty, dirtyCount - submitted, dirtyCount, null);
      dirtyCount -= submitted;
    }
  }

  /** The engine has refused a change: the entry has no slot any more. */
  private void abandon(final IoEntry entry) {
    final int slot = entry.slot;
    entry.slot = -1;
    entry.renew = false;
    entry.rearm = false;
    if (slot >= 0) {
      try {
        engine.detach(slot, false);
      } catch (final RuntimeException e) {
        return; // the refusal was reported already, and nothing more can be done
      }
    }
  }

  private void submit(final IoEntry entry) {
    final int wanted = entry.wanted();
    assert entry.dirty && (wanted == 0) == (entry.first == null) : entry;
    if (wanted == 0) {
      if (entry.slot >= 0) {
        engine.detach(entry.slot, false);
        entry.slot = -1;
      }
      forget(entry);
    } else if (entry.slot < 0) {
      entry.slot =
          entry.channel == null
              ? engine.attach(entry, entry.descriptor)
              : engine.attach(entry, entry.channel);
      assert entry.slot >= 0 && reported.length >= entries : entry;
      engine.poll(entry.slot, wanted, false);
    } else if (wanted != entry.registered || entry.renew || entry.rearm) {
      engine.poll(entry.slot, wanted, entry.renew);
    }
    entry.registered = wanted;
    entry.renew = false;
    entry.rearm = false;
  }

  /** Called by an entry that has something to deliver. */
  void reported(final IoEntry entry) {
    assert reportedCount < reported.length : entry;
    reported[reportedCount++] = entry;
  }

  /** Whether a delivery is due already, such as the failure to watch a handle. */
  boolean hasReports() {
    return reportedCount > 0;
  }

  /** Returns the next entry with a delivery, in the order of their reports. */
  IoEntry nextReported(final int index) {
    return index < reportedCount ? reported[index] : null;
  }

  void clearReported() {
    Arrays.fill(reported, 0, reportedCount, null);
    reportedCount = 0;
  }

  /** Visits every inserted event. */
  void forEach(final Consumer<EventNode> visitor) {
    for (final IoEntry entry : byDescriptor) {
      visit(entry, visitor);
    }
    byChannel.values().forEach(entry -> visit(entry, visitor));
  }

  private static void visit(final IoEntry entry, final Consumer<EventNode> visitor) {
    for (EventNode event = entry == null ? null : entry.first;
        event != null;
        event = event.ioNext) {
      visitor.accept(event);
    }
  }
}
