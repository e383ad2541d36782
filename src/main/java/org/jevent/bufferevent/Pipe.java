package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
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
  private volatile boolean open = true;
  private volatile boolean waiting;
  private Runnable onEnd = () -> {};
  private long moved;

  /** What the target sees of the pipe. It may run on the target's loop. */
  private final class Waiting implements Feeder {
    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public void drained() {
      if (waiting && to.waiting() <= highMark / 2) {
        waiting = false;
        inSource(Pipe.this::resume);
      }
    }

    @Override
    public void closed() {
      inSource(Pipe.this::targetClosed);
    }
  }

  Pipe(final BufferEvent source, final BufferEvent target, final long highMark) {
    this.source = source;
    this.target = target;
    this.highMark = highMark;
    from = source.core();
    to = target.core();
    former = source.eventCallback();
  }

  void start() {
    if (to.feeder() != null) {
      throw new IllegalStateException("pipeTo: " + target + " is the target of a pipe already");
    }
    to.feeder(feeder);
    source.setCallbacks(self -> move(), source.writeCallback(), (self, what) -> event(what));
    target.enable(Event.WRITE);
    source.enable(Event.READ);
    move();
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

  /** Runs where the source may be used: its lock may not be taken under the target's. */
  private void inSource(final Runnable task) {
    if (from.guard() == to.guard()) {
      task.run();
    } else if (!source.base().isClosed()) {
      source.base().execute(task);
    }
  }

  private void move() {
    if (!open || source.isClosed() || target.isClosed()) {
      return;
    }
    final long count = source.input().length();
    if (count > 0) {
      target.write(source.input());
      moved += count;
    }
    if (!target.isClosed() && to.waiting() > highMark) {
      waiting = true;
      to.feeder(feeder);
      from.suspendReading(StreamCore.PIPE);
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
    if (target.isClosed()) {
      return;
    }
    if (to.hasInputEnded()) {
      target.closeAfterFlush();
    } else {
      target.shutdownOutput();
    }
    if (source != target && from.hasOutputEnded()) {
      source.closeAfterFlush();
    }
  }

  private void sourceFailed() {
    move();
    detach();
    if (source != target && !target.isClosed()) {
      target.closeAfterFlush();
    }
    source.close();
  }

  private void targetClosed() {
    if (open) {
      detach();
      source.close();
    }
  }

  private void detach() {
    open = false;
    if (to.feeder() == feeder) {
      to.feeder(null);
    }
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
