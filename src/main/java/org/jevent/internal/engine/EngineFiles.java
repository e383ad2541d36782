package org.jevent.internal.engine;

import java.nio.file.Path;

/** Files that an engine sends by {@link EngineOperations#sendFile}. */
public interface EngineFiles {
  /** The file was opened by an engine of this kind. Any thread. */
  boolean sends(EngineFile file);

  /** Opens a file for {@link EngineOperations#sendFile}. Any thread. */
  EngineFile openFile(Path path);
}
