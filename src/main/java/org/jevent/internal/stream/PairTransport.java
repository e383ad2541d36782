package org.jevent.internal.stream;

import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.internal.loop.Masks;

/** Moves bytes between two streams in memory. Both have the same lock, and each is one's end. */
public final class PairTransport implements Transport {
  private final StreamCore core;
  private PairTransport partner;

  private PairTransport(final StreamCore core) {
    this.core = core;
  }

  /**
   * Two joined streams, which are to be started. Their callbacks are always deferred.
   *
   * @param options as those of a {@link StreamCore}
   */
  public static PairTransport[] make(final EventBase base, final int options) {
    final int deferred = options | StreamCore.DEFER_CALLBACKS;
    final StreamCore first = new StreamCore(base, deferred, null);
    final PairTransport one = new PairTransport(first);
    final PairTransport other = new PairTransport(new StreamCore(base, deferred, first.lock()));
    one.partner = other;
    other.partner = one;
    return new PairTransport[] {one, other};
  }

  /** The stream that it moves bytes of. */
  public StreamCore core() {
    return core;
  }

  @Override
  public StreamCore partner() {
    return partner == null ? null : partner.core;
  }

  @Override
  public void readingChanged() {
    core.updateTimeouts();
    if (partner != null) {
      partner.move();
    }
  }

  @Override
  public void readingEnabled() {
    if (core.hasInputEnded() && (partner == null || partner.core.hasOutputEnded())) {
      core.reportEndAgain(StreamCore.READING | StreamCore.EOF, Errno.NONE);
    }
  }

  @Override
  public void writingChanged() {
    core.updateTimeouts();
    move();
  }

  @Override
  public void outputAdded() {
    core.updateTimeouts();
    move();
  }

  @Override
  public boolean isReading() {
    return core.mayRead();
  }

  @Override
  public boolean isWriting() {
    return core.mayWrite() && core.toSend.length() > 0;
  }

  @Override
  public boolean isFlushed() {
    return core.toSend.length() == 0;
  }

  /** Without a partner no bytes leave any more. */
  @Override
  public boolean isHopeless() {
    return partner == null;
  }

  /** The partner only reads bytes that it drops. */
  @Override
  public void discardInput() {
    if (partner != null) {
      partner.move();
    }
  }

  private void move() {
    if (partner == null || core.isClosed()) {
      return;
    }
    if (core.mayWrite() && core.toSend.length() > 0) {
      if (partner.core.discards()) {
        drop();
      } else if (partner.core.mayRead()) {
        transfer(false);
      }
    }
    endOutput();
  }

  /** The partner takes bytes in only to drop them. */
  private void drop() {
    core.toSend.clear();
    core.toSend.settle();
    sent();
  }

  private void sent() {
    if (!core.isClosed()) {
      core.writeProgress();
      core.closeIfFlushed();
      core.runPending(true);
    }
  }

  /** Moves the output to the partner's input, as much as its high watermark lets in. */
  private boolean transfer(final boolean ignoreWatermarks) {
    final StreamCore target = partner.core;
    final long high = ignoreWatermarks ? 0 : target.bounds().readHigh();
    final long room = high == 0 ? Long.MAX_VALUE : high - target.received.length();
    if (room <= 0 || core.toSend.length() == 0) {
      return false;
    }
    if (target.discards()) {
      drop();
      return true;
    }
    core.toSend.moveTo(target.requireReceived(), room);
    target.received.settle();
    core.toSend.settle();
    if (!target.isClosed()) {
      target.readProgress();
      target.runPending(true);
    }
    sent();
    return true;
  }

  @Override
  public void shutdownOutput() {
    endOutput();
  }

  /** The partner reads the end, once, after all bytes before it. */
  private void endOutput() {
    if (!core.isOutputEnding() || partner == null || core.toSend.length() > 0) {
      return;
    }
    core.outputEnded();
    final StreamCore target = partner.core;
    if (target.discards()) {
      target.discardedInputEnded();
    } else {
      target.disableFor(StreamCore.READING);
      target.pendEvent(StreamCore.READING | StreamCore.EOF, Errno.NONE);
      target.runPending(true);
    }
  }

  @Override
  public boolean flush(final int mask, final int mode) {
    final PairTransport other = partner;
    if (other == null || mode == NORMAL) {
      return false;
    }
    boolean moved = false;
    if ((mask & Masks.READ) != 0) {
      moved |= other.transfer(true);
    }
    if ((mask & Masks.WRITE) != 0 && !core.isClosed() && partner != null) {
      moved |= transfer(true);
    }
    if (mode == FINISHED) {
      finish(other.core, mask);
    }
    return moved;
  }

  private static void finish(final StreamCore target, final int mask) {
    if ((mask & Masks.WRITE) != 0 && target.discards()) {
      target.discardedInputEnded();
      return;
    }
    final int direction =
        ((mask & Masks.WRITE) != 0 ? StreamCore.READING : 0)
            | ((mask & Masks.READ) != 0 ? StreamCore.WRITING : 0);
    target.pendEvent(StreamCore.EOF | direction, target.error());
    target.runPending(true);
  }

  @Override
  public void close() {
    final PairTransport other = partner;
    partner = null;
    core.closeOutput();
    if (other != null) {
      other.partner = null;
      other.core.closeIfFlushed();
      if (other.core.discards() && !other.core.isClosed()) {
        other.core.discardedInputEnded(); // it waited for the end that cannot come any more
      }
    }
  }

  @Override
  public String toString() {
    return "buffer event of a pair";
  }
}
