package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
import org.jevent.error.Errno;

/** A buffer event on top of another one. It has the other one's lock. */
final class FilterBufferEvent extends BufferEvent {
  private static final StreamFilter PASS =
      (source, target, limit, mode) -> {
        source.removeTo(target, limit < 0 ? source.length() : limit);
        return StreamFilter.Result.OK;
      };

  private final BufferEvent underlying;
  private final StreamFilter inFilter;
  private final StreamFilter outFilter;
  private final DataCallback onRead = self -> lowerHasRead();

  /** The output filter has been told that nothing follows. */
  private boolean finished;

  private boolean turningIn;
  private boolean turningOut;

  FilterBufferEvent(
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final int options) {
    super(underlying.base(), options, lockOf(underlying, options));
    this.underlying = underlying;
    inFilter = input == null ? PASS : input;
    outFilter = output == null ? PASS : output;
    underlying.setCallbacks(onRead, self -> lowerHasWritten(), (self, what) -> lowerEvent(what));
    underlying.upper = this;
    underlying.suspendReading(FILTER);
    underlying.enable(Event.READ | Event.WRITE);
  }

  /** Its lock; refused before anything is made if it is closed or another thread's. */
  private static StreamLock lockOf(final BufferEvent underlying, final int options) {
    underlying.enter("filter");
    underlying.exit();
    return underlying.guard instanceof StreamLock lock ? lock : lockFor(options);
  }

  @Override
  public BufferEvent underlying() {
    return underlying;
  }

  // ---- what is wanted ----

  @Override
  void readingChanged() {
    updateTimeouts();
    if (underlying == null || underlying.isClosed()) {
      return;
    }
    if (mayRead()) {
      underlying.resumeReading(FILTER);
      turnInput(FlushMode.NORMAL);
      runPending(true);
    } else {
      underlying.suspendReading(FILTER);
    }
  }

  @Override
  void writingChanged() {
    updateTimeouts();
    turnOutput(FlushMode.NORMAL);
    runPending(true);
  }

  @Override
  void outputAdded() {
    updateTimeouts();
    turnOutput(FlushMode.NORMAL);
    runPending(true);
  }

  // ---- what comes from below ----

  private void lowerHasRead() {
    guard.enter();
    try {
      if (!closed) {
        turnInput(FlushMode.NORMAL);
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  private void lowerHasWritten() {
    guard.enter();
    try {
      if (!closed) {
        turnOutput(FlushMode.NORMAL);
        if (closeFlushed) {
          finishOutput();
        }
        closeIfFlushed();
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  private void lowerEvent(final int what) {
    guard.enter();
    try {
      if (!closed) {
        pendEvent(what, underlying.error());
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  // ---- turning ----

  private boolean inputIsFull() {
    return marks.readHigh() > 0 && received.length() >= marks.readHigh();
  }

  /** Calls the filter as long as it makes something of what has arrived. */
  private boolean turnInput(final FlushMode mode) {
    final boolean urged = mode != FlushMode.NORMAL;
    if (turningIn || (!urged && (!mayRead() || underlying.input().isEmpty() || inputIsFull()))) {
      return false;
    }
    turningIn = true;
    boolean turned = false;
    try {
      StreamFilter.Result result;
      do {
        final long limit =
            urged || marks.readHigh() == 0 ? -1 : marks.readHigh() - received.length();
        result = turnInputOnce(limit, mode);
        turned |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK
          && mayRead()
          && !underlying.input().isEmpty()
          && !inputIsFull());
      if (turned && !closed) {
        readProgress();
      }
      if (result == StreamFilter.Result.ERROR && !closed) {
        disableFor(READING);
        pendEvent(READING | ERROR, Errno.EPROTO);
      }
    } finally {
      turningIn = false;
    }
    return turned;
  }

  private StreamFilter.Result turnInputOnce(final long limit, final FlushMode mode) {
    input.unfreezeBack();
    try {
      return inFilter.filter(underlying.input(), input, limit, mode);
    } finally {
      input.freezeBack();
    }
  }

  private boolean lowerIsFull() {
    final long high = underlying.highWatermark(Event.WRITE);
    return high > 0 && underlying.output().length() >= high;
  }

  private boolean turnOutput(final FlushMode mode) {
    final boolean urged = mode != FlushMode.NORMAL;
    if (turningOut
        || underlying == null
        || underlying.isClosed()
        || (!urged && (!mayWrite() || toSend.length() == 0 || lowerIsFull()))) {
      return false;
    }
    turningOut = true;
    boolean turned = false;
    try {
      StreamFilter.Result result;
      do {
        final long high = underlying.highWatermark(Event.WRITE);
        final long limit = urged || high == 0 ? -1 : high - underlying.output().length();
        result = turnOutputOnce(limit, mode);
        turned |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK
          && mayWrite()
          && toSend.length() > 0
          && !lowerIsFull());
      if (turned && !closed) {
        writeProgress();
      }
      if (result == StreamFilter.Result.ERROR && !closed) {
        disableFor(WRITING);
        pendEvent(WRITING | ERROR, Errno.EPROTO);
      }
    } finally {
      turningOut = false;
    }
    return turned;
  }

  private StreamFilter.Result turnOutputOnce(final long limit, final FlushMode mode) {
    output.unfreezeFront();
    try {
      return outFilter.filter(output, underlying.output(), limit, mode);
    } finally {
      output.freezeFront();
    }
  }

  @Override
  public boolean flush(final int mask, final FlushMode mode) {
    requireDirections(mask);
    Objects.requireNonNull(mode, "mode");
    enter("flush");
    try {
      boolean moved = false;
      if ((mask & Event.READ) != 0) {
        moved |= turnInput(mode);
      }
      if ((mask & Event.WRITE) != 0 && !closed) {
        moved |= turnOutput(mode);
      }
      if (!closed && !underlying.isClosed()) {
        underlying.flush(mask, mode);
      }
      runPending(true);
      return moved;
    } finally {
      exit();
    }
  }

  // ---- the end ----

  @Override
  boolean isFlushed() {
    return (toSend.length() == 0 || finished) && (underlying.isClosed() || underlying.isFlushed());
  }

  @Override
  boolean isHopeless() {
    return underlying.isClosed() || underlying.isHopeless();
  }

  /** Bytes have left below, or never will. */
  void lowerProgressed() {
    if (closeFlushed && !closed) {
      if (timeouts != null) {
        timeouts.restartWriting(isWriting());
      }
      closeIfFlushed();
    } else if (upper != null) {
      upper.lowerProgressed();
    }
  }

  /** A filter that is to be closed waits for what is below, too. */
  @Override
  boolean isWriting() {
    return super.isWriting() || (closeFlushed && mayWrite() && !isFlushed());
  }

  @Override
  void discardInput() {
    super.discardInput();
    underlying.discardInput();
  }

  @Override
  void finishOutput() {
    if (toSend.length() > 0 && !lowerIsFull() && !turningOut) {
      turnOutput(FlushMode.FINISHED);
      finished = true;
    }
    if (!underlying.isClosed()) {
      underlying.finishOutput();
    }
  }

  @Override
  void unlink() {
    closeBuffer(toSend, output);
    if (underlying.upper == this) {
      underlying.upper = null;
    }
    if (underlying.isClosed()) {
      return;
    }
    if ((options & CLOSE_ON_FREE) != 0) {
      underlying.close();
    } else {
      if (underlying.readCallback() == onRead) {
        underlying.setCallbacks(null, null, null);
      }
      underlying.resumeReading(FILTER);
    }
  }

  @Override
  public String toString() {
    return "filter on " + underlying;
  }
}
