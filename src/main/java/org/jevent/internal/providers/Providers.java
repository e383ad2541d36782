package org.jevent.internal.providers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.nio.NioFile;
import org.jevent.internal.engine.nio.NioProvider;
import org.jevent.internal.engine.ring.RingEngines;

/**
 * The list of engines. It is the only class that knows the packages of their makers: another engine
 * is another line here.
 */
public final class Providers {
  /** All of them, in no order. */
  public static final List<EngineProvider> ALL = all();

  private Providers() {}

  private static List<EngineProvider> all() {
    final List<EngineProvider> all = new ArrayList<>(RingEngines.providers());
    all.add(new NioProvider());
    return List.copyOf(all);
  }

  /** Opens a file that no engine is going to send: it is read in pure Java. */
  public static EngineFile openFile(final Path path) {
    return NioFile.open(path);
  }
}
