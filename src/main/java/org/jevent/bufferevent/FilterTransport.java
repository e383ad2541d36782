package org.jevent.bufferevent;

import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;
import org.jevent.internal.stream.UpperLayer;

/** Moves bytes through two functions to and from the stream below, whose lock it shares. */
final class FilterTransport implements Transport, UpperLayer {
  private static final StreamFilter PASS =
      (source, target, limit, mode) -> {
        source.removeTo(target, limit < 0 ? source.length() : limit);
        return StreamFilter.Result.OK;
      };

  private final StreamCore core;
  private final StreamCore below;
  private final BufferEvent underlying;
  private final StreamFilter inFilter;
  private final StreamFilter outFilter;
  private final EventFilter eventFilter;
  private final BufferEvent.DataCallback onRead = self -> onReadBelow();

  /** The output present is the last, once the filters above have given theirs. */
  private boolean finishing;

  /** The output filter has been called with the end of the output, and gives nothing more. */
  private boolean finished;

  /** The end of the input below, while bytes before it are held back by this one's watermark. */
  private int heldEnd;

  private Errno heldError = Errno.NONE;

  /** How the end of the input was reported, or 0. */
  private int reportedEnd;

  /** The output filter has left bytes, and wants more before it takes them. */
  private boolean keepsBack;

  private boolean processingInput;
  private boolean processingOutput;

  private FilterTransport(
      final StreamCore core,
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final EventFilter events) {
    this.core = core;
    this.underlying = underlying;
    below = underlying.core();
    inFilter = input == null ? PASS : input;
    outFilter = output == null ? PASS : output;
    eventFilter = events == null ? (stream, what) -> what : events;
  }

  /** Makes a buffer event over another one. */
  static BufferEvent make(
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final EventFilter events,
      final int options) {
    requireNoFilter(underlying);
    final StreamCore below = underlying.core();
    final StreamCore core = new StreamCore(below.base(), options, below.lock());
    final FilterTransport filter = new FilterTransport(core, underlying, input, output, events);
    final BufferEvent made = BufferEventAccess.started(core, filter);
    filter.open();
    return made;
  }

  /** Also refuses, before anything is made, one that is closed or another thread's. */
  private static void requireNoFilter(final BufferEvent underlying) {
    final StreamCore core = underlying.core();
    core.enter("filter");
    try {
      if (core.upper() != null) {
        throw new IllegalStateException(
            "filter: " + underlying + " has a filter already; the next one goes on top of that");
      }
    } finally {
      core.exit();
    }
  }

  /** Takes over the callbacks below, once its stream has been started. */
  private void open() {
    underlying.setCallbacks(onRead, self -> onWriteBelow(), (self, what) -> onEventBelow(what));
    below.upper(this);
    below.suspendReading(StreamCore.FILTER);
    underlying.enable(Event.READ | Event.WRITE);
  }

  @Override
  public StreamCore below() {
    return below;
  }

  // ---- what is wanted ----

  @Override
  public void readingChanged() {
    core.updateTimeouts();
    if (below.isClosed()) {
      return;
    }
    if (core.mayRead()) {
      below.resumeReading(StreamCore.FILTER);
      processInput(FlushMode.NORMAL);
      deliverHeldEnd();
      core.runPending(true);
    } else {
      below.suspendReading(StreamCore.FILTER);
    }
  }

  @Override
  public void readingEnabled() {
    if (reportedEnd != 0 && core.hasInputEnded() && below.hasInputEnded() && heldEnd == 0) {
      core.reportEndAgain(reportedEnd, core.error());
    }
  }

  @Override
  public void writingChanged() {
    core.updateTimeouts();
    processOutput(FlushMode.NORMAL);
    core.runPending(true);
  }

  @Override
  public void outputAdded() {
    core.updateTimeouts();
    finished = false;
    keepsBack = false;
    processOutput(FlushMode.NORMAL);
    endOutput();
    core.runPending(true);
  }

  @Override
  public boolean isReading() {
    return core.mayRead();
  }

  /** A filter that is to be closed waits for the output below, too. */
  @Override
  public boolean isWriting() {
    return core.mayWrite() && (core.toSend().length() > 0 || (core.isClosing() && !isFlushed()));
  }

  // ---- callbacks of the stream below ----

  private void onReadBelow() {
    core.guard().enter();
    try {
      if (!core.isClosed()) {
        processInput(FlushMode.NORMAL);
        core.runPending(false);
      }
    } finally {
      core.guard().exit();
    }
  }

  private void onWriteBelow() {
    core.guard().enter();
    try {
      if (!core.isClosed()) {
        processOutput(FlushMode.NORMAL);
        endOutput();
        core.closeIfFlushed();
        core.runPending(false);
      }
    } finally {
      core.guard().exit();
    }
  }

  private void onEventBelow(final int found) {
    core.guard().enter();
    try {
      if (core.isClosed()) {
        return;
      }
      final int what = filtered(found);
      if (what == 0 || core.isClosed()) {
        return;
      }
      if (isEndOfInput(what) && holdsInputBack()) {
        heldEnd = what;
        heldError = below.error();
      } else {
        reportedEnd = isEndOfInput(what) ? what : reportedEnd;
        core.pendEvent(what, below.error());
      }
      core.runPending(false);
    } finally {
      core.guard().exit();
    }
  }

  private int filtered(final int found) {
    try {
      return eventFilter.filter(underlying, found);
    } catch (final Throwable e) {
      core.report(e);
      return found;
    }
  }

  private static boolean isEndOfInput(final int what) {
    return (what & BufferEvent.READING) != 0 && (what & (BufferEvent.EOF | BufferEvent.ERROR)) != 0;
  }

  /** Bytes that came before the end have still to pass the filter. */
  private boolean holdsInputBack() {
    return !core.isClosing()
        && below.received().length() > 0
        && (core.inputIsFull() || !core.mayRead());
  }

  /** The end that was held back is due when all before it has passed. */
  private void deliverHeldEnd() {
    assert heldEnd == 0 || isEndOfInput(heldEnd) : heldEnd;
    if (heldEnd != 0 && !core.isClosed() && !holdsInputBack()) {
      final int what = heldEnd;
      heldEnd = 0;
      reportedEnd = what;
      core.pendEvent(what, heldError, true); // not before the read callback of the last bytes
    }
  }

  // ---- filtering ----

  /** Calls the filter as long as it produces output of the input. */
  private boolean processInput(final FlushMode mode) {
    final boolean flushing = mode != FlushMode.NORMAL;
    if (processingInput || (!flushing && !mayProcessInput())) {
      return false;
    }
    assert !core.isClosed() : this;
    processingInput = true;
    final long before = core.received().length();
    boolean produced = false;
    try {
      StreamFilter.Result result;
      do {
        final long high = core.bounds().readHigh();
        final long limit = flushing || high == 0 ? -1 : high - core.received().length();
        result = processInputOnce(limit, mode);
        produced |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK && mayProcessInput());
      if ((produced || core.received().length() > before) && !core.isClosed()) {
        core.readProgress();
      }
      if (result == StreamFilter.Result.ERROR && !core.isClosed()) {
        core.disableFor(BufferEvent.READING);
        core.pendEvent(BufferEvent.READING | BufferEvent.ERROR, Errno.EPROTO);
      }
    } finally {
      processingInput = false;
    }
    return produced;
  }

  private boolean mayProcessInput() {
    return core.mayRead() && below.received().length() > 0 && !core.inputIsFull();
  }

  private StreamFilter.Result processInputOnce(final long limit, final FlushMode mode) {
    core.input().unfreezeBack();
    try {
      return call(inFilter, below.input(), core.input(), limit, mode);
    } finally {
      core.input().freezeBack();
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
    assert limit > 0 || limit == -1 : limit;
    final StreamFilter.Result result;
    try {
      result = filter.filter(source, target, limit, mode);
    } catch (final Throwable e) {
      core.report(e); // the operation that has brought the bytes has taken effect
      return StreamFilter.Result.ERROR;
    }
    return result == StreamFilter.Result.OK
            && !core.isClosed()
            && !below.isClosed()
            && source.length() == sourceBefore
            && target.length() == targetBefore
        ? StreamFilter.Result.NEED_MORE
        : result;
  }

  private boolean isFullBelow() {
    final long high = below.bounds().writeHigh();
    return high > 0 && below.toSend().length() >= high;
  }

  private boolean mayProcessOutput() {
    return core.mayWrite() && core.toSend().length() > 0 && !isFullBelow();
  }

  private boolean processOutput(final FlushMode mode) {
    final boolean flushing = mode != FlushMode.NORMAL;
    if (processingOutput || below.isClosed() || (!flushing && !mayProcessOutput())) {
      return false;
    }
    final long before = core.toSend().length();
    boolean produced = false;
    StreamFilter.Result result;
    processingOutput = true;
    try {
      do {
        final long high = below.bounds().writeHigh();
        final long limit = flushing || high == 0 ? -1 : high - below.toSend().length();
        result = processOutputOnce(limit, mode);
        produced |= result == StreamFilter.Result.OK;
      } while (result == StreamFilter.Result.OK && mayProcessOutput());
      finished |=
          mode == FlushMode.FINISHED
              && (core.toSend().length() == 0 || result == StreamFilter.Result.NEED_MORE);
    } finally {
      processingOutput = false;
    }
    if ((produced || core.toSend().length() < before) && !core.isClosed()) {
      core.writeProgress();
    }
    if (result == StreamFilter.Result.ERROR && !core.isClosed()) {
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, Errno.EPROTO);
    }
    if (!flushing) {
      endOutput(); // the end may have been asked for while the filter ran
    }
    keepsBack = result == StreamFilter.Result.NEED_MORE;
    if (keepsBack && core.upper() != null) {
      core.upper().belowNeedsMore();
    }
    return produced;
  }

  private StreamFilter.Result processOutputOnce(final long limit, final FlushMode mode) {
    core.output().unfreezeFront();
    try {
      return call(outFilter, core.output(), below.output(), limit, mode);
    } finally {
      core.output().freezeFront();
    }
  }

  /** What the filter below keeps back leaves with more bytes only, not to its low watermark. */
  @Override
  public void belowNeedsMore() {
    if (!core.isClosed() && core.toSend().length() > 0 && !processingOutput) {
      processOutput(FlushMode.NORMAL);
      endOutput();
      core.runPending(true);
    }
    if (core.isClosing()) {
      core.closeIfFlushed();
    }
  }

  @Override
  public boolean flush(final int mask, final int mode) {
    final FlushMode insisting = FlushMode.of(mode);
    boolean moved = false;
    if ((mask & Event.READ) != 0) {
      moved |= processInput(insisting);
      deliverHeldEnd();
    }
    if ((mask & Event.WRITE) != 0 && !core.isClosed()) {
      moved |= processOutput(insisting);
    }
    if (!core.isClosed() && !below.isClosed()) {
      underlying.flush(mask, insisting);
    }
    core.runPending(true);
    return moved;
  }

  // ---- the end ----

  @Override
  public boolean isFlushed() {
    return finished && core.isFlushedBelow();
  }

  @Override
  public boolean isDrained() {
    return (core.toSend().length() == 0 || keepsBack)
        && (below.isClosed() || below.transport().isDrained());
  }

  @Override
  public boolean isHopeless() {
    return below.isClosed() || below.transport().isHopeless();
  }

  @Override
  public void belowProgressed() {
    core.outputProgressed();
    if (core.isClosing()) {
      if (core.timeouts() != null) {
        core.timeouts().restartWriting(isWriting());
      }
      core.closeIfFlushed();
    } else if (core.upper() != null) {
      core.upper().belowProgressed();
    }
  }

  @Override
  public void belowInputEnded() {
    if (core.discards()) {
      core.discardedInputEnded();
    }
  }

  @Override
  public void belowReopened() {
    heldEnd = 0;
    reportedEnd = 0;
    if (!core.isClosing()) {
      finishing = false;
      finished = false;
    }
    core.reopened();
  }

  @Override
  public void requireReplaceable(final String operation) {
    if (core.upper() != null) {
      core.upper().requireReplaceable(operation);
    }
  }

  @Override
  public boolean awaitsDrain() {
    return core.isClosing() || (core.upper() != null && core.upper().awaitsDrain());
  }

  /** What is not closed with the filter keeps its input for its next user. */
  @Override
  public void discardInput() {
    if (core.ownsBelow()) {
      below.discardInput();
    }
  }

  /** An error or a time-out may have disabled it below, where the output has to pass. */
  @Override
  public void enableWritingBelow() {
    if (!below.isClosed()) {
      below.enabled(below.enabled() | Event.WRITE, Event.WRITE);
      below.transport().enableWritingBelow();
    }
  }

  /** The stream below ends with this one, or is the program's to end. */
  @Override
  public void breakOff() {
    if (core.ownsBelow()) {
      below.transport().breakOff();
    }
  }

  @Override
  public void finishOutput() {
    finishing = true;
    endOutput();
  }

  @Override
  public void shutdownOutput() {
    finishOutput();
  }

  /** Calls the filter with the end of the output, then ends the stream below. */
  private void endOutput() {
    if (!finishing || core.isClosed() || processingOutput) {
      return;
    }
    if (!finished && !isFullBelow()) {
      processOutput(FlushMode.FINISHED);
    }
    if (finished && !core.isClosed()) {
      if (!below.isClosed()) {
        finishBelow();
        if (core.isOutputEnding()) {
          core.outputEnded();
          below.shutdownOutput();
        }
      }
      core.closeIfFlushed();
    }
  }

  private void finishBelow() {
    if (core.ownsBelow()) {
      below.transport().finishOutput();
    } else {
      below.transport().progressWatched(); // it goes on, and this one waits for the bytes
    }
  }

  @Override
  public void close() {
    core.closeOutput();
    if (below.upper() == this) {
      below.upper(null);
    }
    if (below.isClosed()) {
      return;
    }
    if (core.ownsBelow()) {
      underlying.close();
    } else {
      if (underlying.readCallback() == onRead) {
        underlying.setCallbacks(null, null, null);
      }
      below.resumeReading(StreamCore.FILTER);
    }
  }

  @Override
  public String toString() {
    return "filter on " + underlying;
  }
}
