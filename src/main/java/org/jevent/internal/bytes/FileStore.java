package org.jevent.internal.bytes;

import org.jevent.internal.engine.EngineFile;

/** A range of a file that segments refer to. */
public abstract class FileStore implements Store {
  /** The file to read or send from. */
  public abstract EngineFile file();

  /** The system may send from the file without copying. */
  public abstract boolean mayBeSent();

  /** One more segment refers to it. */
  public abstract void retain();

  /** One segment less refers to it. */
  public abstract void drop();

  @Override
  public final void release(final Segment segment) {
    drop();
  }

  @Override
  public final boolean writable() {
    return false;
  }

  @Override
  public final boolean movable() {
    return false;
  }
}
