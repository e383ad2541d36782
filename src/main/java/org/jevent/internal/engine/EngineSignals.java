package org.jevent.internal.engine;

/** Signals of the process, which an engine reports besides completions. */
public interface EngineSignals {
  /**
   * Watches a signal, by the platform's number, or stops; the system's handler is installed or
   * restored before this returns. Answered by {@link SignalSink#signalled}. Any thread, one at a
   * time.
   *
   * @throws org.jevent.error.ErrnoException if the system refuses
   */
  void signal(int number, boolean on);

  /** Sets the sink of signals. Once, before the first {@link #signal}. */
  void signalSink(SignalSink sink);

  /**
   * The platform's number of a signal by its name without SIG, such as {@code INT}; -1 when there
   * is none. Any thread.
   */
  int signalNumber(String name);
}
