package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * A server that stops: it accepts no more, sends every client what is left, and ends at the latest
 * after a deadline. A timer takes the place of a signal here.
 */
public final class GracefulStop {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final EventBase base = new EventBase();
  private final Set<BufferEvent> clients = new HashSet<>();
  private final ConnectionListener listener;

  private GracefulStop() {
    listener =
        ConnectionListener.bind(
            base,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionListener.CLOSE_ON_FREE,
            NetSocket.DEFAULT_BACKLOG,
            (self, socket, peer) -> serve(socket));
  }

  public static void main(String[] arguments) {
    new GracefulStop().run();
  }

  private void run() {
    try (base) {
      client();
      Event stop = base.newTimer((event, what) -> stop());
      stop.add(Duration.ofMillis(100)); // a server: base.newSignal(Signals.TERM.number(base), ...)
      base.dispatch();
    }
  }

  private void serve(NetSocket socket) {
    BufferEvent client = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    clients.add(client);
    client.setCallbacks(
        null,
        null,
        (self, what) -> {
          clients.remove(self);
          self.closeAfterFlush();
        });
    client.enable(Event.READ);
  }

  /** The loop ends when nothing is left to wait for. */
  private void stop() {
    listener.close();
    for (BufferEvent client : clients) {
      client.output().add("goodbye");
      client.closeGracefully(DEADLINE);
    }
  }

  private void client() {
    SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    client.setCallbacks(
        null,
        null,
        (self, what) -> {
          if ((what & BufferEvent.EOF) != 0) {
            System.out.println(self.input().length() + " bytes before the end");
            self.close();
          }
        });
    client.enable(Event.READ);
    client.connect(listener.address());
  }
}
