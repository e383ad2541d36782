package org.jevent.internal.loop;

import java.nio.channels.SelectableChannel;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;

/** All events of one handle, and the interest that was submitted to the engine. */
final class IoEntry extends Attachment {
  private static final int MAX_WATCHERS = 65_535;

  private final IoTable table;

  /** The handle of the first event, for messages. */
  final Object name;

  /** The handle's descriptor, or -1 when it is a channel. */
  final int descriptor;

  /** The handle's channel, or null. */
  final SelectableChannel channel;

  /** Newest first. */
  EventNode first;

  private int readers;
  private int writers;
  private int closers;
  private boolean edge;

  /** The engine's number for the handle, or -1. */
  int slot = -1;

  /** The interest that the engine has. */
  int registered;

  /** Is in the list of entries whose interest has changed. */
  boolean dirty;

  /** The interest went through zero: the handle may be another one under the same number. */
  boolean renew;

  /**
   * An edge-triggered event was added: the engine has to report what is ready already, even if the
   * union of interest is unchanged.
   */
  boolean rearm;

  /** The readiness that the last wait reported, delivered when the lock is held. */
  int ready;

  Errno error = Errno.NONE;

  IoEntry(final IoTable table, final EventNode event) {
    this.table = table;
    name = event.handleName();
    descriptor = event.descriptor();
    channel = event.channel();
  }

  /** The union of the interest of all events. */
  int wanted() {
    if (first == null) {
      return 0;
    }
    return (readers > 0 ? Masks.READ : 0)
        | (writers > 0 ? Masks.WRITE : 0)
        | (closers > 0 ? Masks.CLOSED : 0)
        | (edge ? Masks.ET : 0);
  }

  void insert(final EventNode event) {
    final boolean wantsEdge = (event.mask & Masks.ET) != 0;
    if (first == null) {
      edge = wantsEdge;
    } else if (edge != wantsEdge) {
      throw new IllegalArgumentException(
          name
              + " is watched "
              + triggering(edge)
              + " already, "
              + event
              + " wants it "
              + triggering(wantsEdge));
    }
    if (readers == MAX_WATCHERS || writers == MAX_WATCHERS || closers == MAX_WATCHERS) {
      throw new IllegalStateException(
          name + " has " + MAX_WATCHERS + " events already, the most there can be");
    }
    assert event.entry == null && !event.inserted : event;
    assert event.ioPrevious == null && event.ioNext == null : event;
    count(event, 1);
    event.ioPrevious = null;
    event.ioNext = first;
    if (first != null) {
      first.ioPrevious = event;
    }
    first = event;
    event.entry = this;
    rearm |= wantsEdge;
  }

  void remove(final EventNode event) {
    assert event.entry == this : event;
    assert event.ioPrevious == null ? first == event : event.ioPrevious.ioNext == event;
    assert event.ioNext == null || event.ioNext.ioPrevious == event : event;
    count(event, -1);
    if (event.ioPrevious == null) {
      first = event.ioNext;
    } else {
      event.ioPrevious.ioNext = event.ioNext;
    }
    if (event.ioNext != null) {
      event.ioNext.ioPrevious = event.ioPrevious;
    }
    event.ioNext = null;
    event.ioPrevious = null;
    event.entry = null;
    assert first != null || (readers | writers | closers) == 0 : this;
    if (first == null) {
      renew = true;
    }
  }

  private void count(final EventNode event, final int by) {
    readers += (event.mask & Masks.READ) != 0 ? by : 0;
    writers += (event.mask & Masks.WRITE) != 0 ? by : 0;
    closers += (event.mask & Masks.CLOSED) != 0 ? by : 0;
    assert readers >= 0 && writers >= 0 && closers >= 0 : this;
  }

  private static String triggering(final boolean edge) {
    return edge ? "edge-triggered" : "level-triggered";
  }

  @Override
  public void ready(final int mask, final Errno failure) {
    assert mask != 0 || failure != Errno.NONE : this;
    assert (mask & ~Masks.IO) == 0 : mask;
    if (ready == 0 && error == Errno.NONE) {
      table.reported(this);
    }
    ready |= mask;
    if (failure != Errno.NONE) {
      error = failure;
    }
  }

  @Override
  public String toString() {
    return "events of " + name;
  }
}
