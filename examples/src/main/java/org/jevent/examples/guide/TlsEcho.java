package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Sends back what clients say, over TLS. */
public final class TlsEcho {
  private TlsEcho() {}

  /** Needs two PEM files: the chain of certificates, and the key. */
  public static void main(final String[] arguments) throws Exception {
    final TlsContext context =
        TlsContext.server().identity(Path.of(arguments[0]), Path.of(arguments[1])).build();
    try (EventBase base = new EventBase();
        ConnectionListener listener =
            ConnectionListener.bind(
                base,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443),
                ConnectionListener.CLOSE_ON_FREE,
                NetSocket.DEFAULT_BACKLOG,
                (self, socket, peer) -> serve(base, socket, context))) {
      System.out.println("listening on " + listener.address());
      base.dispatch();
    }
  }

  private static void serve(
      final EventBase base, final NetSocket socket, final TlsContext context) {
    final BufferEvent client =
        Tls.socket(base, socket, context, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
    client.setCallbacks(stream -> stream.write(stream.input()), null, TlsEcho::event);
    client.enable(Event.READ);
  }

  private static void event(final BufferEvent client, final int what) {
    if ((what & BufferEvent.CONNECTED) != 0) {
      System.out.println(Tls.of(client)); // such as TLSv1.3, TLS_AES_256_GCM_SHA384, OPEN
    } else if ((what & BufferEvent.EOF) != 0) {
      client.closeAfterFlush(); // the peer has sent close_notify
    } else {
      System.out.println("failed: " + Tls.of(client).error());
      client.close();
    }
  }
}
