package org.jevent.bufferevent;

import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.access.BufferAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopObserver;
import org.jevent.internal.loop.PrePollTask;

/**
 * The state of every kind of buffer event: two queues, the directions wanted, and callbacks due.
 * The kinds say how bytes move.
 */
abstract class StreamState {
  /** Reasons to suspend a direction, apart from what the user has enabled. */
  static final int WATERMARK = 0x01;

  static final int BANDWIDTH = 0x02;
  static final int GROUP_BANDWIDTH = 0x04;
  static final int LOOKUP = 0x08;
  static final int FILTER = 0x10;

  private static final BufferAccess BUFFERS = BufferAccess.of(EventBuffer.class);

  private static final int PENDING_CONNECTED = 1;
  private static final int PENDING_READ = 2;
  private static final int PENDING_WRITE = 4;

  final EventBase base;
  final StreamContext context;
  final Guard guard;
  final ByteQueue received;
  final ByteQueue toSend;
  final EventBuffer input;
  final EventBuffer output;
  final Job job;
  final InternalCallbacks internalCallbacks;
  BufferEvent.DataCallback readCallback;
  BufferEvent.DataCallback writeCallback;
  BufferEvent.EventCallback eventCallback;
  Timeouts timeouts;
  RateLimits limits;
  Watermarks marks = Watermarks.NONE;
  Errno error = Errno.NONE;
  int maxSingleRead = BufferEvent.DEFAULT_MAX_SINGLE;
  int maxSingleWrite = BufferEvent.DEFAULT_MAX_SINGLE;
  byte enabled = Event.WRITE;
  final byte options;
  private byte readSuspended;
  private byte writeSuspended;
  private byte pending;
  private PendingEvent pendingEvents;
  private boolean delivering;
  boolean closeFlushed;

  /** How many bytes the transport has added to the input, for {@link LoopObserver}. */
  private long receivedBytes;

  /** How many bytes were added to the output; what is still there has not been sent. */
  private long addedBytes;

  /** What arrives is dropped, as the stream will be closed when its output has left. */
  boolean discards;

  boolean closed;

  /** The filter on top of this one, or null. */
  FilterBufferEvent upper;

  StreamState(final EventBase base, final int options, final StreamLock lock) {
    if ((options & BufferEvent.UNLOCK_CALLBACKS) != 0
        && (options & BufferEvent.DEFER_CALLBACKS) == 0) {
      throw new IllegalArgumentException(
          "options " + options + " have UNLOCK_CALLBACKS and not DEFER_CALLBACKS, which it needs");
    }
    this.base = base;
    this.options = (byte) options;
    BaseAccess.services(base).requireOpen("make a buffer event");
    context = StreamContext.of(BaseAccess.services(base));
    guard = lock != null ? lock : context.loopGuard;
    received = new ByteQueue(context.pool);
    toSend = new ByteQueue(context.pool);
    input = (EventBuffer) BUFFERS.view(received, base, guard);
    output = (EventBuffer) BUFFERS.view(toSend, base, guard);
    input.freezeBack();
    output.freezeFront();
    internalCallbacks = new InternalCallbacks();
    received.owner(internalCallbacks);
    toSend.owner(internalCallbacks);
    job = context.services.newJob(this, "a buffer event", internalCallbacks);
    reportOpened();
  }

  /**
   * The callbacks of the lower layers; separate, as the class itself is a public one's ancestor.
   */
  final class InternalCallbacks implements ByteQueue.Owner, Runnable, PrePollTask {
    @Override
    public void changed(final ByteQueue queue, final long added) {
      if (queue == received) {
        receivedBytes += added;
        inputChanged();
      } else if (added > 0) {
        addedBytes += added;
        outputAdded();
      }
    }

    @Override
    public void requireAddable(final ByteQueue queue, final String operation) {
      if (queue == toSend) {
        requireOpenBase(operation);
      }
    }

    @Override
    public void releaseFailed(final Throwable thrown) {
      context.services.report(StreamState.this, thrown);
    }

    @Override
    public void run() {
      deliver();
    }

    @Override
    public void beforePoll() {
      reconcile();
    }

    @Override
    public String toString() {
      return StreamState.this.toString();
    }
  }

  static StreamLock lockFor(final int options) {
    return (options & BufferEvent.THREADSAFE) != 0 ? new StreamLock() : null;
  }

  // ---- what a kind provides ----

  /** The bytes that it may read have changed. */
  abstract void readingChanged();

  /** Whether it may write has changed. */
  abstract void writingChanged();

  /** Bytes were added to the output. */
  abstract void outputAdded();

  /** Runs before the wait, if the kind has scheduled that. */
  void reconcile() {}

  /** A callback may wait from now on for bytes to leave. */
  void progressWatched() {}

  /** Drops what arrives from now on, as the stream will be closed when its output has left. */
  void discardInput() {
    discards = true;
  }

  /** Lets what is below write, as the output has to pass it. */
  void enableWritingBelow() {}

  /** The output present is the last. */
  void finishOutput() {}

  /** Releases the underlying transport. Called once. */
  abstract void unlink();

  /** What an error is reported as, given what the kind knows of its connection. */
  Errno refined(final Errno reason) {
    return reason;
  }

  /** Whether bytes wait to be written, or a connect is under way: the write time-out runs. */
  boolean isWriting() {
    return mayWrite() && toSend.length() > 0;
  }

  /** Whether it would read arriving bytes: the read time-out runs. */
  boolean isReading() {
    return mayRead();
  }

  // ---- the frame around each operation ----

  /**
   * Begins an operation; {@link #exit} ends it.
   *
   * @throws IllegalStateException if the stream or its base is closed
   */
  final void enter(final String operation) {
    StackReserve.largest();
    guard.enter();
    try {
      if (closed) {
        throw new IllegalStateException(operation + ": the buffer event is closed");
      }
      requireOpenBase(operation);
    } catch (final Throwable e) {
      guard.exit();
      throw e;
    }
    job.used();
  }

  private void requireOpenBase(final String operation) {
    if (context.services.isClosed()) {
      throw new IllegalStateException(operation + ": the base of " + this + " is closed");
    }
  }

  final void exit() {
    guard.exit();
  }

  static long queueLength(final EventBuffer buffer) {
    return buffer.length();
  }

  // ---- what is allowed ----

  final boolean mayRead() {
    return (enabled & Event.READ) != 0 && readSuspended == 0 && !closed;
  }

  final boolean mayWrite() {
    return (enabled & Event.WRITE) != 0 && writeSuspended == 0 && !closed;
  }

  final void suspendReading(final int why) {
    final byte before = readSuspended;
    readSuspended |= (byte) why;
    if (before == 0) {
      readingChanged();
    }
  }

  final void resumeReading(final int why) {
    final byte before = readSuspended;
    readSuspended &= (byte) ~why;
    if (before != 0 && readSuspended == 0) {
      readingChanged();
    }
  }

  final void suspendWriting(final int why) {
    final byte before = writeSuspended;
    writeSuspended |= (byte) why;
    if (before == 0) {
      writingChanged();
    }
  }

  final void resumeWriting(final int why) {
    final byte before = writeSuspended;
    writeSuspended &= (byte) ~why;
    if (before != 0 && writeSuspended == 0) {
      writingChanged();
    }
  }

  /** How many bytes may be read now, by the limits and the high watermark. */
  final int readAllowance() {
    long max = limits == null ? maxSingleRead : limits.readAllowance(maxSingleRead);
    if (marks.readHigh() > 0) {
      max = Math.min(max, marks.readHigh() - received.length());
    }
    return (int) Math.max(0, max);
  }

  final int writeAllowance() {
    return limits == null ? maxSingleWrite : limits.writeAllowance(maxSingleWrite);
  }

  /** The input has grown or been drained. */
  void inputChanged() {
    if (marks.readHigh() > 0 && received.length() >= marks.readHigh()) {
      suspendReading(WATERMARK);
    } else if (readSuspended != 0) {
      resumeReading(WATERMARK);
    }
  }

  // ---- progress ----

  /** Bytes were added to the input: the read callback is due if there are enough. */
  final void readProgress() {
    if (timeouts != null) {
      timeouts.restartReading(isReading());
    }
    if (received.length() >= marks.readLow()) {
      pendRead();
    }
  }

  /** Bytes have left the output: the write callback is due if few enough are left. */
  final void writeProgress() {
    if (timeouts != null) {
      timeouts.restartWriting(isWriting());
    }
    if (toSend.length() <= marks.writeLow()) {
      pendWrite();
    }
  }

  final void updateTimeouts() {
    if (timeouts != null) {
      timeouts.updateReading(isReading());
      timeouts.updateWriting(isWriting());
    }
  }

  /** A time-out has passed: in the loop. */
  final void timedOut(final int direction) {
    guard.enter();
    try {
      if (!closed) {
        disableFor(direction);
        pendEvent(BufferEvent.TIMEOUT | direction, Errno.NONE);
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  /** An end, an error or a time-out disables its direction first. */
  final void disableFor(final int direction) {
    if (direction == BufferEvent.READING) {
      enabled &= ~Event.READ;
      readingChanged();
    } else {
      enabled &= ~Event.WRITE;
      writingChanged();
    }
  }

  // ---- callbacks that are due ----

  final void pendRead() {
    if (readCallback != null) {
      pending |= PENDING_READ;
    }
  }

  final void pendWrite() {
    if (writeCallback != null) {
      pending |= PENDING_WRITE;
    }
  }

  final void pendConnected() {
    if (eventCallback != null) {
      pending |= PENDING_CONNECTED;
    }
  }

  final void pendEvent(final int what, final Errno reason) {
    pendEvent(what, reason, false);
  }

  /**
   * The event callback is due.
   *
   * @param hold not before the loop has waited once more
   */
  final void pendEvent(final int what, final Errno reason, final boolean hold) {
    if (closeFlushed) {
      noteError(reason);
      if ((what & (BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0) {
        closeStream(); // an end of the peer's half or a connection is no reason to stop flushing
      }
    } else if (eventCallback == null) {
      noteError(reason);
    } else {
      pendingEvents = PendingEvent.add(pendingEvents, what, reason, hold);
    }
  }

  private void noteError(final Errno reason) {
    if (reason != Errno.NONE) {
      error = refined(reason);
    }
  }

  private boolean hasPending() {
    return (pending != 0 || pendingEvents != null) && !closed;
  }

  /** Whether all callbacks due have to wait for another wait of the loop. */
  private boolean onlyHeld() {
    return pending == 0 && pendingEvents != null && pendingEvents.isHeld();
  }

  /** From within the engine: the callbacks run in this iteration. */
  final void reportPending() {
    if (hasPending()) {
      if ((options & BufferEvent.DEFER_CALLBACKS) != 0) {
        job.schedule();
      } else {
        job.report();
      }
    }
  }

  /** From anywhere else: at once if that is possible and no option defers it. */
  final void runPending(final boolean defer) {
    if (!hasPending()) {
      return;
    }
    if (defer
        || delivering
        || (options & BufferEvent.DEFER_CALLBACKS) != 0
        || !context.services.inLoop()) {
      job.schedule();
    } else {
      deliver();
    }
  }

  private void deliver() {
    guard.enter();
    try {
      if (!closed && !delivering) {
        delivering = true;
        try {
          callAll();
        } finally {
          delivering = false;
          scheduleRest();
        }
      }
    } finally {
      guard.exit();
    }
  }

  private void scheduleRest() {
    if (!hasPending()) {
      return;
    }
    if (onlyHeld()) {
      pendingEvents.release();
      job.scheduleAfterWait();
    } else {
      job.schedule();
    }
  }

  private void callAll() {
    if ((pending & PENDING_CONNECTED) != 0) {
      pending &= ~PENDING_CONNECTED;
      callEvent(BufferEvent.CONNECTED);
    }
    if ((pending & PENDING_READ) != 0 && !closed) {
      pending &= ~PENDING_READ;
      callData(readCallback);
      if (marks.readHigh() > 0 && mayStillRead()) {
        pendRead();
      }
    }
    if ((pending & PENDING_WRITE) != 0 && !closed) {
      pending &= ~PENDING_WRITE;
      callData(writeCallback);
    }
    for (int due = PendingEvent.count(pendingEvents); due > 0; due--) {
      if (closed || pendingEvents == null || pendingEvents.isHeld()) {
        return;
      }
      final PendingEvent event = pendingEvents;
      pendingEvents = event.next();
      noteError(event.error());
      callEvent(event.what());
    }
  }

  /** A reader that has left the input full is called again, later. */
  private boolean mayStillRead() {
    return !closed && (enabled & Event.READ) != 0 && received.length() >= marks.readHigh();
  }

  private void callData(final BufferEvent.DataCallback callback) {
    if (callback != null) {
      final int holds = unlockForCallback();
      try {
        callback.run((BufferEvent) this);
      } finally {
        relockAfterCallback(holds);
      }
    }
  }

  private void callEvent(final int what) {
    final BufferEvent.EventCallback callback = eventCallback;
    if (callback != null) {
      final int holds = unlockForCallback();
      try {
        callback.run((BufferEvent) this, what);
      } finally {
        relockAfterCallback(holds);
      }
    }
  }

  private int unlockForCallback() {
    return (options & BufferEvent.UNLOCK_CALLBACKS) != 0 && guard instanceof StreamLock lock
        ? lock.release()
        : 0;
  }

  private void relockAfterCallback(final int holds) {
    if (holds > 0) {
      ((StreamLock) guard).relock(holds);
    }
  }

  // ---- the end ----

  /** Whether {@code closeAfterFlush} has nothing left to wait for. */
  boolean isFlushed() {
    return toSend.length() == 0;
  }

  /** Whether the rest of the output can never leave. */
  boolean isHopeless() {
    return false;
  }

  /** Ends a stream that is to be closed after flushing, if that is complete or impossible. */
  final void closeIfFlushed() {
    if (closeFlushed && !closed && (isFlushed() || isHopeless())) {
      closeStream();
    }
    if (upper != null) {
      upper.underlyingProgressed();
    }
  }

  /** Closes one of its two buffers, reporting what the releases of references throw. */
  final void closeBuffer(final ByteQueue queue, final EventBuffer buffer) {
    queue.owner(null);
    try {
      buffer.close();
    } catch (final Throwable e) {
      context.services.report(this, e);
    }
  }

  private void reportOpened() {
    final LoopObserver observer = context.services.observer();
    if (observer != null) {
      observer.streamOpened(this);
    }
  }

  private void reportClosed() {
    final LoopObserver observer = context.services.observer();
    if (observer != null) {
      observer.streamClosed(this, receivedBytes, addedBytes - toSend.length());
    }
  }

  final void closeStream() {
    StackReserve.largest();
    guard.enter();
    try {
      if (closed) {
        return;
      }
      closed = true;
      reportClosed();
      readCallback = null;
      writeCallback = null;
      eventCallback = null;
      if (timeouts != null) {
        timeouts.close();
      }
      if (limits != null) {
        limits.close();
      }
      job.cancel();
      job.closed();
      if (closeFlushed) {
        context.endFlush(this);
      }
      closeBuffer(received, input);
      try {
        unlink();
      } catch (final Throwable e) {
        context.services.report(this, e);
      }
      if (upper != null) {
        upper.underlyingProgressed();
      }
    } finally {
      guard.exit();
    }
    if (guard instanceof StreamLock lock && !lock.isHeld() && !context.services.inLoop()) {
      job.awaitReturn();
    }
  }
}
