package org.jevent.engine;

/**
 * A file that {@link Engine#sendFile} can send from. Closing it while a send is under way is the
 * caller's error.
 */
public interface EngineFile extends AutoCloseable {
  /** Its length in bytes when it was opened. */
  long size();

  @Override
  void close();
}
