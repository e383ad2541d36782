package org.jevent.http;

import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** How the program reads the body of the request of an exchange. */
final class BodyReading {
  private enum State {
    /** The program has not asked for it. */
    UNASKED,
    PARTS,
    WHOLE,
    /** The program wants no more of it: the rest is taken and dropped while the answer leaves. */
    DROPPED,
    /** It is there, or what is still to come is not taken. */
    OVER;

    boolean leadsTo(final State next) {
      return switch (this) {
        case UNASKED -> next == PARTS || next == WHOLE || next == OVER;
        case PARTS, WHOLE -> next == DROPPED || next == OVER;
        default -> next == OVER;
      };
    }
  }

  private State state = State.UNASKED;
  private boolean paused;
  private HttpBodyHandler onPart;
  private HttpHandler onEnd;

  /** What has come, and was not taken; made when it is first asked for. */
  private EventBuffer bytes;

  private void to(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  /** That of the next request. */
  void begin(final boolean complete) {
    state = complete ? State.OVER : State.UNASKED;
  }

  /** The exchange is over. */
  void end() {
    state = State.OVER;
    paused = false;
    onPart = null;
    onEnd = null;
    if (bytes != null) {
      bytes.close();
      bytes = null;
    }
  }

  /**
   * The program asks for it.
   *
   * @param part null: whole
   * @throws IllegalStateException if it has asked before
   */
  void ask(final HttpBodyHandler part, final HttpHandler end) {
    if (onEnd != null || (state != State.UNASKED && state != State.OVER)) {
      throw new IllegalStateException("the body is read already");
    }
    onPart = part;
    onEnd = end;
    if (state == State.UNASKED) {
      to(part == null ? State.WHOLE : State.PARTS);
    }
  }

  /** The rest of what was asked for is dropped; its end is not reported. */
  void drop() {
    onEnd = null;
    paused = false;
    if (state != State.OVER) {
      to(State.DROPPED);
    }
  }

  /** Whether the program has asked, or need not. */
  boolean isAsked() {
    return state != State.UNASKED;
  }

  boolean isPaused() {
    return paused;
  }

  void pause(final boolean on) {
    paused = on;
  }

  /** Whether the program waits for more of it, so that a client must not be silent. */
  boolean isWanted() {
    return (state == State.PARTS || state == State.WHOLE) && !paused;
  }

  /** Whether more of it is taken from the input. */
  boolean isTaken() {
    return isWanted() || state == State.DROPPED;
  }

  /** Nothing more will come, or may come: whether that is the program's loss. */
  boolean isCut() {
    if (state != State.DROPPED) {
      return true;
    }
    to(State.OVER);
    return false;
  }

  EventBuffer bytes(final EventBase base) {
    if (bytes == null) {
      bytes = new EventBuffer(base);
    }
    return bytes;
  }

  /** Gives the program what has come, unless it waits for all. */
  void deliver(final HttpExchange its) {
    if (state == State.PARTS) {
      onPart.handle(its, bytes);
    }
  }

  /** Whether what was delivered need not be kept. */
  boolean dropsDelivered() {
    return state != State.WHOLE;
  }

  /** It is whole; the handler of its end is returned, once, or null. */
  HttpHandler isWhole() {
    if (state != State.OVER) {
      to(State.OVER);
    }
    final HttpHandler next = onEnd;
    onEnd = null;
    return next;
  }
}
