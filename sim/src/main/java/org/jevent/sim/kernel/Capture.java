package org.jevent.sim.kernel;

import java.net.InetSocketAddress;

/** Sees every packet as it is sent, for a file that network analysers read. */
public interface Capture {
  /** A segment of a connection; {@code kind}: 0 data, 1 the end, 2 a reset. */
  void segment(StreamSocket from, StreamSocket to, byte[] payload, int kind, String comment);

  /** An acknowledgement. */
  void ack(StreamSocket from, StreamSocket to, long window);

  /** A step of a handshake. */
  void handshake(Machine at, InetSocketAddress from, InetSocketAddress to, String flags);

  /** A datagram. */
  void datagram(
      Machine at, InetSocketAddress from, InetSocketAddress to, byte[] bytes, String comment);
}
