package org.jevent.internal.stream;

import org.jevent.error.Errno;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.loop.JobTask;
import org.jevent.internal.loop.LoopServices;

/**
 * The callbacks of a stream: which are due, and how they are run. It is the ancestor of a stream
 * rather than a part, as a server has many idle streams.
 */
abstract class DueCallbacks extends JobTask {
  /** Events; the values of libevent's {@code BEV_EVENT_*}. */
  public static final int READING = 0x01;

  public static final int WRITING = 0x02;
  public static final int EOF = 0x10;
  public static final int ERROR = 0x20;
  public static final int TIMEOUT = 0x40;
  public static final int CONNECTED = 0x80;

  /** Options; the values of libevent's {@code BEV_OPT_*}. */
  public static final int CLOSE_ON_FREE = 0x01;

  public static final int THREADSAFE = 0x02;
  public static final int DEFER_CALLBACKS = 0x04;
  public static final int UNLOCK_CALLBACKS = 0x08;

  private static final int PENDING_CONNECTED = 1;
  private static final int PENDING_READ = 2;
  private static final int PENDING_WRITE = 4;

  final Guard guard;
  private final byte options;
  private Object face;
  private Object readCallback;
  private Object writeCallback;
  private Object eventCallback;
  private PendingEvent pendingEvents;
  private StreamExtras extras;
  private byte pending;
  private boolean delivering;

  DueCallbacks(final LoopServices services, final int options, final Guard guard) {
    super(services);
    if ((options & UNLOCK_CALLBACKS) != 0 && (options & DEFER_CALLBACKS) == 0) {
      throw new IllegalArgumentException(
          "options " + options + " have UNLOCK_CALLBACKS and not DEFER_CALLBACKS, which it needs");
    }
    this.options = (byte) options;
    this.guard = guard;
  }

  /** Callbacks are called with this object from now on. */
  final void begin(final Object stream) {
    face = stream;
    watch(stream, "a buffer event");
  }

  /** Nothing may be called any more. */
  abstract boolean isClosed();

  /** The read callback has left bytes, and none will come before it has taken some. */
  abstract boolean mayStillRead();

  /** What an error is reported as. */
  abstract Errno refined(Errno reason);

  // ---- its parts ----

  public final Guard guard() {
    return guard;
  }

  public final boolean has(final int option) {
    return (options & option) != 0;
  }

  /** The public object. */
  public final Object face() {
    return face;
  }

  /** What few streams have, or null. */
  final StreamExtras extras() {
    return extras;
  }

  /** The same, which is there from now on. */
  final StreamExtras requireExtras() {
    if (extras == null) {
      extras = new StreamExtras();
    }
    return extras;
  }

  /** The error of the last ERROR event. */
  public final Errno error() {
    final Errno last = extras == null ? null : extras.error;
    return last == null ? Errno.NONE : last;
  }

  /** Reports what was thrown, where no callback of the stream can say it. */
  public final void report(final Throwable thrown) {
    services().report(face, thrown);
  }

  final void setCallbacks(final Object read, final Object write, final Object event) {
    readCallback = read;
    writeCallback = write;
    eventCallback = event;
  }

  public final Object readCallback() {
    return readCallback;
  }

  public final Object writeCallback() {
    return writeCallback;
  }

  public final Object eventCallback() {
    return eventCallback;
  }

  // ---- what is due ----

  public final void pendRead() {
    if (readCallback != null) {
      pending |= PENDING_READ;
    }
  }

  public final void pendWrite() {
    if (writeCallback != null) {
      pending |= PENDING_WRITE;
    }
  }

  public final void pendConnected() {
    if (eventCallback != null) {
      pending |= PENDING_CONNECTED;
    }
  }

  /**
   * The event callback is due.
   *
   * @param hold not before the loop has waited once more
   */
  final void addEvent(final int what, final Errno reason, final boolean hold) {
    if (eventCallback == null) {
      noteError(reason);
    } else {
      pendingEvents = PendingEvent.add(pendingEvents, what, reason, hold);
    }
  }

  /** Records an error, whether or not a callback is called with it. */
  final void noteError(final Errno reason) {
    if (reason != Errno.NONE) {
      requireExtras().error = refined(reason);
    }
  }

  /** An end or an error of the input is still to be reported. */
  final boolean isEndPending() {
    return PendingEvent.hasReading(pendingEvents);
  }

  private boolean hasPending() {
    return (pending != 0 || pendingEvents != null) && !isClosed();
  }

  /** From within the engine: the callbacks run in this iteration. */
  public final void reportPending() {
    if (hasPending()) {
      if (has(DEFER_CALLBACKS)) {
        schedule();
      } else {
        report();
      }
    }
  }

  /** From anywhere else: at once if that is possible and no option defers it. */
  public final void runPending(final boolean defer) {
    if (!hasPending()) {
      return;
    }
    if (defer || delivering || has(DEFER_CALLBACKS) || !services().inLoop()) {
      schedule();
    } else {
      runJob();
    }
  }

  @Override
  protected final Object source() {
    return face;
  }

  @Override
  protected final void runJob() {
    guard.enter();
    try {
      if (!isClosed() && !delivering) {
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
    final boolean onlyHeld = pending == 0 && pendingEvents.isHeld();
    if (onlyHeld) {
      pendingEvents.release();
      scheduleAfterWait();
    } else {
      schedule();
    }
  }

  private void callAll() {
    if ((pending & PENDING_CONNECTED) != 0) {
      pending &= ~PENDING_CONNECTED;
      callEvent(CONNECTED);
    }
    if ((pending & PENDING_READ) != 0 && !isClosed()) {
      pending &= ~PENDING_READ;
      try {
        callData(readCallback);
      } finally {
        if (mayStillRead()) {
          pendRead(); // although it has thrown: no byte can arrive that would call it again
        }
      }
    }
    if ((pending & PENDING_WRITE) != 0 && !isClosed()) {
      pending &= ~PENDING_WRITE;
      callData(writeCallback);
    }
    for (int due = PendingEvent.count(pendingEvents); due > 0; due--) {
      if (isClosed() || pendingEvents == null || pendingEvents.isHeld()) {
        return;
      }
      final PendingEvent event = pendingEvents;
      pendingEvents = event.next();
      noteError(event.error());
      callEvent(event.what());
    }
  }

  private void callData(final Object callback) {
    if (callback != null) {
      final int holds = unlockForCallback();
      try {
        StreamAccess.get().callData(callback, face);
      } finally {
        relockAfterCallback(holds);
      }
    }
  }

  private void callEvent(final int what) {
    final Object callback = eventCallback;
    if (callback != null) {
      final int holds = unlockForCallback();
      try {
        StreamAccess.get().callEvent(callback, face, what);
      } finally {
        relockAfterCallback(holds);
      }
    }
  }

  private int unlockForCallback() {
    return has(UNLOCK_CALLBACKS) && guard instanceof StreamLock lock ? lock.release() : 0;
  }

  private void relockAfterCallback(final int holds) {
    if (holds > 0) {
      ((StreamLock) guard).relock(holds);
    }
  }
}
