package org.jevent.internal.stream;

import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.access.BufferAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.LoopObserver;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.loop.PrePollTask;

/**
 * What every stream has, however its bytes move: two queues, the directions that are wanted and
 * suspended, the callbacks due, and the stages of closing. A {@link Transport} moves the bytes.
 *
 * <p>It is its own job, pre-poll task and owner of its queues, as a server has many idle streams.
 *
 * <p>Threads: each method is called with the guard held, but those of other interfaces.
 */
public final class StreamCore extends DueCallbacks implements PrePollTask, ByteQueue.Owner {
  /** How many bytes one read or write takes at most by default. */
  public static final int DEFAULT_MAX_SINGLE = 16_384;

  /** Reasons to suspend a direction, apart from what the user has enabled. */
  public static final int WATERMARK = 0x01;

  public static final int BANDWIDTH = 0x02;
  public static final int GROUP_BANDWIDTH = 0x04;
  public static final int LOOKUP = 0x08;
  public static final int FILTER = 0x10;
  public static final int PIPE = 0x20;
  public static final int MEMORY = 0x40;

  private static final BufferAccess BUFFERS = BufferAccess.of(EventBuffer.class);

  final StreamContext context;
  final ByteQueue received;
  final ByteQueue toSend;
  private final EventBase base;
  private final EventBuffer input;
  private final EventBuffer output;

  private Transport transport;
  private Timeouts timeouts;
  private Limits limits;
  private Watermarks marks = Watermarks.NONE;
  private StreamState state = StreamState.OPEN;
  private Lingering lingering;

  /** The stream on top of this one, or null. */
  private Upper upper;

  /** What fills the output, or null. */
  private Feeder feeder;

  private int maxSingleRead = DEFAULT_MAX_SINGLE;
  private int maxSingleWrite = DEFAULT_MAX_SINGLE;
  private byte enabled = Masks.WRITE;
  private byte readSuspended;
  private byte writeSuspended;

  /** The end of the input, or an error of it, was reported; or the output was ended. */
  private boolean inputEnded;

  private boolean outputEnded;
  private boolean prePollScheduled;

  /** What arrives is dropped, as the stream will be closed when its output has left. */
  private boolean discards;

  /** How many bytes the transport has added to the input, for {@link LoopObserver}. */
  private long receivedBytes;

  /** How many bytes were added to the output; what is still there has not been sent. */
  private long addedBytes;

  /**
   * A stream without a transport; {@link #start} is next.
   *
   * @param options a union of {@link #CLOSE_ON_FREE} and its relatives
   * @param lock the lock of another stream to share, or null for what the options say
   */
  public StreamCore(final EventBase base, final int options, final StreamLock lock) {
    super(BaseAccess.services(base), options, guard(base, options, lock));
    this.base = base;
    context = StreamContext.of(services());
    received = new ByteQueue(context.pool);
    toSend = new ByteQueue(context.pool);
    input = (EventBuffer) BUFFERS.view(received, base, guard);
    output = (EventBuffer) BUFFERS.view(toSend, base, guard);
    input.freezeBack();
    output.freezeFront();
  }

  private static Guard guard(final EventBase base, final int options, final StreamLock lock) {
    BaseAccess.services(base).requireOpen("make a buffer event");
    if (lock != null) {
      return lock;
    }
    return (options & THREADSAFE) != 0
        ? new StreamLock()
        : StreamContext.of(BaseAccess.services(base)).loopGuard;
  }

  /**
   * The stream begins.
   *
   * @param stream the public object, which callbacks are called with
   */
  public void start(final Object stream, final Transport mover) {
    assert transport == null : "started already: " + this;
    begin(stream);
    transport = mover;
    received.owner(this);
    toSend.owner(this);
    context.pressure.opened();
    final LoopObserver observer = services().observer();
    if (observer != null) {
      observer.streamOpened(stream);
    }
  }

  // ---- its parts ----

  public EventBase base() {
    return base;
  }

  /** Its lock, for a stream on top of it; null: it has none. */
  public StreamLock lock() {
    return guard instanceof StreamLock lock ? lock : null;
  }

  public EventBuffer input() {
    return input;
  }

  public EventBuffer output() {
    return output;
  }

  public ByteQueue received() {
    return received;
  }

  public ByteQueue toSend() {
    return toSend;
  }

  public Transport transport() {
    return transport;
  }

  public Timeouts timeouts() {
    return timeouts;
  }

  public Limits limits() {
    return limits;
  }

  public Watermarks marks() {
    return marks;
  }

  @Override
  public boolean isClosed() {
    return state == StreamState.CLOSED;
  }

  /** It closes when its output has left, and calls no callback until then. */
  public boolean isClosing() {
    return state == StreamState.FLUSHING || state == StreamState.LINGERING;
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

  private void requireOpenBase(final String operation) {
    if (services().isClosed()) {
      throw new IllegalStateException(operation + ": the base of " + face() + " is closed");
    }
  }

  public void exit() {
    guard.exit();
  }

  // ---- settings ----

  public void callbacks(final Object read, final Object write, final Object event) {
    setCallbacks(read, write, event);
    transport.progressWatched();
  }

  /** The time-outs, which are there from now on. */
  public Timeouts requireTimeouts() {
    if (timeouts == null) {
      timeouts = new Timeouts(this);
    }
    return timeouts;
  }

  /** The time-outs have changed. */
  public void restartTimeouts() {
    if (timeouts != null) {
      timeouts.restartReading(transport.isReading());
      timeouts.restartWriting(transport.isWriting());
    }
  }

  /** The priority of its callbacks and time-outs. */
  public int jobPriority() {
    return currentPriority();
  }

  public void jobPriority(final int value) {
    priority(value);
    if (timeouts != null) {
      timeouts.priority(value);
    }
  }

  public void limits(final Limits next) {
    limits = next;
    transport.progressWatched();
  }

  public void readMarks(final long low, final long high) {
    marks = context.shared(marks.reading(low, high));
    inputChanged();
    transport.readingChanged();
  }

  public void writeMarks(final long low, final long high) {
    marks = context.shared(marks.writing(low, high));
    transport.writingChanged();
  }

  public int maxSingleRead() {
    return maxSingleRead;
  }

  public void maxSingleRead(final int bytes) {
    maxSingleRead = bytes;
    transport.readingChanged();
  }

  public int maxSingleWrite() {
    return maxSingleWrite;
  }

  public void maxSingleWrite(final int bytes) {
    maxSingleWrite = bytes;
    transport.writingChanged();
  }

  // ---- what is wanted ----

  /** What the user has enabled, whether or not it is suspended. */
  public int enabled() {
    return enabled;
  }

  /**
   * Changes what the user has enabled.
   *
   * @param changed the directions to look at again
   */
  public void enabled(final int wanted, final int changed) {
    enabled = (byte) wanted;
    if ((changed & Masks.READ) != 0) {
      transport.readingChanged();
    }
    if ((changed & Masks.WRITE) != 0) {
      transport.writingChanged();
    }
  }

  public boolean mayRead() {
    return (enabled & Masks.READ) != 0 && readSuspended == 0 && state != StreamState.CLOSED;
  }

  public boolean mayWrite() {
    return (enabled & Masks.WRITE) != 0 && writeSuspended == 0 && state != StreamState.CLOSED;
  }

  /** Suspends reading for one more reason. */
  public void suspendReading(final int reason) {
    final byte before = readSuspended;
    readSuspended |= (byte) reason;
    if (before == 0) {
      transport.readingChanged();
    }
  }

  public void resumeReading(final int reason) {
    final byte before = readSuspended;
    readSuspended &= (byte) ~reason;
    if (before != 0 && readSuspended == 0) {
      transport.readingChanged();
    }
  }

  public void suspendWriting(final int reason) {
    final byte before = writeSuspended;
    writeSuspended |= (byte) reason;
    if (before == 0) {
      transport.writingChanged();
    }
  }

  public void resumeWriting(final int reason) {
    final byte before = writeSuspended;
    writeSuspended &= (byte) ~reason;
    if (before != 0 && writeSuspended == 0) {
      transport.writingChanged();
    }
  }

  boolean isSuspendedFor(final int reason) {
    return (readSuspended & reason) != 0;
  }

  /** How many bytes are in its two queues. */
  long held() {
    return received.length() + toSend.length();
  }

  /** How many bytes may be read now, by the limits and the high watermark. */
  public int readAllowance() {
    long max = limits == null ? maxSingleRead : limits.readAllowance(maxSingleRead);
    if (marks.readHigh() > 0) {
      max = Math.min(max, marks.readHigh() - received.length());
    }
    return (int) Math.max(0, max);
  }

  public int writeAllowance() {
    return limits == null ? maxSingleWrite : limits.writeAllowance(maxSingleWrite);
  }

  /** The input holds as much as its high watermark allows. */
  public boolean inputIsFull() {
    return marks.readHigh() > 0 && received.length() >= marks.readHigh();
  }

  // ---- the queues ----

  @Override
  public void changed(final ByteQueue queue, final long added) {
    if (isSuspendedFor(MEMORY)) {
      context.pressure.shrunk(this);
    }
    if (queue == received) {
      receivedBytes += added;
      inputChanged();
    } else if (added > 0) {
      addedBytes += added;
      transport.outputAdded();
    }
  }

  private void inputChanged() {
    if (inputIsFull()) {
      suspendReading(WATERMARK);
    } else if (readSuspended != 0) {
      resumeReading(WATERMARK);
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
    report(thrown);
  }

  /** Runs the callbacks of buffers, which are user code, from within a completion. */
  public void settle(final ByteQueue queue) {
    try {
      queue.settle();
    } catch (final Throwable e) {
      report(e);
    }
  }

  /** Closes one of its buffers; reports what the releases of references throw. */
  public void closeBuffer(final ByteQueue queue) {
    queue.owner(null);
    try {
      (queue == received ? input : output).close();
    } catch (final Throwable e) {
      report(e);
    }
  }

  // ---- progress ----

  /** Bytes were added to the input: the read callback is due if there are enough. */
  public void readProgress() {
    context.pressure.grown(this);
    if (timeouts != null) {
      timeouts.restartReading(transport.isReading());
    }
    if (received.length() >= marks.readLow()) {
      pendRead();
    }
  }

  /** Bytes have left the output: the write callback is due if few enough are left. */
  public void writeProgress() {
    if (timeouts != null) {
      timeouts.restartWriting(transport.isWriting());
    }
    if (toSend.length() <= marks.writeLow()) {
      pendWrite();
    }
    outputProgressed();
  }

  /** Bytes have left this stream, or one below it. */
  public void outputProgressed() {
    if (feeder != null) {
      feeder.drained();
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

  public Feeder feeder() {
    return feeder;
  }

  public void feeder(final Feeder next) {
    feeder = next;
    transport.progressWatched();
  }

  /** Whether something waits for the output to leave, so that it must be known at once. */
  boolean isAwaited() {
    return writeCallback() != null
        || timeouts != null
        || limits != null
        || isClosing()
        || (feeder != null && feeder.isWaiting());
  }

  public boolean hasInputEnded() {
    return inputEnded;
  }

  public boolean hasOutputEnded() {
    return outputEnded;
  }

  /** The transport has another connection, whose bytes have not ended. */
  void reopened() {
    inputEnded = false;
    outputEnded = false;
  }

  /** Ends the output for the peer, once it has left. */
  public void shutdownOutput() {
    outputEnded = true;
    transport.shutdownOutput();
  }

  public void updateTimeouts() {
    if (timeouts != null) {
      timeouts.updateReading(transport.isReading());
      timeouts.updateWriting(transport.isWriting());
    }
  }

  /** A time-out has passed: in the loop. */
  void timedOut(final int direction) {
    guard.enter();
    try {
      if (state != StreamState.CLOSED) {
        disableFor(direction);
        pendEvent(TIMEOUT | direction, Errno.NONE);
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  /** An end, an error or a time-out disables its direction first. */
  public void disableFor(final int direction) {
    final int mask = direction == READING ? Masks.READ : Masks.WRITE;
    enabled(enabled & ~mask, mask);
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

  public void pendEvent(final int what, final Errno reason) {
    pendEvent(what, reason, false);
  }

  /**
   * The event callback is due.
   *
   * @param hold not before the loop has waited once more
   */
  public void pendEvent(final int what, final Errno reason, final boolean hold) {
    inputEnded |= (what & READING) != 0 && (what & (EOF | ERROR)) != 0;
    if (!isClosing()) {
      addEvent(what, reason, hold);
      return;
    }
    noteError(reason);
    if ((what & (ERROR | TIMEOUT)) != 0) {
      close(); // an end of the peer's half or a connection is no reason to stop flushing
    }
  }

  @Override
  Errno refined(final Errno reason) {
    return transport.refined(reason);
  }

  /** A reader that has left the input full is called again, later. */
  @Override
  boolean mayStillRead() {
    return inputIsFull() && state != StreamState.CLOSED && (enabled & Masks.READ) != 0;
  }

  // ---- a stream on top ----

  public Upper upper() {
    return upper;
  }

  public void upper(final Upper next) {
    upper = next;
  }

  // ---- the end ----

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
    if (state == StreamState.OPEN) {
      to(StreamState.FLUSHING);
      context.beginFlush(this);
    }
    if (graceNanos >= 0) {
      if (lingering == null) {
        lingering = new Lingering(this);
      }
      lingering.start(graceNanos);
    }
    setCallbacks(null, null, null);
    enabled = (byte) ((enabled & ~Masks.READ) | Masks.WRITE);
    discardInput();
    transport.enableWritingBelow();
    transport.readingChanged();
    transport.writingChanged();
    transport.finishOutput();
    closeIfFlushed();
  }

  /** Drops what arrives from now on. */
  public void discardInput() {
    discards = true;
    transport.discardInput();
  }

  /** The output has shrunk, or can never leave: ends a stream that waits for that. */
  public void closeIfFlushed() {
    if (state == StreamState.FLUSHING) {
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
    if (lingering == null || lingering.inputHasEnded()) {
      close();
    } else {
      to(StreamState.LINGERING);
      shutdownOutput();
    }
  }

  /** Nothing more will arrive of what is dropped. */
  public void discardedInputEnded() {
    if (lingering != null) {
      lingering.inputEnded();
    }
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
      if (observer != null) {
        observer.streamClosed(face(), receivedBytes, addedBytes - toSend.length());
      }
      setCallbacks(null, null, null);
      if (timeouts != null) {
        timeouts.close();
      }
      if (lingering != null) {
        lingering.close();
      }
      if (limits != null) {
        limits.close();
      }
      context.pressure.closed(this);
      if (feeder != null) {
        feeder.closed();
      }
      cancel();
      closed();
      if (registered) {
        context.endFlush(this);
      }
      closeBuffer(received);
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
