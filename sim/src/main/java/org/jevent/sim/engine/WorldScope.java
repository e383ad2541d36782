package org.jevent.sim.engine;

import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;

/**
 * Whose code the thread of the world runs: that of a host, or that of none. The thread enters it
 * once for a run, as entering a scope for each turn of a loop costs more than this change of it.
 */
final class WorldScope implements EngineProvider {
  private EngineProvider current = NoHost.INSTANCE;

  /** The code of that one runs from now on. Returns whose it was before. */
  EngineProvider enter(final EngineProvider next) {
    final EngineProvider former = current;
    current = next;
    return former;
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public int preference() {
    return current.preference();
  }

  @Override
  public String reason() {
    return current.reason();
  }

  @Override
  public int features() {
    return current.features();
  }

  @Override
  public boolean emulated() {
    return current.emulated();
  }

  @Override
  public Engine open() {
    return current.open();
  }
}
