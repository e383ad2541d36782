package org.jevent.sim;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** A peer that sends a few bytes which are no answer, and is silent afterwards. */
final class Noise {
  static final int PORT = 443;

  private Noise() {}

  /** Accepts one connection. */
  static void accept(final EventBase base, final Consumer<NetSocket> accepted) {
    ConnectionListener.bind(
        base,
        new InetSocketAddress(PORT),
        ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE,
        -1,
        (listener, socket, peer) -> accepted.accept(socket));
  }

  /**
   * Talks to {@code client}, or to those that connect.
   *
   * @param connects whether it connects itself
   * @param ends whether it ends the connection after that
   */
  static void talk(
      final EventBase base, final boolean connects, final byte[] noise, final boolean ends) {
    if (connects) {
      final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      stream.connect("client", PORT);
      talk(stream, noise, ends);
    } else {
      accept(
          base,
          socket -> talk(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE), noise, ends));
    }
  }

  private static void talk(final SocketBufferEvent stream, final byte[] noise, final boolean ends) {
    stream.setCallbacks(self -> self.input().drain(self.input().length()), null, null);
    stream.enable(Event.READ | Event.WRITE);
    stream.write(noise);
    if (ends) {
      stream.shutdownOutput();
    }
  }
}
