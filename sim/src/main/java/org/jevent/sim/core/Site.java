package org.jevent.sim.core;

/**
 * A place in the simulator where something is drawn. Zero is always the plain thing: no fault, no
 * delay, whole segments, first come first served.
 */
public enum Site {
  /** Drawn by the test. */
  USER(Kind.TEST),

  /** A kind of faults is on in this run, and how often its faults happen. */
  SWARM(Kind.TEST),

  /** More latency than the least. */
  LATENCY(Kind.TIMING),
  /** A segment is lost, and arrives when it is sent again. */
  SEGMENT_LOST(Kind.NETWORK),
  /** A segment is cut at any byte. */
  SEGMENT_CUT(Kind.NETWORK),
  /** A datagram is lost. */
  DATAGRAM_LOST(Kind.NETWORK),
  /** A datagram arrives twice. */
  DATAGRAM_DOUBLED(Kind.NETWORK),
  /** A datagram arrives after later ones. */
  DATAGRAM_LATE(Kind.NETWORK),
  /** An acknowledgement waits for up to 40 ms. */
  ACK_LATE(Kind.NETWORK),
  /** A request to connect is lost. */
  SYN_LOST(Kind.NETWORK),
  /** A connection is reset for no reason of the peer's. */
  RESET(Kind.RESETS),

  /** No descriptor is left. */
  EMFILE(Kind.RESOURCES),
  /** A send finds no buffers. */
  ENOBUFS(Kind.RESOURCES),
  /** The send buffer takes less than it could. */
  SHORT_SEND(Kind.RESOURCES),
  /** A file cannot be read. */
  FILE_EIO(Kind.RESOURCES),

  /** Among bases that can run, another one than the first runs. */
  SCHEDULE(Kind.ENGINE),
  /** Completions are delivered in another order. */
  ORDER(Kind.ENGINE),
  /** A call delivers not all that it could. */
  FEWER(Kind.ENGINE),
  /** Received bytes are delivered in several buffers, cut at any byte. */
  RECEIVE_CUT(Kind.ENGINE),
  /** Readiness is reported where there is none. */
  SPURIOUS_READY(Kind.ENGINE),
  /** A wait ends with nothing to report. */
  EARLY_WAKE(Kind.ENGINE),
  /** The success of a quiet send is reported late. */
  LATE_SENT(Kind.ENGINE),
  /** The end of a slot is reported a turn later. */
  LATE_DETACH(Kind.ENGINE),

  /** An iteration of a loop takes time. */
  CPU(Kind.CPU),
  /** The time of day jumps. */
  CLOCK_JUMP(Kind.CLOCK),

  /** A link loses what has no bytes of a program: an answer, a refusal, a question, a reset. */
  LINK_LOST(Kind.TIMING);

  /** What is switched on and off as a whole. */
  public enum Kind {
    TEST,
    TIMING,
    NETWORK,
    RESETS,
    RESOURCES,
    ENGINE,
    CPU,
    CLOCK
  }

  private final Kind kind;

  Site(final Kind kind) {
    this.kind = kind;
  }

  /** What it is switched on with. */
  public Kind kind() {
    return kind;
  }
}
