package org.jevent.internal.stream;

/** How far a connect has come. */
enum ConnectState {
  /** None is under way: the socket is connected, as far as is known. */
  NONE,

  /** It is submitted before the loop's next wait. */
  WANTED,

  /** The engine connects. */
  SUBMITTED,

  /** It was refused. */
  FAILED;

  boolean isUnderWay() {
    return this == WANTED || this == SUBMITTED;
  }

  /** Whether {@code next} may follow this one on the same socket. */
  boolean leadsTo(final ConnectState next) {
    return switch (this) {
      case NONE -> next == WANTED || next == FAILED;
      case WANTED -> next == SUBMITTED || next == FAILED;
      case SUBMITTED -> next == NONE || next == FAILED;
      case FAILED -> next == WANTED || next == FAILED;
    };
  }
}
