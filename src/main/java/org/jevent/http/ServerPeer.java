package org.jevent.http;

import java.net.SocketAddress;
import org.jevent.internal.engine.PackedAddress;

/** Who is at the other end of a server's connection. */
abstract class ServerPeer {
  /** The address as a number, or 0. */
  private final long packed;

  /** An address that is not packed, or null. */
  private final SocketAddress other;

  ServerPeer(final SocketAddress peer) {
    packed = PackedAddress.pack(peer);
    other = packed == 0 ? peer : null;
  }

  /** The address of the client, or null. */
  public final SocketAddress peer() {
    return packed == 0 ? other : PackedAddress.unpack(packed);
  }
}
