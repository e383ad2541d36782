package org.jevent.internal.stream;

/** How far a connect has come. */
enum ConnectState {
  /** None is under way: the socket is connected, as far as is known. */
  NONE,

  /** It is submitted before the loop's next wait. */
  WANTED,

  /** The engine connects. */
  SUBMITTED,

  /** Other sockets connect, one of which the stream will have. */
  ELSEWHERE,

  /** It was refused. */
  FAILED;

  boolean isUnderWay() {
    return this == WANTED || this == SUBMITTED || this == ELSEWHERE;
  }

  /** Whether {@code next} may follow this one on the same socket. */
  boolean leadsTo(final ConnectState next) {
    return switch (this) {
      case NONE -> next != SUBMITTED;
      case WANTED -> next == SUBMITTED || next == FAILED;
      case SUBMITTED -> next == NONE || next == FAILED;
      case ELSEWHERE -> next == WANTED || next == FAILED;
      case FAILED -> next == WANTED || next == FAILED;
    };
  }
}
