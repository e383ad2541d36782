package org.jevent.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpClient;
import org.jevent.net.NetSocket;

/** A client where the JVM's certificates cannot be read: what has become of two calls. */
final class UnreadableTrust {
  private UnreadableTrust() {}

  /** Argument: the method. */
  public static void main(final String[] arguments) {
    final List<NetSocket> accepted = new ArrayList<>();
    try (EventBase base = new EventBase(new EventConfig().method(arguments[0]));
        ConnectionListener listener =
            ConnectionListener.bind(
                base,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> accepted.add(socket))) {
      final HttpClient client = new HttpClient(base);
      final String uri =
          "https://127.0.0.1:" + ((InetSocketAddress) listener.address()).getPort() + "/";
      for (int i = 0; i < 2; i++) {
        System.out.println(HttpResults.run(base, client.get(uri)).kind());
      }
      System.out.println(client.connections() + " connections");
      client.close();
      accepted.forEach(NetSocket::close);
    }
  }
}
