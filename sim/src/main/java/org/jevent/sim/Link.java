package org.jevent.sim;

import java.time.Duration;
import java.util.Objects;
import org.jevent.sim.kernel.NetPath;

/** The way from one host to another, in one direction. Setters return the link itself. */
public final class Link {
  private static final int MIN_MTU = 576;
  private static final int MAX_MTU = 65_536;

  private final NetPath path;

  Link(final NetPath path) {
    this.path = path;
  }

  /** How long a packet travels; half a millisecond unless set, 10 us within a host. */
  public Link latency(final Latency latency) {
    path.delay(Objects.requireNonNull(latency, "latency").delay());
    return this;
  }

  /** How many bits a second it carries; 0, the default, is without limit. */
  public Link bandwidth(final long bitsPerSecond) {
    if (bitsPerSecond < 0) {
      throw new IllegalArgumentException("bandwidth " + bitsPerSecond + " is negative");
    }
    path.bandwidth(bitsPerSecond);
    return this;
  }

  /** How many bytes may wait for the {@link #bandwidth}: packets beyond are lost. */
  public Link queue(final long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("queue " + bytes + " is negative");
    }
    path.queue(bytes);
    return this;
  }

  /** The greatest packet in bytes, from 576 to 65,536; 1500 unless set. */
  public Link mtu(final int bytes) {
    if (bytes < MIN_MTU || bytes > MAX_MTU) {
      throw new IllegalArgumentException("mtu " + bytes + " is not within 576..65536");
    }
    path.mtu(bytes);
    return this;
  }

  private static double rate(final String name, final double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(name + " " + rate + " is not within 0..1");
    }
    return rate;
  }

  /** Which part of the packets is lost, from 0 to 1. */
  public Link loss(final double rate) {
    path.loss(rate("loss", rate));
    return this;
  }

  /**
   * Loss in bursts, after Gilbert and Elliott.
   *
   * @param begins how likely a packet begins a burst
   * @param ends how likely a packet of a burst ends it
   * @param loss which part of the packets of a burst is lost
   */
  public Link bursts(final double begins, final double ends, final double loss) {
    path.bursts(rate("begins", begins), rate("ends", ends), rate("loss", loss));
    return this;
  }

  /** Which part of the datagrams arrives twice. */
  public Link duplication(final double rate) {
    path.duplication(rate("duplication", rate));
    return this;
  }

  /** Which part of the datagrams arrives after later ones. */
  public Link reordering(final double rate) {
    path.reordering(rate("reordering", rate));
    return this;
  }

  /** What becomes of packets while a link is cut. */
  public enum Cut {
    /** They are lost without a word. */
    DROP,
    /** They are lost, and who connects learns that the host cannot be reached. */
    REJECT,
    /** They arrive when the link is whole again. */
    HOLD
  }

  /** Cuts this direction. */
  public Link cut(final Cut how) {
    path.cut(
        switch (Objects.requireNonNull(how, "how")) {
          case DROP -> NetPath.Cut.DROP;
          case REJECT -> NetPath.Cut.REJECT;
          case HOLD -> NetPath.Cut.HOLD;
        });
    return this;
  }

  /** Nothing arrives before that much time has passed. */
  public Link clog(final Duration time) {
    path.clog(World.nanos("clog", Objects.requireNonNull(time, "time")));
    return this;
  }

  /** Neither cut nor clogged any more. */
  public Link heal() {
    path.heal();
    return this;
  }

  /** How many packets were given to it. */
  public long packets() {
    return path.packets();
  }

  /** How many of them were lost. */
  public long lost() {
    return path.lost();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
