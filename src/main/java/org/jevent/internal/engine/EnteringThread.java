package org.jevent.internal.engine;

/**
 * Asserts that no thread submits while another one is in {@link Engine#enter}. Its methods are
 * called in {@code assert} statements, and cost nothing without assertions.
 */
public final class EnteringThread {
  private Thread entered;

  /** The calling thread enters; false: another one is in. */
  public boolean enter() {
    if (entered != null) {
      return false;
    }
    entered = Thread.currentThread();
    return true;
  }

  /** The thread that has entered leaves. */
  public boolean leave() {
    final boolean own = entered == Thread.currentThread();
    entered = null;
    return own;
  }

  /** Whether a thread is in, which is the calling one. */
  public boolean isInside() {
    return entered == Thread.currentThread();
  }

  /** Whether the calling thread may submit: it is in, or no thread is. */
  public boolean maySubmit() {
    return entered == null || entered == Thread.currentThread();
  }
}
