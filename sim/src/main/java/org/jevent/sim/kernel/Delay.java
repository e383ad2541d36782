package org.jevent.sim.kernel;

import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;

/** How long something takes on its way. */
@FunctionalInterface
public interface Delay {
  /** Draws it, in nanoseconds. */
  long nanos(Draws draws, Entity entity);
}
