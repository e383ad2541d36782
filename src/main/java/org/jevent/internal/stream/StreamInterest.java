package org.jevent.internal.stream;

import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventCallback;
import org.jevent.error.Errno;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.loop.Masks;

/**
 * What a stream wants to read and write: what the user has enabled, what suspends a direction, and
 * how many bytes may pass at a time. It is an ancestor for the same reason as {@link DueCallbacks}.
 */
abstract class StreamInterest extends DueCallbacks {
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

  final StreamContext context;

  /** Made with the input and the output; {@link ByteQueue#NONE} before. */
  volatile ByteQueue received = ByteQueue.NONE;

  volatile ByteQueue toSend = ByteQueue.NONE;
  Transport transport;
  private Timeouts timeouts;
  private StreamBounds bounds = StreamBounds.DEFAULT;
  private byte enabled = Masks.WRITE;
  private byte readSuspended;
  private byte writeSuspended;

  StreamInterest(final StreamContext context, final int options, final Guard guard) {
    super(context.services, options, guard);
    this.context = context;
  }

  /** Bytes are moved by this transport, and callbacks called with this object, from now on. */
  final void begin(final Object stream, final Transport mover) {
    begin(stream);
    transport = mover;
  }

  /** The event callback is due. */
  public abstract void pendEvent(int what, Errno reason);

  // ---- its parts ----

  public final EventBase base() {
    return context.base;
  }

  /** The queue of the input, or an empty one while there is no input. */
  public final ByteQueue received() {
    return received;
  }

  /** The queue of the output, or an empty one while there is no output. */
  public final ByteQueue toSend() {
    return toSend;
  }

  public final Transport transport() {
    return transport;
  }

  public final Timeouts timeouts() {
    return timeouts;
  }

  public final Limits limits() {
    final StreamExtras extras = extras();
    return extras == null ? null : extras.limits;
  }

  public final StreamBounds bounds() {
    return bounds;
  }

  // ---- settings ----

  /** The time-outs, which are there from now on. */
  public final Timeouts requireTimeouts() {
    if (timeouts == null) {
      timeouts = new Timeouts(this);
    }
    return timeouts;
  }

  /** The time-outs have changed. */
  public final void restartTimeouts() {
    if (timeouts != null) {
      timeouts.restartReading(transport.isReading());
      timeouts.restartWriting(transport.isWriting());
    }
  }

  /** A timer with its priority. A later one has to be set by {@link #jobPriority(int)}. */
  public final Event newTimer(final EventCallback callback) {
    final Event made = base().newTimer(callback);
    context.services.priority(made, currentPriority());
    return made;
  }

  /** The priority of its callbacks and time-outs. */
  public final int jobPriority() {
    return currentPriority();
  }

  public final void jobPriority(final int value) {
    priority(value);
    if (timeouts != null) {
      timeouts.priority(value);
    }
    final StreamExtras extras = extras();
    if (extras != null) {
      extras.priority(context.services, value);
    }
  }

  public final void limits(final Limits next) {
    requireExtras().limits = next;
    transport.progressWatched();
  }

  public final void readMarks(final long low, final long high) {
    bounds = context.shared(bounds.reading(low, high));
    inputChanged();
    transport.readingChanged();
  }

  public final void writeMarks(final long low, final long high) {
    bounds = context.shared(bounds.writing(low, high));
    transport.writingChanged();
  }

  public final int maxSingleRead() {
    return bounds.maxSingleRead();
  }

  public final void maxSingleRead(final int bytes) {
    bounds = context.shared(bounds.maxSingle(bytes, bounds.maxSingleWrite()));
    transport.readingChanged();
  }

  public final int maxSingleWrite() {
    return bounds.maxSingleWrite();
  }

  public final void maxSingleWrite(final int bytes) {
    bounds = context.shared(bounds.maxSingle(bounds.maxSingleRead(), bytes));
    transport.writingChanged();
  }

  // ---- what is wanted ----

  /** What the user has enabled, whether or not it is suspended. */
  public final int enabled() {
    return enabled;
  }

  /**
   * Changes what the user has enabled.
   *
   * @param changed the directions to look at again
   */
  public final void enabled(final int wanted, final int changed) {
    enabled = (byte) wanted;
    if ((changed & Masks.READ) != 0) {
      transport.readingChanged();
    }
    if ((changed & Masks.WRITE) != 0) {
      transport.writingChanged();
    }
  }

  public final boolean mayRead() {
    return (enabled & Masks.READ) != 0 && readSuspended == 0 && !isClosed();
  }

  public final boolean mayWrite() {
    return (enabled & Masks.WRITE) != 0 && writeSuspended == 0 && !isClosed();
  }

  /** Suspends reading for one more reason. */
  public final void suspendReading(final int reason) {
    final byte before = readSuspended;
    readSuspended |= (byte) reason;
    if (before == 0) {
      transport.readingChanged();
    }
  }

  public final void resumeReading(final int reason) {
    final byte before = readSuspended;
    readSuspended &= (byte) ~reason;
    if (before != 0 && readSuspended == 0) {
      transport.readingChanged();
    }
  }

  public final void suspendWriting(final int reason) {
    final byte before = writeSuspended;
    writeSuspended |= (byte) reason;
    if (before == 0) {
      transport.writingChanged();
    }
  }

  public final void resumeWriting(final int reason) {
    final byte before = writeSuspended;
    writeSuspended &= (byte) ~reason;
    if (before != 0 && writeSuspended == 0) {
      transport.writingChanged();
    }
  }

  final boolean isSuspendedFor(final int reason) {
    return (readSuspended & reason) != 0;
  }

  /** How many bytes are in its two queues, and beside them. */
  final long held() {
    final StreamExtras extras = extras();
    final long beside = extras == null ? 0 : extras.heldBeside;
    return received.length() + toSend.length() + beside;
  }

  /** How many bytes may be read now, by the limits and the high watermark. */
  public final int readAllowance() {
    final int single = bounds.maxSingleRead();
    final Limits limits = limits();
    long max = limits == null ? single : limits.readAllowance(single);
    if (bounds.readHigh() > 0) {
      max = Math.min(max, bounds.readHigh() - received.length());
    }
    return (int) Math.max(0, context.pressure.receivable(this, max));
  }

  public final int writeAllowance() {
    final int single = bounds.maxSingleWrite();
    final Limits limits = limits();
    return limits == null ? single : limits.writeAllowance(single);
  }

  /** The input holds as much as its high watermark allows. */
  public final boolean inputIsFull() {
    return bounds.readHigh() > 0 && received.length() >= bounds.readHigh();
  }

  /** Enables these directions alone; the caller has the transport look at them. */
  final void enableOnly(final int directions) {
    enabled = (byte) directions;
  }

  final void inputChanged() {
    if (inputIsFull()) {
      suspendReading(WATERMARK);
    } else if (readSuspended != 0) {
      resumeReading(WATERMARK);
    }
  }

  // ---- time-outs ----

  public final void updateTimeouts() {
    if (timeouts != null) {
      timeouts.updateReading(transport.isReading());
      timeouts.updateWriting(transport.isWriting());
    }
  }

  /** A time-out has passed: in the loop. */
  final void timedOut(final int direction) {
    guard.enter();
    try {
      if (!isClosed()) {
        disableFor(direction);
        pendEvent(TIMEOUT | direction, Errno.NONE);
        runPending(false);
      }
    } finally {
      guard.exit();
    }
  }

  /** An end, an error or a time-out disables its direction first. */
  public final void disableFor(final int direction) {
    final int mask = direction == READING ? Masks.READ : Masks.WRITE;
    enabled(enabled & ~mask, mask);
  }
}
