package org.jevent.conformance;

import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;

/** A connection over something in the middle, where a test stops, counts and bends what passes. */
final class TlsMiddle {
  /** Turns of the loop without anything that passes, until what was held is passed on. */
  private static final int QUIET = 5;

  /** More than any handshake takes. */
  private static final int MAX_TURNS = 5_000;

  final TlsKit.Ends ends;

  /** The middle's end of the connection with the client, and that with the server. */
  final BufferEvent near;

  final BufferEvent far;

  private final EventBase base;

  /** How many bytes have passed from the client and from the server. */
  final long[] passed = new long[2];

  /** How many parts have passed, in both directions. */
  int parts;

  /** What happens to the bytes of each direction: 0 from the client, 1 from the server. */
  interface Bend {
    byte[] apply(int direction, long before, byte[] bytes);
  }

  private Bend bend = (direction, before, bytes) -> bytes;

  private TlsMiddle(
      final EventBase base, final TlsKit.Ends ends, final BufferEvent near, final BufferEvent far) {
    this.base = base;
    this.ends = ends;
    this.near = near;
    this.far = far;
    near.enable(Event.READ);
    far.enable(Event.READ);
  }

  /** Over sockets. Bytes pass when a test says so. */
  static TlsMiddle onSockets(final Bases bases, final EventBase base, final TlsKit.Kind kind) {
    final BufferEvent[] near = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent[] far = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    return new TlsMiddle(base, TlsKit.over(bases, near[0], far[1], kind), near[1], far[0]);
  }

  /** In memory. Bytes pass when a test says so. */
  static TlsMiddle inMemory(final Bases bases, final EventBase base, final TlsKit.Kind kind) {
    final BufferEvent[] near = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent[] far = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    for (int i = 0; i < 2; i++) {
      bases.later(near[i]);
      bases.later(far[i]);
    }
    return new TlsMiddle(base, TlsKit.over(bases, near[0], far[1], kind), near[1], far[0]);
  }

  TlsMiddle bend(final Bend next) {
    bend = next;
    return this;
  }

  /** Passes on what has come at once. */
  TlsMiddle open() {
    near.setCallbacks(self -> pass(0, Integer.MAX_VALUE), null, null);
    far.setCallbacks(self -> pass(1, Integer.MAX_VALUE), null, null);
    return this;
  }

  /** Passes on as many bytes at most; false: there are none, or the other end is closed. */
  boolean pass(final int direction, final int most) {
    final BufferEvent from = direction == 0 ? near : far;
    final BufferEvent to = direction == 0 ? far : near;
    if (from.isClosed() || to.isClosed()) {
      return false;
    }
    final byte[] bytes = new byte[(int) Math.min(most, from.input().length())];
    if (bytes.length == 0) {
      return false;
    }
    from.read(bytes);
    final byte[] bent = bend.apply(direction, passed[direction], bytes);
    passed[direction] += bytes.length;
    parts++;
    to.write(bent);
    return true;
  }

  /** A turn of the loop, in which nothing is waited for. */
  void turn() {
    base.loop(EventBase.LOOP_NONBLOCK);
  }

  /** Turns the loop until nothing more comes. */
  void settle() {
    long last = -1;
    int quiet = 0;
    for (int turns = 0; quiet < QUIET; turns++) {
      if (turns > MAX_TURNS) {
        throw new AssertionError("goes on and on: " + ends.clientEvents + ends.serverEvents);
      }
      turn();
      final long now = waiting(near) + waiting(far) + passed[0] + passed[1];
      quiet = now == last ? quiet + 1 : 0;
      last = now;
    }
  }

  private static long waiting(final BufferEvent stream) {
    return stream.isClosed() ? 0 : stream.input().length();
  }

  /** Passes on whole flights: all that an end sends until it waits for the other. */
  void passFlights() {
    do {
      settle();
    } while (pass(0, Integer.MAX_VALUE) | pass(1, Integer.MAX_VALUE));
  }

  /** Ends both connections, without a word of TLS. */
  void cut() {
    near.shutdownOutput();
    far.shutdownOutput();
    settle();
  }
}
