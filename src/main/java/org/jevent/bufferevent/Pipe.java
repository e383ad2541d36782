package org.jevent.bufferevent;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.stream.DrainListener;
import org.jevent.internal.stream.StreamCore;

/**
 * Moves everything that arrives on one stream to another, without a copy; {@link
 * BufferEvent#pipeTo} makes one. The source is not read while more than a high mark waits in the
 * target, until half of that or less is left. While the buffers of a base take most of their limit,
 * its share of it is the mark if that is lower.
 *
 * <p>It has the source's read and event callbacks. The event callback that was set before still
 * runs, when the last bytes have been moved and before the pipe acts. What the pipe does then,
 * whatever that callback does or throws, unless it closes the pipe:
 *
 * <ul>
 *   <li>The source has ended: the target's output ends when all has left. A stream that has ended
 *       both ways is closed.
 *   <li>The source has failed, or has timed out: it is closed, and the target when all has left.
 *   <li>The target is closed, now or when its output has left, or cannot be written any more: the
 *       source is closed, as its bytes have nowhere to go.
 *   <li>The program closes the source, now or when its output has left: the pipe ends. The target
 *       stays open, as the program's, and is not ended.
 * </ul>
 *
 * <p>Threads: as the two streams. Their bases may differ if both are {@link
 * BufferEvent#THREADSAFE}; an open pipe keeps both loops running then.
 */
public final class Pipe implements AutoCloseable {
  /** How many bytes may wait in the target by default. */
  public static final long DEFAULT_HIGH_MARK = 256 * 1024;

  private enum State {
    /** What arrives is moved. */
    MOVING,

    /** The source is not read until enough has left the target. */
    HELD_BACK,

    /** The source has ended. The event callback of before runs, and the pipe acts then. */
    ENDING,

    /** Nothing is moved any more. */
    ENDED
  }

  private final BufferEvent source;
  private final BufferEvent target;
  private final StreamCore from;
  private final StreamCore to;
  private final long highMark;
  private final BufferEvent.EventCallback former;
  private final DrainListener drainListener = new TargetListener();
  private final Runnable sourceListener = this::sourceClosed;
  private final Runnable targetListener = this::targetCloses;

  /**
   * The source's context leaves MOVING, the target's leaves HELD_BACK, and the source's begins and
   * makes the end.
   */
  private final AtomicReference<State> state = new AtomicReference<>(State.MOVING);

  /**
   * Bytes on the way from the source's context to the target's. Where the two have different locks,
   * neither is taken while the other is held: two pipes in opposite directions would wait for each
   * other.
   */
  private final AtomicLong carried = new AtomicLong();

  /** What waited in the target when its context looked last. */
  private volatile long targetWaiting;

  private Runnable onEnd = () -> {};
  private long moved;

  /** What the target reports, in its context. */
  private final class TargetListener implements DrainListener {
    @Override
    public boolean isWaiting() {
      return state.get() == State.HELD_BACK;
    }

    @Override
    public void drained() {
      targetWaiting = to.waiting();
      if (unsent() <= mark() / 2 && state.compareAndSet(State.HELD_BACK, State.MOVING)) {
        inContext(from, to, Pipe.this::resume);
      }
    }

    @Override
    public void failed() {
      inContext(from, to, Pipe.this::abandon);
    }

    @Override
    public void closed() {
      inContext(from, to, Pipe.this::abandon);
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
    made.keepLoops(1);
    try {
      made.enterSource();
    } catch (final Throwable e) {
      made.undo();
      throw e;
    }
    return made;
  }

  /** It could not be started: the target is free again. */
  private void undo() {
    if (state.getAndSet(State.ENDED) != State.ENDED) {
      guarded(to, this::leaveTarget);
      keepLoops(-1);
    }
  }

  /** A loop may have nothing else to wait for while the other one has bytes for it. */
  private void keepLoops(final int by) {
    if (source.base() != target.base()) {
      from.services().addVirtual(by);
      to.services().addVirtual(by);
    }
  }

  private void enterTarget() {
    to.enter("pipeTo");
    try {
      if (to.drainListener() != null) {
        throw new IllegalStateException("pipeTo: " + target + " is the target of a pipe already");
      }
      target.enable(Event.WRITE);
      to.drainListener(drainListener);
      if (source != target) {
        to.addEndListener(targetListener);
      }
      targetWaiting = to.waiting();
    } finally {
      to.exit();
    }
  }

  private void enterSource() {
    from.enter("pipeTo");
    final Object formerRead = from.readCallback();
    final int formerlyEnabled = from.enabled();
    try {
      source.setCallbacks(self -> move(), source.writeCallback(), (self, what) -> event(what));
      from.addEndListener(sourceListener);
      source.enable(Event.READ);
      move();
    } catch (final Throwable e) {
      from.removeEndListener(sourceListener);
      if (!source.isClosed()) {
        from.callbacks(formerRead, from.writeCallback(), former);
        from.resumeReading(StreamCore.PIPE);
        from.enabled(formerlyEnabled, Event.READ);
      }
      throw e;
    } finally {
      from.exit();
    }
  }

  // ---- contexts ----

  /**
   * Runs a task where a stream may be used, from where another one is; false: its base is closed.
   */
  private static boolean inContext(
      final StreamCore wanted, final StreamCore present, final Runnable task) {
    if (wanted.guard() == present.guard()) {
      task.run();
      return true;
    }
    try {
      wanted.base().execute(() -> guarded(wanted, task));
      return true;
    } catch (final IllegalStateException e) {
      assert wanted.base().isClosed() : e;
      return false;
    }
  }

  private static void guarded(final StreamCore stream, final Runnable task) {
    stream.guard().enter();
    try {
      task.run();
    } finally {
      stream.guard().exit();
    }
  }

  private boolean inTarget(final Runnable task) {
    return inContext(to, from, task);
  }

  /** How many bytes have been moved and have not left. Any context. */
  private long unsent() {
    return from.guard() == to.guard() ? to.waiting() : carried.get() + targetWaiting;
  }

  /** How many may be unsent: no more than a stream's share while memory is short. Any context. */
  private long mark() {
    return Math.min(highMark, Math.min(from.allowance(), to.allowance()));
  }

  // ---- what the program sees ----

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
      if (isOpen()) {
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
    return state.get() != State.ENDED;
  }

  // ---- moving ----

  /** In the source's context, as is what follows unless it says otherwise. */
  private void move() {
    final long count = source.input().length();
    if (!isOpen() || source.isClosed() || count == 0) {
      return;
    }
    if (from.guard() == to.guard()) {
      if (target.isClosed()) {
        return;
      }
      target.write(source.input());
    } else {
      carry(count);
    }
    moved += count;
    if (unsent() > mark() && state.compareAndSet(State.MOVING, State.HELD_BACK)) {
      from.suspendReading(StreamCore.PIPE);
      inTarget(this::watchTarget);
    }
  }

  private void carry(final long count) {
    final EventBuffer carrier = new EventBuffer();
    source.read(carrier);
    assert carrier.length() == count : carrier.length() + " of " + count;
    carried.addAndGet(count);
    if (!inTarget(() -> deliver(carrier))) {
      carrier.close();
      abandon();
    }
  }

  /** In the target's context. */
  private void deliver(final EventBuffer carrier) {
    final long left = carried.addAndGet(-carrier.length());
    assert left >= 0 : left;
    if (target.isClosed()) {
      carrier.close();
    } else {
      target.write(carrier);
      drainListener.drained();
    }
  }

  /** In the target's context: what leaves has to be known at once from now on. */
  private void watchTarget() {
    if (!target.isClosed()) {
      to.transport().progressWatched();
      drainListener.drained();
    }
  }

  private void resume() {
    if (isOpen() && !source.isClosed()) {
      from.resumeReading(StreamCore.PIPE);
      move();
    }
  }

  // ---- the end ----

  private void event(final int what) {
    final boolean failed = (what & (BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0;
    final boolean ended = (what & BufferEvent.READING) != 0 && (what & BufferEvent.EOF) != 0;
    if (!failed && !ended) {
      callFormer(what);
      return;
    }
    final boolean whole = moveRest(); // before the callback of the program may close the source
    state.updateAndGet(now -> now == State.ENDED ? now : State.ENDING);
    try {
      callFormer(what);
    } finally {
      if (isOpen()) {
        if (moveRest() && whole && !failed) {
          sourceEnded();
        } else {
          sourceFailed();
        }
      }
    }
  }

  private void callFormer(final int what) {
    if (former != null && !source.isClosed()) {
      former.run(source, what);
    }
  }

  /** Moves what has come before the end; false: it cannot be moved. */
  private boolean moveRest() {
    try {
      move();
      return true;
    } catch (final RuntimeException e) {
      from.report(e);
      return false;
    }
  }

  private void sourceEnded() {
    detach();
    inTarget(this::endTarget);
    if (source != target && from.isOutputLast() && !source.isClosed() && !from.isClosing()) {
      source.closeAfterFlush();
    }
  }

  private void sourceFailed() {
    detach();
    if (source != target) {
      inTarget(this::closeTarget);
    }
    source.close();
  }

  /** The program ends the source: there is nothing to move any more. */
  private void sourceClosed() {
    if (state.get() != State.ENDING && detach() && !source.isClosed()) {
      from.resumeReading(StreamCore.PIPE); // it may have to read on until its peer ends
    }
  }

  /** In the target's context: the program lets it send what it has, and nothing more. */
  private void targetCloses() {
    inContext(from, to, this::abandon);
  }

  /** The bytes of the source have nowhere to go. */
  private void abandon() {
    if (detach()) {
      source.close();
    }
  }

  /** Moves nothing any more; false: so it was before. */
  private boolean detach() {
    if (state.getAndSet(State.ENDED) == State.ENDED) {
      return false;
    }
    guarded(from, () -> from.removeEndListener(sourceListener));
    inTarget(this::leaveTarget);
    keepLoops(-1);
    try {
      onEnd.run();
    } catch (final Throwable e) {
      from.report(e); // a program that closes a stream must not meet it
    }
    return true;
  }

  /** In the target's context. */
  private void leaveTarget() {
    if (to.drainListener() == drainListener) {
      to.drainListener(null);
      to.removeEndListener(targetListener);
    }
  }

  /** In the target's context. */
  private void endTarget() {
    if (target.isClosed() || to.isClosing()) {
      return;
    }
    if (to.hasInputEnded()) {
      target.closeAfterFlush();
    } else {
      target.shutdownOutput();
    }
  }

  /** In the target's context. */
  private void closeTarget() {
    if (!target.isClosed()) {
      to.transport().breakOff();
      if (!to.isClosing()) {
        target.closeAfterFlush();
      }
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
      if (detach() && !source.isClosed()) {
        source.setCallbacks(null, source.writeCallback(), former);
        from.resumeReading(StreamCore.PIPE);
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
