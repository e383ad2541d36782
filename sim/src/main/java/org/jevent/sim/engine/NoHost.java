package org.jevent.sim.engine;

import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;

/** What a base would stand on that is made while a world runs, but on no host of it. */
final class NoHost implements EngineProvider {
  static final NoHost INSTANCE = new NoHost();

  private NoHost() {}

  @Override
  public String name() {
    return SimHost.METHOD;
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public String reason() {
    return "this code runs in a simulated world, but on no host of it: use Host.start or Host.main";
  }

  @Override
  public int features() {
    return 0;
  }

  @Override
  public boolean emulated() {
    return true;
  }

  @Override
  public Engine open() {
    throw new IllegalStateException(reason());
  }
}
