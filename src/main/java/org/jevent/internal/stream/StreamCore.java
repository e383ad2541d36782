package org.jevent.internal.stream;

import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.LoopObserver;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.loop.PrePollTask;

/**
 * What every stream has, however its bytes move: two queues, the directions that are wanted and
 * suspended, the callbacks due, and the stages of closing. A {@link Transport} moves the bytes.
 *
 * <p>It is its own job and pre-poll task, as a server has many idle streams.
 *
 * <p>Threads: each method is called with the guard held, but those of other interfaces.
 */
public final class StreamCore extends StreamQueues implements PrePollTask {
  private StreamState state = StreamState.OPEN;

  /** The stream on top of this one, or null. */
  private UpperLayer upper;

  /** What adds to the output as fast as it leaves, or null. */
  private DrainListener drainListener;

  private Half inputHalf = Half.OPEN;
  private Half outputHalf = Half.OPEN;
  private boolean prePollScheduled;

  /** What arrives is dropped, as the stream will be closed when its output has left. */
  private boolean discards;

  /**
   * A stream without a transport; {@link #start} is next.
   *
   * @param options a union of {@link #CLOSE_ON_FREE} and its relatives
   * @param lock the lock of another stream to share, or null for what the options say
   */
  public StreamCore(final EventBase base, final int options, final StreamLock lock) {
    this(StreamContext.of(base), options, lock);
  }

  private StreamCore(final StreamContext context, final int options, final StreamLock lock) {
    super(context, options, guard(context, options, lock));
  }

  private static Guard guard(
      final StreamContext context, final int options, final StreamLock lock) {
    if (lock != null) {
      return lock;
    }
    return (options & THREADSAFE) != 0 ? new StreamLock() : context.loopGuard;
  }

  /**
   * The stream begins.
   *
   * @param stream the public object, which callbacks are called with
   */
  public void start(final Object stream, final Transport mover) {
    assert transport == null : "started already: " + this;
    begin(stream, mover);
    context.pressure.opened();
    final LoopObserver observer = services().observer();
    if (observer != null) {
      requireExtras().totals = new StreamExtras.Totals();
      observer.streamOpened(stream);
    }
  }

  // ---- its parts ----

  /** Its lock, for a stream on top of it; null: it has none. */
  public StreamLock lock() {
    return guard instanceof StreamLock lock ? lock : null;
  }

  @Override
  public boolean isClosed() {
    return state == StreamState.CLOSED;
  }

  /** It closes when its output has left, and calls no callback until then. */
  public boolean isClosing() {
    return state.isFlushing() || state == StreamState.LINGERING;
  }

  public boolean discards() {
    return discards;
  }

  // ---- the frame around each operation ----

  /**
   * Begins an operation; {@link #exit} ends it.
   *
   * @throws IllegalStateException if the stream or its base is closed
   */
  public void enter(final String operation) {
    StackReserve.largest();
    guard.enter();
    try {
      if (state == StreamState.CLOSED) {
        throw new IllegalStateException(operation + ": the buffer event is closed");
      }
      requireOpenBase(operation);
    } catch (final Throwable e) {
      guard.exit();
      throw e;
    }
    used();
  }

  public void exit() {
    guard.exit();
  }

  public void callbacks(final Object read, final Object write, final Object event) {
    setCallbacks(read, write, event);
    transport.progressWatched();
  }

  /** How many bytes a pipe may have waiting in it. Any thread. */
  public long allowance() {
    return context.pressure.allowance();
  }

  /**
   * The user of the stream holds that many bytes, taken from the input or on their way to the
   * output: they count like those in the queues where memory is short.
   */
  public void heldBeside(final long bytes) {
    final StreamExtras present = extras();
    final long before = present == null ? 0 : present.heldBeside;
    if (bytes == before || isClosed()) {
      return;
    }
    guard.enter();
    try {
      requireExtras().heldBeside = bytes;
      if (bytes > before) {
        context.pressure.grown(this);
      } else if (isSuspendedFor(MEMORY)) {
        context.pressure.shrunk(this);
      }
    } finally {
      guard.exit();
    }
  }

  // ---- progress ----

  /** Bytes were added to the input: the read callback is due if there are enough. */
  public void readProgress() {
    context.pressure.grown(this);
    if (timeouts() != null) {
      timeouts().restartReading(transport.isReading());
    }
    if (received.length() >= bounds().readLow()) {
      pendRead();
    }
  }

  /** Bytes have left the output: the write callback is due if few enough are left. */
  public void writeProgress() {
    if (timeouts() != null) {
      timeouts().restartWriting(transport.isWriting());
    }
    if (toSend.length() <= bounds().writeLow()) {
      pendWrite();
    }
    outputProgressed();
  }

  /** Bytes have left this stream, or one below it. */
  public void outputProgressed() {
    if (drainListener != null) {
      try {
        drainListener.drained();
      } catch (final Throwable e) {
        report(e); // what moves the bytes of this stream has more to do
      }
    }
  }

  /** How many bytes wait to leave, here and below. */
  public long waiting() {
    long sum = toSend.length();
    for (StreamCore below = transport.below(); below != null; below = below.transport.below()) {
      sum += below.toSend.length();
    }
    return sum;
  }

  public DrainListener drainListener() {
    return drainListener;
  }

  public void drainListener(final DrainListener next) {
    drainListener = next;
    transport.progressWatched();
  }

  /** Whether something waits for the output to leave, so that it must be known at once. */
  boolean isAwaited() {
    return writeCallback() != null
        || timeouts() != null
        || limits() != null
        || isClosing()
        || isOutputEnding()
        || (drainListener != null && drainListener.isWaiting());
  }

  /** The end of the input, or an error of it, was found. */
  public boolean hasInputEnded() {
    return inputHalf == Half.ENDED;
  }

  /** The end of the output is to be passed on when the output has left. */
  public boolean isOutputEnding() {
    return outputHalf == Half.ENDING;
  }

  /** The output has ended, or will when it has left. */
  public boolean isOutputLast() {
    return outputHalf != Half.OPEN;
  }

  /** The end of the output was passed on. */
  boolean hasOutputEnded() {
    return outputHalf == Half.ENDED;
  }

  /** The transport has passed the end of the output on. */
  public void outputEnded() {
    assert outputHalf == Half.ENDING : outputHalf + ": " + this;
    outputHalf = Half.ENDED;
  }

  /** The transport has another connection, whose bytes have not ended. */
  public void reopened() {
    inputHalf = Half.OPEN;
    outputHalf = Half.OPEN;
    if (upper != null) {
      upper.belowReopened();
    }
  }

  /**
   * Reports the end of the input once more, before the next wait, to a program that has enabled
   * reading after it. The program may set its callbacks until then.
   */
  public void reportEndAgain(final int what, final Errno reason) {
    assert hasInputEnded() : this;
    if (!isEndPending()) {
      services().beforeNextPoll(() -> endAgain(what, reason));
    }
  }

  private void endAgain(final int what, final Errno reason) {
    guard.enter();
    try {
      final boolean isEnabled = (enabled() & Masks.READ) != 0 && !isClosed() && !isClosing();
      if (isEnabled && hasInputEnded() && !discards) {
        disableFor(READING);
        pendEvent(what, reason);
        runPending(true);
      }
    } finally {
      guard.exit();
    }
  }

  /** Ends the output for the peer, once it has left. */
  public void shutdownOutput() {
    if (outputHalf == Half.OPEN) {
      outputHalf = Half.ENDING;
      transport.shutdownOutput();
    }
  }

  /** Asks for {@link Transport#beforePoll} before the loop waits. */
  public void schedulePrePoll() {
    if (!prePollScheduled) {
      prePollScheduled = true;
      services().beforeNextPoll(this);
    }
  }

  @Override
  public void beforePoll() {
    guard.enter();
    try {
      prePollScheduled = false;
      transport.beforePoll();
    } finally {
      guard.exit();
    }
  }

  // ---- events ----

  @Override
  public void pendEvent(final int what, final Errno reason) {
    pendEvent(what, reason, false);
  }

  /**
   * The event callback is due.
   *
   * @param hold not before the loop has waited once more
   */
  public void pendEvent(final int what, final Errno reason, final boolean hold) {
    if ((what & READING) != 0 && (what & (EOF | ERROR)) != 0) {
      inputHalf = Half.ENDED;
    }
    if (!isClosing()) {
      addEvent(what, reason, hold);
      if ((what & WRITING) != 0 && (what & (ERROR | TIMEOUT)) != 0 && drainListener != null) {
        reportFailure(drainListener);
      }
      return;
    }
    noteError(reason);
    if ((what & (ERROR | TIMEOUT)) != 0) {
      close(); // an end of the peer's half or a connection is no reason to stop flushing
    }
  }

  /** Before the next wait, which is after the event callback. */
  private void reportFailure(final DrainListener listener) {
    services()
        .beforeNextPoll(
            () -> {
              guard.enter();
              try {
                if (drainListener == listener) {
                  listener.failed();
                }
              } finally {
                guard.exit();
              }
            });
  }

  @Override
  Errno refined(final Errno reason) {
    return transport.refined(reason);
  }

  /**
   * A reader that has left the input full is called again, later; a filter at rest looks itself.
   */
  @Override
  boolean mayStillRead() {
    return inputIsFull()
        && state != StreamState.CLOSED
        && (enabled() & Masks.READ) != 0
        && !isSuspendedFor(FILTER);
  }

  // ---- streams on top of each other ----

  /** Whether the stream below ends with this one; otherwise it goes on. */
  public boolean ownsBelow() {
    return has(CLOSE_ON_FREE);
  }

  /** Whether what the stream below was given has left, and its end where it ends with this one. */
  public boolean isFlushedBelow() {
    final StreamCore below = transport.below();
    return below.isClosed()
        || (ownsBelow() ? below.transport.isFlushed() : below.transport.isDrained());
  }

  public UpperLayer upper() {
    return upper;
  }

  public void upper(final UpperLayer next) {
    upper = next;
  }

  // ---- the end ----

  /** Runs once, in the call that closes the stream or lets it close when its output has left. */
  public void addEndListener(final Runnable listener) {
    final StreamExtras extras = requireExtras();
    if (extras.endListeners == null) {
      extras.endListeners = new ArrayList<>(1);
    }
    extras.endListeners.add(listener);
  }

  public void removeEndListener(final Runnable listener) {
    final StreamExtras extras = extras();
    if (extras != null && extras.endListeners != null) {
      extras.endListeners.remove(listener);
    }
  }

  private void callEndListeners() {
    final StreamExtras extras = extras();
    if (extras != null && extras.endListeners != null) {
      final List<Runnable> listeners = extras.endListeners;
      extras.endListeners = null;
      listeners.forEach(this::runReporting);
    }
  }

  /** What it throws is reported, as the caller has more to do. */
  private void runReporting(final Runnable listener) {
    try {
      listener.run();
    } catch (final Throwable e) {
      report(e);
    }
  }

  private void to(final StreamState next) {
    assert state.leadsTo(next) : state + " to " + next + ": " + this;
    state = next;
  }

  /**
   * Closes the stream when its output has left.
   *
   * @param graceNanos how long it goes on reading then until the peer ends, and may take in all;
   *     -1: it closes at once
   */
  public void closeAfterFlush(final long graceNanos) {
    closeAfterFlush(
        graceNanos, graceNanos >= 0 ? StreamState.FLUSHING_GRACEFULLY : StreamState.FLUSHING);
  }

  /** Closes the stream when its output has left, or after that time. */
  public void closeWithin(final long nanos) {
    closeAfterFlush(nanos, StreamState.FLUSHING);
  }

  private void closeAfterFlush(final long deadlineNanos, final StreamState how) {
    if (state == StreamState.LINGERING && how == StreamState.FLUSHING) {
      close();
      return;
    }
    if (state == StreamState.OPEN) {
      context.beginFlush(this);
    }
    if (state != how && state != StreamState.LINGERING) {
      to(how);
    }
    startDeadline(deadlineNanos);
    setCallbacks(null, null, null);
    enableOnly(Masks.WRITE);
    discardInput();
    transport.enableWritingBelow();
    transport.readingChanged();
    transport.writingChanged();
    transport.finishOutput();
    closeIfFlushed();
    callEndListeners();
  }

  private void startDeadline(final long nanos) {
    if (nanos >= 0) {
      final StreamExtras extras = requireExtras();
      if (extras.closeDeadline == null) {
        extras.closeDeadline = newTimer((event, what) -> close());
      }
      services().startTimer(extras.closeDeadline, nanos);
    } else {
      stopDeadline();
    }
  }

  private void stopDeadline() {
    final StreamExtras extras = extras();
    if (extras != null && extras.closeDeadline != null) {
      extras.closeDeadline.deleteNoBlock();
      extras.closeDeadline = null;
    }
  }

  /** Drops what arrives from now on. */
  public void discardInput() {
    discards = true;
    transport.discardInput();
  }

  /** The output has shrunk, or can never leave: ends a stream that waits for that. */
  public void closeIfFlushed() {
    if (state.isFlushing()) {
      if (transport.isHopeless()) {
        close();
      } else if (transport.isFlushed()) {
        flushed();
      }
    }
    if (upper != null) {
      upper.belowProgressed();
    }
  }

  private void flushed() {
    final boolean leavesBelow = transport.below() != null && !ownsBelow();
    if (state == StreamState.FLUSHING || hasInputEnded() || leavesBelow) {
      close();
    } else {
      to(StreamState.LINGERING);
      shutdownOutput();
    }
  }

  /** Nothing more will arrive of what is dropped. */
  public void discardedInputEnded() {
    inputHalf = Half.ENDED;
    if (state == StreamState.LINGERING) {
      close();
    } else if (upper != null) {
      upper.belowInputEnded();
    }
  }

  /** Stops the callbacks, drops the output and lets the transport go. */
  public void close() {
    StackReserve.largest();
    guard.enter();
    try {
      if (state == StreamState.CLOSED) {
        return;
      }
      final boolean registered = isClosing();
      to(StreamState.CLOSED);
      final LoopObserver observer = services().observer();
      final StreamExtras.Totals totals = totals();
      if (observer != null && totals != null) {
        observer.streamClosed(face(), totals.received, totals.added - toSend.length());
      }
      setCallbacks(null, null, null);
      if (timeouts() != null) {
        timeouts().close();
      }
      stopDeadline();
      if (limits() != null) {
        limits().close();
      }
      context.pressure.closed(this);
      if (drainListener != null) {
        runReporting(drainListener::closed);
      }
      callEndListeners();
      cancel();
      closed();
      if (registered) {
        context.endFlush(this);
      }
      closeInput();
      try {
        transport.close();
      } catch (final Throwable e) {
        report(e);
      }
      if (upper != null) {
        upper.belowProgressed();
      }
    } finally {
      guard.exit();
    }
    if (guard instanceof StreamLock lock && !lock.isHeld() && !services().inLoop()) {
      awaitReturn();
    }
  }

  @Override
  public String toString() {
    return transport == null ? "buffer event" : transport.toString();
  }
}
