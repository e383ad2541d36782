package org.jevent.sim.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Site;

/** The way from one machine to another, in one direction. */
public final class NetPath {
  /** A packet did not arrive. */
  static final long LOST = -1;

  /** A packet waits until the way is free again. */
  static final long HELD = Long.MAX_VALUE;

  private static final int BITS = 8;
  private static final double NANOS = 1e9;

  /** What becomes of packets while the way is cut. */
  public enum Cut {
    NONE,
    /** They vanish. */
    DROP,
    /** They vanish, and connecting reports that the host cannot be reached. */
    REJECT,
    /** They arrive when the way is free again. */
    HOLD
  }

  /** Has packets that wait for the way to be free. */
  interface Held {
    /** It is free again. */
    void released();
  }

  private final Network network;
  private final Entity entity;
  private final String name;
  private Delay delay;
  private boolean plain = true;
  private long bandwidth;
  private long queueBytes = Long.MAX_VALUE;
  private int mtu;
  private double loss;
  private double burstLoss;
  private double burstBegins;
  private double burstEnds = 1;
  private boolean inBurst;
  private double duplication;
  private double reordering;
  private Cut cut = Cut.NONE;
  private long cloggedUntil;
  private long busyUntil;
  private final List<Held> held = new ArrayList<>();
  private long packets;
  private long lost;

  NetPath(final Network network, final Machine from, final Machine to, final Delay delay, int mtu) {
    this.network = network;
    this.delay = delay;
    this.mtu = mtu;
    entity = new Entity(Mix.of(from.entity().id(), to.entity().id()));
    name = from.name() + " to " + to.name();
  }

  // ---- its profile ----

  /** How long a packet travels. */
  public void delay(final Delay next) {
    delay = next;
    plain = false;
  }

  /** Nothing was said of how long packets travel, nor can one be late. */
  boolean isPlain() {
    return plain && cut == Cut.NONE && draws().rate(Site.DATAGRAM_LATE) == 0 && reordering == 0;
  }

  /** Bits a second; 0: without limit. */
  public void bandwidth(final long bitsPerSecond) {
    bandwidth = bitsPerSecond;
  }

  /** How many bytes may wait for their turn: others vanish. */
  public void queue(final long bytes) {
    queueBytes = bytes;
  }

  /** The greatest packet, in bytes. */
  public void mtu(final int bytes) {
    mtu = bytes;
  }

  int mtu() {
    return mtu;
  }

  /** Which part of the packets vanishes. */
  public void loss(final double rate) {
    loss = rate;
  }

  /** Bursts of loss, as Gilbert and Elliott have them: rates of beginning, of ending, of loss. */
  public void bursts(final double begins, final double ends, final double rate) {
    burstBegins = begins;
    burstEnds = ends;
    burstLoss = rate;
  }

  /** Which part of the datagrams arrives twice. */
  public void duplication(final double rate) {
    duplication = rate;
  }

  /** Which part of the datagrams arrives after later ones. */
  public void reordering(final double rate) {
    reordering = rate;
  }

  /** Cuts it, or frees it again. */
  public void cut(final Cut next) {
    cut = next;
    network.trace().line(name, next == Cut.NONE ? "is free" : "is cut: " + next);
    if (next == Cut.NONE) {
      release();
    }
  }

  private void release() {
    final List<Held> now = List.copyOf(held);
    held.clear();
    now.forEach(Held::released);
  }

  Cut cut() {
    return cut;
  }

  /** Nothing arrives before that much time has passed. */
  public void clog(final long nanos) {
    cloggedUntil = Math.max(cloggedUntil, network.time().after(nanos));
    network.trace().line(name, "is clogged for " + nanos + " ns");
  }

  /** Frees it of everything that was done to it, but for its profile. */
  public void heal() {
    cloggedUntil = 0;
    if (cut != Cut.NONE) {
      cut(Cut.NONE);
    }
  }

  /** As a profile without faults. */
  void calm() {
    heal();
    loss = 0;
    burstBegins = 0;
    inBurst = false;
    duplication = 0;
    reordering = 0;
  }

  /** How many packets were given to it. */
  public long packets() {
    return packets;
  }

  /** How many of them vanished. */
  public long lost() {
    return lost;
  }

  // ---- a packet ----

  private Draws draws() {
    return network.draws();
  }

  /** The link loses packets of each kind; a fault those of its site alone. */
  private boolean loses(final Site fault, final Entity whose) {
    final Site site = fault == null ? Site.LINK_LOST : fault;
    if (burstBegins > 0) {
      inBurst =
          inBurst
              ? !draws().happens(site, entity, burstEnds)
              : draws().happens(site, entity, burstBegins);
    }
    final double faults = fault == null ? 0 : draws().rate(fault);
    final double rate = inBurst ? burstLoss : Math.max(loss, faults);
    return rate > 0 && draws().happens(site, whose, rate);
  }

  /**
   * Sends a packet on its way.
   *
   * @param site the fault that may lose it, beside the link itself; null: none does
   * @return when it arrives, or {@link #LOST} or {@link #HELD}
   */
  long carry(final int bytes, final Site site, final Entity whose) {
    packets++;
    return carryOn(bytes, site, whose);
  }

  /** The same for a packet that was held: it is counted already. */
  long carryOn(final int bytes, final Site site, final Entity whose) {
    if (cut == Cut.HOLD) {
      return HELD;
    }
    if (cut != Cut.NONE || loses(site, whose)) {
      lost++;
      return LOST;
    }
    final long now = network.now();
    long leaves = now;
    if (bandwidth > 0) {
      if ((Math.max(busyUntil, now) - now) / NANOS * bandwidth / BITS > queueBytes) {
        lost++;
        return LOST;
      }
      leaves = leaves(bytes);
    }
    final long waits = leaves - now;
    final long travels = Math.min(delay.nanos(draws(), whose), Long.MAX_VALUE - waits);
    return Math.min(Math.max(network.time().after(waits + travels), cloggedUntil), HELD - 1);
  }

  /** When a packet has left that waits for its turn. */
  private long leaves(final long bytes) {
    final double takes = bytes * (double) BITS * NANOS / bandwidth;
    busyUntil = Math.max(busyUntil, network.now()) + (long) takes;
    return busyUntil;
  }

  /**
   * What was held of a stream goes on: it was at the end of the link, and takes the time of its
   * bytes alone. None of it is lost.
   *
   * @return when it arrives
   */
  long goesOn(final long bytes) {
    final long leaves = bandwidth > 0 ? leaves(bytes) : network.now();
    return Math.min(Math.max(leaves, cloggedUntil), HELD - 1);
  }

  /** Whether a question that takes no time does not arrive. */
  boolean swallows(final Entity whose) {
    return cut != Cut.NONE || loses(null, whose);
  }

  /** Whether a datagram arrives twice. */
  boolean doubles(final Entity whose) {
    final double rate = Math.max(duplication, draws().rate(Site.DATAGRAM_DOUBLED));
    return rate > 0 && draws().happens(Site.DATAGRAM_DOUBLED, whose, rate);
  }

  /** How much later a datagram arrives than it would, so that later ones come first. */
  long lateness(final Entity whose) {
    final double rate = Math.max(reordering, draws().rate(Site.DATAGRAM_LATE));
    if (rate <= 0 || !draws().happens(Site.DATAGRAM_LATE, whose, rate)) {
      return 0;
    }
    return 1L + draws().choose(Site.DATAGRAM_LATE, whose, 100_000_000);
  }

  /** Notifies {@code waiting} when the way is free. */
  void hold(final Held waiting) {
    if (!held.contains(waiting)) {
      held.add(waiting);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
