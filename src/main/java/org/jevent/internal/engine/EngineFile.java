package org.jevent.internal.engine;

import java.nio.ByteBuffer;

/**
 * A file that {@link Engine#sendFile} can send from. Closing it while a send is under way is the
 * caller's error.
 */
public interface EngineFile extends AutoCloseable {
  /** Its length in bytes when it was opened. */
  long size();

  /**
   * Reads from {@code position} on into the buffer's remaining room; returns how many bytes, -1 at
   * the end of the file. Any thread.
   */
  int read(long position, ByteBuffer target);

  @Override
  void close();
}
