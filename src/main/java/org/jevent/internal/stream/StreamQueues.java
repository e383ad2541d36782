package org.jevent.internal.stream;

import org.jevent.buffer.EventBuffer;
import org.jevent.internal.access.BufferAccess;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;

/**
 * The two queues of a stream and their public views, which are made when they are first used. It
 * owns its queues, and is an ancestor for the same reason as {@link DueCallbacks}.
 */
abstract class StreamQueues extends StreamInterest implements ByteQueue.Owner {
  private static final BufferAccess BUFFERS = BufferAccess.of(EventBuffer.class);

  /**
   * The public view of the bytes received. A stream that is idle has none: it is made with its
   * queue when a byte arrives or the program asks for it.
   */
  private volatile EventBuffer input;

  /** The public view of the bytes to send; made with its queue when it is first asked for. */
  private volatile EventBuffer output;

  StreamQueues(final StreamContext context, final int options, final Guard guard) {
    super(context, options, guard);
  }

  /** Any thread. */
  public final EventBuffer input() {
    final EventBuffer made = input;
    return made == null ? makeInput() : made;
  }

  /** Any thread. */
  public final EventBuffer output() {
    final EventBuffer made = output;
    return made == null ? makeOutput() : made;
  }

  /** Takes no lock but the monitor, as the caller may hold any. */
  private synchronized EventBuffer makeInput() {
    if (input == null) {
      final ByteQueue queue = new ByteQueue(context.pool);
      final EventBuffer made = view(queue, BufferAccess.BACK_FROZEN);
      received = queue;
      input = made;
    }
    return input;
  }

  private synchronized EventBuffer makeOutput() {
    if (output == null) {
      final ByteQueue queue = new ByteQueue(context.pool);
      final EventBuffer made = view(queue, BufferAccess.FRONT_FROZEN);
      toSend = queue;
      output = made;
    }
    return output;
  }

  private EventBuffer view(final ByteQueue queue, final int frozen) {
    if (isClosed()) {
      return (EventBuffer) BUFFERS.view(queue, guard, frozen | BufferAccess.CLOSED);
    }
    queue.owner(this);
    return (EventBuffer) BUFFERS.view(queue, guard, frozen);
  }

  /** The queue of the input, which is there from now on. */
  public final ByteQueue requireReceived() {
    if (input == null) {
      makeInput();
    }
    return received;
  }

  // ---- what happens to them ----

  @Override
  public final void added(final ByteQueue queue, final long count) {
    final StreamExtras.Totals totals = totals();
    if (totals != null) {
      if (queue == received) {
        totals.received += count;
      } else {
        totals.added += count;
      }
    }
  }

  /** What is counted for an observer of the loop, or null. */
  final StreamExtras.Totals totals() {
    final StreamExtras extras = extras();
    return extras == null ? null : extras.totals;
  }

  @Override
  public final void changed(final ByteQueue queue, final boolean grew) {
    try {
      goOn(queue, grew);
    } catch (final Throwable e) {
      report(e); // the operation that has changed the queue has taken effect
    }
  }

  private void goOn(final ByteQueue queue, final boolean grew) {
    if (isSuspendedFor(MEMORY)) {
      context.pressure.shrunk(this);
    }
    if (queue == received) {
      inputChanged();
    } else if (grew) {
      transport.outputAdded();
    }
  }

  @Override
  public final void requireAddable(final ByteQueue queue, final String operation) {
    if (queue == toSend) {
      requireOpenBase(operation);
    }
  }

  @Override
  public final void failed(final Throwable thrown) {
    report(thrown);
  }

  /** Runs the callbacks of buffers, which are user code, from within a completion. */
  public final void settle(final ByteQueue queue) {
    try {
      queue.settle();
    } catch (final Throwable e) {
      report(e);
    }
  }

  private synchronized EventBuffer inputSoFar() {
    return input;
  }

  private synchronized EventBuffer outputSoFar() {
    return output;
  }

  final void closeInput() {
    closeBuffer(inputSoFar(), received);
  }

  /** Closes the output; reports what the releases of references throw. */
  public final void closeOutput() {
    closeBuffer(outputSoFar(), toSend);
  }

  /** A buffer that has not been made is made closed. */
  private void closeBuffer(final EventBuffer buffer, final ByteQueue queue) {
    if (buffer != null) {
      queue.owner(null);
      try {
        buffer.close();
      } catch (final Throwable e) {
        report(e);
      }
    }
  }

  final void requireOpenBase(final String operation) {
    if (services().isClosed()) {
      throw new IllegalStateException(operation + ": the base of " + face() + " is closed");
    }
  }
}
