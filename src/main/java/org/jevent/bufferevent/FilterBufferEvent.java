package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
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
  private final DataCallback onRead = self -> onUnderlyingRead();

  /** The output present is the last, once the filters above have given theirs. */
  private boolean finishing;

  /** The output filter has been called with the end of the output, and gives nothing more. */
  private boolean finished;

  /** The end of the input below, while bytes before it are held back by this one's watermark. */
  private int heldEnd;

  private Errno heldError = Errno.NONE;

  private boolean processingInput;
  private boolean processingOutput;

  FilterBufferEvent(
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final int options) {
    super(underlying.base(), options, lockOf(underlying, options));
    this.underlying = underlying;
    inFilter = input == null ? PASS : input;
    outFilter = output == null ? PASS : output;
    underlying.setCallbacks(
        onRead, self -> onUnderlyingWrite(), (self, what) -> onUnderlyingEvent(what));
    underlying.upper = this;
    underlying.suspendReading(FILTER);
    underlying.enable(Event.READ | Event.WRITE);
  }

  /** Its lock; refused before anything is made if it is closed or another thread's. */
  private static StreamLock lockOf(final BufferEvent underlying, final int options) {
    underlying.enter("filter");
    try {
      if (underlying.upper != null) {
        throw new IllegalStateException(
            "filter: " + underlying + " has a filter already; the next one goes on top of that");
      }
    } finally {
      underlying.exit();
    }
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
      processInput(FlushMode.NORMAL);
      endOn();
      runPending(true);
    } else {
      underlying.suspendReading(FILTER);
    }
  }

  @Override
  void writingChanged() {
    updateTimeouts();
    processOutput(FlushMode.NORMAL);
    runPending(true);
  }

  @Override
  void outputAdded() {
    updateTimeouts();
    finished = false;
    processOutput(FlushMode.NORMAL);
    finishOn();
    runPending(true);
  }

  // ---- callbacks of the underlying buffer event ----

  private void onUnderlyingRead() {
    guard.enter();
    try {
      if (!closed) {
        processInput(FlushMode.NORMAL);
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  private void onUnderlyingWrite() {
    guard.enter();
    try {
      if (!closed) {
        processOutput(FlushMode.NORMAL);
        finishOn();
        closeIfFlushed();
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  private void onUnderlyingEvent(final int what) {
    guard.enter();
    try {
      if (!closed) {
        if (isEndOfInput(what) && holdsInputBack()) {
          heldEnd = what;
          heldError = underlying.error();
        } else {
          pendEvent(what, underlying.error());
        }
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  private static boolean isEndOfInput(final int what) {
    return (what & READING) != 0 && (what & (EOF | ERROR)) != 0;
  }

  /** Bytes that came before the end have still to pass the filter. */
  private boolean holdsInputBack() {
    return !closeFlushed && !underlying.input().isEmpty() && (inputIsFull() || !mayRead());
  }

  /** The end that was held back is due when all before it has passed. */
  private void endOn() {
    if (heldEnd != 0 && !closed && !holdsInputBack()) {
      final int what = heldEnd;
      heldEnd = 0;
      pendEvent(what, heldError, true); // not before the read callback of the last bytes
    }
  }

  // ---- filtering ----

  private boolean inputIsFull() {
    return marks.readHigh() > 0 && received.length() >= marks.readHigh();
  }

  /** Calls the filter as long as it produces output of the input. */
  private boolean processInput(final FlushMode mode) {
    final boolean flushing = mode != FlushMode.NORMAL;
    if (processingInput
        || (!flushing && (!mayRead() || underlying.input().isEmpty() || inputIsFull()))) {
      return false;
    }
    processingInput = true;
    boolean produced = false;
    try {
      StreamFilter.Result result;
      do {
        final long limit =
            flushing || marks.readHigh() == 0 ? -1 : marks.readHigh() - received.length();
        result = processInputOnce(limit, mode);
        produced |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK
          && mayRead()
          && !underlying.input().isEmpty()
          && !inputIsFull());
      if (produced && !closed) {
        readProgress();
      }
      if (result == StreamFilter.Result.ERROR && !closed) {
        disableFor(READING);
        pendEvent(READING | ERROR, Errno.EPROTO);
      }
    } finally {
      processingInput = false;
    }
    return produced;
  }

  private StreamFilter.Result processInputOnce(final long limit, final FlushMode mode) {
    input.unfreezeBack();
    try {
      return call(inFilter, underlying.input(), input, limit, mode);
    } finally {
      input.freezeBack();
    }
  }

  /** A filter that answers OK and has moved nothing would be called without end: it needs more. */
  private StreamFilter.Result call(
      final StreamFilter filter,
      final EventBuffer source,
      final EventBuffer target,
      final long limit,
      final FlushMode mode) {
    final long sourceBefore = source.length();
    final long targetBefore = target.length();
    final StreamFilter.Result result = filter.filter(source, target, limit, mode);
    return result == StreamFilter.Result.OK
            && !closed
            && !underlying.isClosed()
            && source.length() == sourceBefore
            && target.length() == targetBefore
        ? StreamFilter.Result.NEED_MORE
        : result;
  }

  private boolean underlyingIsFull() {
    final long high = underlying.highWatermark(Event.WRITE);
    return high > 0 && underlying.output().length() >= high;
  }

  private boolean processOutput(final FlushMode mode) {
    final boolean flushing = mode != FlushMode.NORMAL;
    if (processingOutput
        || underlying == null
        || underlying.isClosed()
        || (!flushing && (!mayWrite() || toSend.length() == 0 || underlyingIsFull()))) {
      return false;
    }
    boolean produced = false;
    StreamFilter.Result result = StreamFilter.Result.ERROR;
    processingOutput = true;
    try {
      do {
        final long high = underlying.highWatermark(Event.WRITE);
        final long limit = flushing || high == 0 ? -1 : high - underlying.output().length();
        result = processOutputOnce(limit, mode);
        produced |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK
          && mayWrite()
          && toSend.length() > 0
          && !underlyingIsFull());
      finished |=
          mode == FlushMode.FINISHED
              && (toSend.length() == 0 || result == StreamFilter.Result.NEED_MORE);
    } catch (final RuntimeException e) {
      if (!closeFlushed && !finishing) {
        throw e;
      }
      context.services.report(this, e); // the stream that waits for its output would never end
    } finally {
      processingOutput = false;
    }
    if (produced && !closed) {
      writeProgress();
    }
    if (result == StreamFilter.Result.ERROR && !closed) {
      disableFor(WRITING);
      pendEvent(WRITING | ERROR, Errno.EPROTO);
    }
    if (!flushing) {
      finishOn(); // finishing may have begun while the filter ran
    }
    if (result == StreamFilter.Result.NEED_MORE && upper != null) {
      upper.underlyingNeedsMore();
    }
    return produced;
  }

  /** What the filter below keeps back leaves with more bytes only, not to its low watermark. */
  private void underlyingNeedsMore() {
    if (!closed && toSend.length() > 0 && !processingOutput) {
      processOutput(FlushMode.NORMAL);
      finishOn();
      runPending(true);
    }
  }

  private StreamFilter.Result processOutputOnce(final long limit, final FlushMode mode) {
    output.unfreezeFront();
    try {
      return call(outFilter, output, underlying.output(), limit, mode);
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
        moved |= processInput(mode);
        endOn();
      }
      if ((mask & Event.WRITE) != 0 && !closed) {
        moved |= processOutput(mode);
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
    return finished && (underlying.isClosed() || underlying.isFlushed());
  }

  @Override
  boolean isHopeless() {
    return underlying.isClosed() || underlying.isHopeless();
  }

  /** The underlying output has left, or never will. */
  void underlyingProgressed() {
    if (closeFlushed && !closed) {
      if (timeouts != null) {
        timeouts.restartWriting(isWriting());
      }
      closeIfFlushed();
    } else if (upper != null) {
      upper.underlyingProgressed();
    }
  }

  /** A filter that is to be closed waits for the underlying output, too. */
  @Override
  boolean isWriting() {
    return super.isWriting() || (closeFlushed && mayWrite() && !isFlushed());
  }

  /** What is not closed with the filter keeps its input for its next user. */
  @Override
  void discardInput() {
    super.discardInput();
    if ((options & CLOSE_ON_FREE) != 0) {
      underlying.discardInput();
    }
  }

  /** An error or a time-out may have disabled it below, where the output has to pass. */
  @Override
  void enableWritingBelow() {
    if (!underlying.isClosed()) {
      underlying.enabled |= Event.WRITE;
      underlying.writingChanged();
      underlying.enableWritingBelow();
    }
  }

  @Override
  void finishOutput() {
    finishing = true;
    finishOn();
  }

  /** Calls the filter with the end of the output, then the one below. */
  private void finishOn() {
    if (!finishing || closed || processingOutput) {
      return;
    }
    if (!finished && !underlyingIsFull()) {
      processOutput(FlushMode.FINISHED);
    }
    if (finished && !closed) {
      if (!underlying.isClosed()) {
        underlying.finishOutput();
      }
      closeIfFlushed();
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
