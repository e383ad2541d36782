package org.jevent.examples;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** Sends everything back, on the port that is its argument. SIGINT ends it. */
public final class FirstServer {
  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4000;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (EventBase base = new EventBase();
        ConnectionListener listener =
            ConnectionListener.bind(
                base,
                address,
                ConnectionListener.CLOSE_ON_FREE,
                NetSocket.DEFAULT_BACKLOG,
                (self, socket, peer) -> serve(base, socket));
        Event interrupt =
            base.newSignal(Signals.INT.number(base), (event, what) -> base.loopExit())) {
      interrupt.add();
      System.out.println("listening on " + listener.address());
      base.dispatch();
    }
  }

  private static void serve(EventBase base, NetSocket socket) {
    BufferEvent client = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    client.setTimeouts(null, Duration.ofMinutes(1)); // for a client that does not read
    client.pipeTo(client); // moved, not copied, as fast as the client reads
  }
}
