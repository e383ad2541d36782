package org.jevent.internal.loop;

/** Runs every action of an ending, whatever another one throws; the first failure surfaces last. */
public final class Cleanup {
  private Throwable first;

  /** Runs an action at once; what it throws is kept. */
  public void run(final Runnable action) {
    try {
      action.run();
    } catch (final Throwable e) {
      add(e);
    }
  }

  /** Keeps what an action has thrown. */
  public void add(final Throwable thrown) {
    if (first == null) {
      first = thrown;
    } else if (first != thrown) {
      first.addSuppressed(thrown);
    }
  }

  /** Throws what the first action that failed has thrown, with the others suppressed. */
  public void rethrow() {
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
    if (first != null) {
      throw new IllegalStateException(first);
    }
  }
}
