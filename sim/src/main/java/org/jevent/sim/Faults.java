package org.jevent.sim;

import java.util.EnumSet;
import java.util.Set;
import org.jevent.sim.core.Site;

/** Kinds of faults, which a test switches on with {@link World#faults}. */
public enum Faults {
  /** Packets are lost, cut, doubled, late; datagrams come out of order. */
  NETWORK(Site.Kind.NETWORK),
  /** Sends find no room, and descriptors and buffers run out. */
  RESOURCES(Site.Kind.RESOURCES),
  /** What engines may do in different ways: order, parts, spurious and late reports. */
  ENGINE(Site.Kind.ENGINE),
  /** Iterations of loops take time. */
  CPU(Site.Kind.CPU);

  private final Site.Kind kind;

  Faults(final Site.Kind kind) {
    this.kind = kind;
  }

  /** The sites of this kind. */
  Set<Site> sites() {
    final Set<Site> found = EnumSet.noneOf(Site.class);
    for (final Site site : Site.values()) {
      if (site.kind() == kind) {
        found.add(site);
      }
    }
    return found;
  }
}
