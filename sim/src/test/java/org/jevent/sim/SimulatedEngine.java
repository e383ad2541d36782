package org.jevent.sim;

import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.conformance.AddedEngine;

/** Runs the library's conformance tests on a simulated host, without faults. */
public final class SimulatedEngine implements AddedEngine {
  @Override
  public String name() {
    return "sim";
  }

  @Override
  public int features() {
    return EventBase.FEATURE_ET
        | EventBase.FEATURE_O1
        | EventBase.FEATURE_FDS
        | EventBase.FEATURE_EARLY_CLOSE;
  }

  @Override
  public Session open() {
    final World world = World.open(1).allowThreads();
    final Host host = world.host("test");
    return new Session() {
      @Override
      public EventBase base(final EventConfig config) {
        return host.foreground(() -> new EventBase(config));
      }

      @Override
      public long nanoTime() {
        return host.nanoTime();
      }
    };
  }
}
