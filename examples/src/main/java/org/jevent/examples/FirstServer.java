package org.jevent.examples;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.ConnectionListener;
import org.jevent.net.NetSocket;

/** Sends everything back, on the port that is its argument. SIGINT ends it. */
public final class FirstServer {
  /** A client that leaves more than this unread is not read from until it has read half of it. */
  private static final int MAX_UNREAD = 256 * 1024;

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
    client.setCallbacks(FirstServer::received, FirstServer::sent, FirstServer::ended);
    client.setWatermarks(Event.WRITE, MAX_UNREAD / 2, 0);
    client.setTimeouts(null, Duration.ofMinutes(1));
    client.enable(Event.READ);
  }

  private static void received(BufferEvent client) {
    client.write(client.input()); // moved, not copied
    if (client.output().length() > MAX_UNREAD) {
      client.disable(Event.READ);
    }
  }

  /** Half of it or less is still to be sent. */
  private static void sent(BufferEvent client) {
    client.enable(Event.READ);
  }

  /** The client has sent everything, is gone, or has not read a byte for a minute. */
  private static void ended(BufferEvent client, int what) {
    if ((what & BufferEvent.EOF) != 0) {
      client.closeAfterFlush();
    } else {
      client.close();
    }
  }
}
