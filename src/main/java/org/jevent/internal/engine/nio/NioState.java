package org.jevent.internal.engine.nio;

/**
 * The states of a slot. Each has one function that goes over to the next, which knows what may
 * follow.
 */
final class NioState {
  private NioState() {}

  /** Of the slot itself. */
  enum Life {
    ATTACHED,
    /** It is detached by the next {@code enter}. */
    DETACHING,
    /** The same, and its channel is closed. */
    CLOSING,
    DETACHED;

    Life to(final Life next) {
      assert switch (this) {
            case ATTACHED -> next == DETACHING || next == CLOSING;
            case DETACHING, CLOSING -> next == DETACHED;
            case DETACHED -> false;
          }
          : this + " to " + next;
      return next;
    }
  }

  /** Of a connect, which sending and receiving wait for. */
  enum Connection {
    /** No connect is under way. */
    NONE,
    /** It is submitted. */
    ASKED,
    /** It has begun: its end is reported. */
    BEGUN,
    /** The channel was attached with a connect under way, which nothing is reported of. */
    FOUND;

    Connection to(final Connection next) {
      assert switch (this) {
            case NONE -> next == ASKED || next == FOUND;
            case ASKED -> next == BEGUN;
            case BEGUN, FOUND -> next == NONE || next == ASKED;
          }
          : this + " to " + next;
      return next;
    }

    /** The channel waits for its connection. */
    boolean isUnderWay() {
      return this == BEGUN || this == FOUND;
    }
  }

  /** Of receiving, bytes or datagrams. */
  enum Receiving {
    OFF,
    /** It is submitted: some may be there already. */
    ASKED,
    /** The selector reports when there is something. */
    WAITING;

    Receiving to(final Receiving next) {
      assert switch (this) {
            case OFF -> next == ASKED;
            case ASKED -> next == WAITING || next == OFF;
            case WAITING -> next == OFF;
          }
          : this + " to " + next;
      return next;
    }
  }

  /** Of the send, of which a slot has one at a time. */
  enum Sending {
    IDLE,
    ACTIVE,
    /** What does not leave at once leaves no more. */
    CANCELLED;

    Sending to(final Sending next) {
      assert switch (this) {
            case IDLE -> next == ACTIVE;
            case ACTIVE -> next == CANCELLED || next == IDLE;
            case CANCELLED -> next == IDLE;
          }
          : this + " to " + next;
      return next;
    }
  }
}
