package org.jevent.sim;

import java.time.Duration;
import java.util.Arrays;

/** The network of the campaigns. */
final class Faulty {
  private static final double RATE = 0.03;

  private Faulty() {}

  /** Links of different latency, and the faults that all campaigns have, besides others. */
  static void network(final World world, final Faults... more) {
    final Choices choices = world.choices();
    for (final Host from : world.hosts()) {
      for (final Host to : world.hosts()) {
        if (from != to) {
          world
              .link(from, to)
              .latency(
                  Latency.exponential(
                      Duration.ofMillis(1), Duration.ofMillis(choices.between("ms", 2, 100))));
        }
      }
    }
    final Faults[] all = Arrays.copyOf(more, more.length + 3);
    all[more.length] = Faults.NETWORK;
    all[more.length + 1] = Faults.ENGINE;
    all[more.length + 2] = Faults.CPU;
    world.faults(all).rate(RATE);
  }
}
