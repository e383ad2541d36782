package org.jevent.bufferevent;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.stream.Feeder;
import org.jevent.internal.stream.StreamCore;

/**
 * Moves everything that arrives on one stream to another, without a copy; {@link
 * BufferEvent#pipeTo} makes one. The source is not read while more than a high mark waits in the
 * target, until half of that or less is left.
 *
 * <p>It has the source's read and event callbacks. The event callback that was set before still
 * runs, before the pipe acts. What the pipe does then:
 *
 * <ul>
 *   <li>The source has ended: the target's output ends when all has left. A stream that has ended
 *       both ways is closed.
 *   <li>The source has failed, or has timed out: it is closed, and the target when all has left.
 *   <li>The target is closed: so is the source, as its bytes have nowhere to go.
 * </ul>
 *
 * <p>Threads: as the two streams. Their bases may differ if both are {@link
 * BufferEvent#THREADSAFE}.
 */
public final class Pipe implements AutoCloseable {
  /** How many bytes may wait in the target by default. */
  public static final long DEFAULT_HIGH_MARK = 256 * 1024;

  private final BufferEvent source;
  private final BufferEvent target;
  private final StreamCore from;
  private final StreamCore to;
  private final long highMark;
  private final BufferEvent.EventCallback former;
  private final Feeder feeder = new Waiting();

  /**
   * Bytes on the way from the source's context to the target's. Where the two have different locks,
   * neither is taken while the other is held: two pipes in opposite directions would wait for each
   * other.
   */
  private final AtomicLong carried = new AtomicLong();

  private volatile boolean open = true;
  private volatile boolean waiting;
  private Runnable onEnd = () -> {};
  private long moved;

  /** What the target sees of the pipe. It runs in the target's context. */
  private final class Waiting implements Feeder {
    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public void drained() {
      if (waiting && carried.get() + to.waiting() <= highMark / 2) {
        waiting = false;
        inContext(from, to, Pipe.this::resume);
      }
    }

    @Override
    public void closed() {
      inContext(from, to, Pipe.this::targetClosed);
    }
  }

  private Pipe(final BufferEvent source, final BufferEvent target, final long highMark) {
    this.source = source;
    this.target = target;
    this.highMark = highMark;
    from = source.core();
    to = target.core();
    former = source.eventCallback();
  }

  static Pipe start(final BufferEvent source, final BufferEvent target, final long highMark) {
    final Pipe made = new Pipe(source, target, highMark);
    made.enterTarget();
    made.enterSource();
    return made;
  }

  private void enterTarget() {
    to.enter("pipeTo");
    try {
      if (to.feeder() != null) {
        throw new IllegalStateException("pipeTo: " + target + " is the target of a pipe already");
      }
      to.feeder(feeder);
      target.enable(Event.WRITE);
    } finally {
      to.exit();
    }
  }

  private void enterSource() {
    try {
      from.enter("pipeTo");
    } catch (final RuntimeException e) {
      leaveTarget();
      throw e;
    }
    try {
      source.setCallbacks(self -> move(), source.writeCallback(), (self, what) -> event(what));
      source.enable(Event.READ);
      move();
    } finally {
      from.exit();
    }
  }

  private void leaveTarget() {
    to.guard().enter();
    try {
      if (to.feeder() == feeder) {
        to.feeder(null);
      }
    } finally {
      to.guard().exit();
    }
  }

  /** Runs a task where a stream may be used, from where another one is. */
  private static void inContext(
      final StreamCore wanted, final StreamCore present, final Runnable task) {
    if (wanted.guard() == present.guard()) {
      task.run();
      return;
    }
    try {
      wanted.base().execute(task);
    } catch (final IllegalStateException closed) {
      assert wanted.base().isClosed() : closed;
    }
  }

  public BufferEvent source() {
    return source;
  }

  public BufferEvent target() {
    return target;
  }

  /**
   * Runs once when no more bytes will be moved, whatever the reason: the source has ended or
   * failed, the target or the pipe was closed. The streams may still be open then.
   *
   * @param action run at once if that is so already
   */
  public void onEnd(final Runnable action) {
    Objects.requireNonNull(action, "action");
    from.guard().enter();
    try {
      if (open) {
        onEnd = action;
      } else {
        action.run();
      }
    } finally {
      from.guard().exit();
    }
  }

  /** How many bytes have been moved to the target. */
  public long moved() {
    return moved;
  }

  /** Whether bytes may still be moved. */
  public boolean isOpen() {
    return open;
  }

  /** In the source's context. */
  private void move() {
    final long count = source.input().length();
    if (!open || source.isClosed() || count == 0) {
      return;
    }
    if (from.guard() == to.guard()) {
      if (!target.isClosed()) {
        target.write(source.input());
        moved += count;
        holdBack();
      }
      return;
    }
    final EventBuffer carrier = new EventBuffer();
    source.read(carrier);
    moved += count;
    carried.addAndGet(count);
    holdBack();
    inContext(to, from, () -> deliver(carrier));
  }

  /** In the target's context, if the two differ. */
  private void deliver(final EventBuffer carrier) {
    to.guard().enter();
    try {
      carried.addAndGet(-carrier.length());
      if (target.isClosed()) {
        carrier.close();
      } else {
        target.write(carrier);
        feeder.drained();
      }
    } finally {
      to.guard().exit();
    }
  }

  /** In the source's context: it is not read on while too much waits in the target. */
  private void holdBack() {
    if (carried.get() + to.waiting() > highMark && !target.isClosed()) {
      waiting = true;
      from.suspendReading(StreamCore.PIPE);
      inContext(to, from, this::watchTarget);
    }
  }

  /** In the target's context: what leaves has to be known at once. */
  private void watchTarget() {
    to.guard().enter();
    try {
      to.transport().progressWatched();
      feeder.drained();
    } finally {
      to.guard().exit();
    }
  }

  private void resume() {
    from.guard().enter();
    try {
      if (open && !source.isClosed()) {
        from.resumeReading(StreamCore.PIPE);
        move();
      }
    } finally {
      from.guard().exit();
    }
  }

  private void event(final int what) {
    if (former != null) {
      former.run(source, what);
    }
    if (!open || source.isClosed()) {
      return;
    }
    if ((what & (BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0) {
      sourceFailed();
    } else if ((what & BufferEvent.READING) != 0 && (what & BufferEvent.EOF) != 0) {
      sourceEnded();
    }
  }

  private void sourceEnded() {
    move();
    detach();
    inContext(to, from, this::endTarget);
    if (source != target && from.hasOutputEnded()) {
      source.closeAfterFlush();
    }
  }

  /** In the target's context. */
  private void endTarget() {
    to.guard().enter();
    try {
      if (target.isClosed()) {
        return;
      }
      if (to.hasInputEnded()) {
        target.closeAfterFlush();
      } else {
        target.shutdownOutput();
      }
    } finally {
      to.guard().exit();
    }
  }

  private void sourceFailed() {
    move();
    detach();
    if (source != target) {
      inContext(to, from, this::closeTarget);
    }
    source.close();
  }

  private void closeTarget() {
    to.guard().enter();
    try {
      if (!target.isClosed()) {
        target.closeAfterFlush();
      }
    } finally {
      to.guard().exit();
    }
  }

  private void targetClosed() {
    from.guard().enter();
    try {
      if (open) {
        detach();
        source.close();
      }
    } finally {
      from.guard().exit();
    }
  }

  /** In the source's context. */
  private void detach() {
    open = false;
    inContext(to, from, this::leaveTarget);
    try {
      onEnd.run();
    } catch (final RuntimeException e) {
      from.report(e); // a program that closes a stream must not meet it
    }
  }

  /**
   * Moves no more bytes. The streams stay open, and the source has no read callback then; its event
   * callback is the one from before. A second call does nothing.
   */
  @Override
  public void close() {
    from.guard().enter();
    try {
      if (open) {
        detach();
        if (!source.isClosed()) {
          source.setCallbacks(null, source.writeCallback(), former);
          from.resumeReading(StreamCore.PIPE);
        }
      }
    } finally {
      from.guard().exit();
    }
  }

  @Override
  public String toString() {
    return "pipe from " + source + " to " + target;
  }
}
