package org.jevent.endpoint;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;
import org.jevent.net.NetSocket;

/**
 * The engine's side of a listener: it accepts while the listener wants that, and keeps what has
 * come. The loop's thread, unless a method says otherwise.
 */
final class Acceptor extends Attachment {
  private static final long PAUSE = Duration.ofMillis(100).toNanos();
  private static final int NO_SLOT = -1;

  /** A connection, and whose it is. */
  record Accepted(NetSocket socket, SocketAddress peer) {}

  /** Whether the engine accepts. */
  private enum State {
    OFF,
    /** Accepting is submitted, and keeps the loop alive. */
    ON,
    /** Something has failed: a timer leads to OFF. */
    PAUSED,
    /** The end: the slot, if there was one, is detached. */
    ENDED;

    boolean follows(final State former) {
      return switch (this) {
        case OFF -> former == ON || former == PAUSED;
        case ON -> former == OFF;
        case PAUSED -> former == OFF || former == ON;
        case ENDED -> former != ENDED;
      };
    }
  }

  private final LoopServices services;
  private final EngineSocket socket;
  private final boolean closesSocket;
  private final BooleanSupplier wanted;
  private final BooleanSupplier closed;
  private final Job delivery;
  private final Event resume;
  private final PrePollTask update = this::update;

  /** Accepted, and not given to the callback yet. Any thread. */
  private final ConcurrentLinkedQueue<Accepted> ready = new ConcurrentLinkedQueue<>();

  private int slot = NO_SLOT;
  private State state = State.OFF;
  private ErrnoException problem;

  /**
   * @param closesSocket whether the socket is closed at the end
   * @param wanted whether connections are wanted now
   * @param closed whether the listener is closed
   * @param delivery runs when there is a connection or a problem
   */
  Acceptor(
      final EventBase base,
      final NetSocket socket,
      final boolean closesSocket,
      final BooleanSupplier wanted,
      final BooleanSupplier closed,
      final Job delivery) {
    this.services = BaseAccess.services(base);
    this.socket = EngineSocket.of(socket);
    this.closesSocket = closesSocket;
    this.wanted = wanted;
    this.closed = closed;
    this.delivery = delivery;
    resume = base.newTimer((event, what) -> resume());
  }

  private void become(final State next) {
    assert next.follows(state) : state + " to " + next;
    assert next != State.ON || slot != NO_SLOT;
    if (state == State.ON) {
      services.unref();
    }
    state = next;
    if (next == State.ON) {
      services.ref();
    }
  }

  // ---- what the listener asks for ----

  /** What is wanted may have changed. Any thread. */
  void updateBeforePoll() {
    services.beforeNextPoll(update);
  }

  private void update() {
    assert services.inLoop() : this;
    if (closed.getAsBoolean()) {
      end();
      return;
    }
    final boolean accepts = wanted.getAsBoolean() && ready.isEmpty();
    if (state == State.PAUSED || accepts == (state == State.ON)) {
      return;
    }
    try {
      attach();
      services.engine().accept(slot, accepts);
    } catch (final Throwable e) {
      if (state == State.OFF) {
        become(State.PAUSED);
      }
      services.startTimer(resume, PAUSE);
      throw e;
    }
    become(accepts ? State.ON : State.OFF);
  }

  private void attach() {
    if (slot == NO_SLOT) {
      slot =
          socket.channel() == null
              ? services.engine().attach(this, socket.descriptor())
              : services.engine().attach(this, socket.channel());
    }
  }

  private void resume() {
    if (state == State.PAUSED) {
      become(State.OFF);
    }
    updateBeforePoll();
  }

  // ---- what has come ----

  /** Whether connections wait to be delivered. Any thread. */
  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** The next connection to deliver, or null. */
  Accepted next() {
    return ready.poll();
  }

  /** Whether accepting has failed and that is not reported yet. */
  boolean hasProblem() {
    return problem != null;
  }

  /** Why accepting has failed, or null. It goes on after a pause. */
  ErrnoException takeProblem() {
    final ErrnoException taken = problem;
    if (taken != null) {
      problem = null;
      services.startTimer(resume, PAUSE);
    }
    return taken;
  }

  @Override
  public void accepted(final NetSocket accepted, final SocketAddress peer, final Errno error) {
    assert (accepted == null) == (error != Errno.NONE) : error;
    if (accepted != null && closed.getAsBoolean()) {
      accepted.close(); // the base may be closing, and nothing of it runs any more
    } else if (accepted != null) {
      ready.add(new Accepted(accepted, peer));
    } else if (!closed.getAsBoolean()) {
      problem = new ErrnoException("accept on " + socket, error, 0);
      if (state != State.PAUSED) {
        become(State.PAUSED);
      }
    }
    delivery.report();
  }

  // ---- the end ----

  /** The listener is closed: no timer runs any more. Any thread. */
  void cancelPause() {
    resume.deleteNoBlock();
  }

  /** Detaches the socket, or closes it. A second call does nothing. */
  void end() {
    if (state == State.ENDED) {
      return;
    }
    become(State.ENDED);
    try {
      if (slot != NO_SLOT) {
        detach();
      } else if (closesSocket) {
        socket.close();
      }
    } finally {
      closeReady();
    }
  }

  private void detach() {
    assert closed.getAsBoolean();
    final boolean closesDescriptor = closesSocket && socket.detachDescriptor();
    try {
      services.engine().detach(slot, closesDescriptor);
    } catch (final Throwable e) {
      if (closesDescriptor) {
        socket.closeDetached();
      }
      throw e;
    }
    services.ref();
  }

  @Override
  public void detached() {
    assert state == State.ENDED : state;
    services.unref();
  }

  /** Closes what was accepted and has no receiver any more. Any thread. */
  void closeReady() {
    Accepted left;
    while ((left = ready.poll()) != null) {
      left.socket().close();
    }
  }

  @Override
  public String toString() {
    return "listener on " + socket;
  }
}
