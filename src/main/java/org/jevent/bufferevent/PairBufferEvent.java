package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
import org.jevent.EventBase;

/** One of two ends joined in memory. Both have the same lock. */
final class PairBufferEvent extends BufferEvent {
  private PairBufferEvent partner;

  private PairBufferEvent(final EventBase base, final int options, final StreamLock lock) {
    super(base, options | DEFER_CALLBACKS, lock);
  }

  static BufferEvent[] make(final EventBase base, final int options) {
    final StreamLock lock = lockFor(options);
    final PairBufferEvent one = new PairBufferEvent(base, options, lock);
    final PairBufferEvent other = new PairBufferEvent(base, options, lock);
    one.partner = other;
    other.partner = one;
    return new BufferEvent[] {one, other};
  }

  @Override
  public BufferEvent partner() {
    return partner;
  }

  @Override
  void readingChanged() {
    updateTimeouts();
    if (partner != null) {
      partner.talk();
    }
  }

  @Override
  void writingChanged() {
    updateTimeouts();
    talk();
  }

  @Override
  void outputAdded() {
    updateTimeouts();
    talk();
  }

  private void talk() {
    if (partner == null || !mayWrite() || toSend.length() == 0) {
      return;
    }
    if (partner.discards) {
      toSend.clear();
      toSend.settle();
      sent();
    } else if (partner.mayRead()) {
      transfer(false);
    }
  }

  /** The partner only reads bytes that it drops. */
  @Override
  void discardInput() {
    super.discardInput();
    if (partner != null) {
      partner.talk();
    }
  }

  /** Without a partner no bytes leave any more. */
  @Override
  boolean isHopeless() {
    return partner == null;
  }

  private void sent() {
    if (!closed) {
      writeProgress();
      closeIfFlushed();
      runPending(true);
    }
  }

  /** Moves the output to the partner's input, as much as its high watermark lets in. */
  private boolean transfer(final boolean ignoreWatermarks) {
    final PairBufferEvent target = partner;
    final long high = ignoreWatermarks ? 0 : target.marks.readHigh();
    final long room = high == 0 ? Long.MAX_VALUE : high - target.received.length();
    if (room <= 0 || toSend.length() == 0) {
      return false;
    }
    toSend.moveTo(target.received, room);
    target.received.settle();
    toSend.settle();
    if (!target.closed) {
      target.readProgress();
      target.runPending(true);
    }
    sent();
    return true;
  }

  @Override
  public boolean flush(final int mask, final FlushMode mode) {
    requireDirections(mask);
    Objects.requireNonNull(mode, "mode");
    enter("flush");
    try {
      final PairBufferEvent other = partner;
      if (other == null || mode == FlushMode.NORMAL) {
        return false;
      }
      boolean moved = false;
      if ((mask & Event.READ) != 0) {
        moved |= other.transfer(true);
      }
      if ((mask & Event.WRITE) != 0 && !closed) {
        moved |= transfer(true);
      }
      if (mode == FlushMode.FINISHED) {
        final int direction =
            ((mask & Event.WRITE) != 0 ? READING : 0) | ((mask & Event.READ) != 0 ? WRITING : 0);
        other.pendEvent(EOF | direction, other.error);
        other.runPending(true);
      }
      return moved;
    } finally {
      exit();
    }
  }

  @Override
  void unlink() {
    final PairBufferEvent other = partner;
    partner = null;
    closeBuffer(toSend, output);
    if (other != null) {
      other.partner = null;
      other.closeIfFlushed();
    }
  }

  @Override
  public String toString() {
    return "buffer event of a pair";
  }
}
