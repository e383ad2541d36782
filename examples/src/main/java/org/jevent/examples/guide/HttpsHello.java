package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpServer;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Answers over TLS, with the protocol that the client speaks. */
public final class HttpsHello {
  private HttpsHello() {}

  /** Needs two PEM files: the chain of certificates, and the key. */
  public static void main(final String[] arguments) throws Exception {
    final TlsContext context =
        TlsContext.server().identity(Path.of(arguments[0]), Path.of(arguments[1])).build();
    try (EventBase base = new EventBase();
        HttpServer server = new HttpServer(base)) {
      server
          .scheme("https")
          .streamFactory(
              (loop, socket) ->
                  Tls.socket(loop, socket, context, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE))
          .handle(
              "/",
              exchange -> exchange.respond(200, Tls.of(exchange.connection().stream()) + "\n"));
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443));
      base.dispatch();
    }
  }
}
