package org.jevent.examples;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jevent.endpoint.DatagramEvent;

/**
 * Sends each datagram back to where it came from; those that find no room are lost, as they may.
 */
final class UdpEchoServer extends LoopServer {
  UdpEchoServer(final String method) {
    super(method);
  }

  @Override
  public int open(final InetSocketAddress address) {
    final DatagramEvent port = later(DatagramEvent.bind(base, address, this::echo));
    port.enable();
    return ((InetSocketAddress) port.address()).getPort();
  }

  private void echo(
      final DatagramEvent port,
      final ByteBuffer data,
      final SocketAddress from,
      final boolean truncated) {
    final int length = data.remaining();
    lines++;
    bytesIn += length;
    if (!truncated && port.send(data, from)) {
      bytesOut += length;
    }
  }
}
