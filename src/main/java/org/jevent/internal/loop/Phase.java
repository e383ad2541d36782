package org.jevent.internal.loop;

/** Where the loop's thread is in an iteration. Changes under the lock: {@link LoopState#enter}. */
enum Phase {
  /** No loop runs. */
  IDLE,

  /** Before the wait: pre-poll tasks, watchers, and the submission of interest. */
  PREPARING,

  /** In the engine, which does not wait. */
  POLLING,

  /** In the engine, which may wait. A wake-up is needed when something changes. */
  WAITING,

  /** In the engine, and another thread has asked for its return already. */
  WOKEN,

  /** After the wait: reports and timers make items active. */
  COLLECTING,

  /** Active items run. */
  RUNNING,

  /** No loop runs, and a thread that closes the base acts as the loop's. */
  CLOSING;

  /** Whether this phase may follow {@code former}. Any phase may end in IDLE, by an error. */
  boolean follows(final Phase former) {
    return switch (this) {
      case IDLE -> former != IDLE;
      case PREPARING -> former == IDLE || former == COLLECTING || former == RUNNING;
      case POLLING, WAITING -> former == PREPARING;
      case WOKEN -> former == WAITING;
      case COLLECTING -> former == POLLING || former == WAITING || former == WOKEN;
      case RUNNING -> former == COLLECTING;
      case CLOSING -> former == IDLE;
    };
  }
}
