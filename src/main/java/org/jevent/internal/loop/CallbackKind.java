package org.jevent.internal.loop;

/** What kind of code the loop enters. */
public enum CallbackKind {
  /** The callback of an event. */
  EVENT,

  /** The finalizer of an event. */
  FINALIZER,

  /** A deferred callback, or the job of a stream, listener or datagram event. */
  DEFERRED,

  /** A batch of tasks from other threads or from the loop's own. */
  TASKS,

  /** A watcher before the wait. */
  PREPARE,

  /** A watcher after the wait. */
  CHECK,

  /** The pre-poll tasks of the layers above. */
  PRE_POLL
}
