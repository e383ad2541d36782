package org.jevent.examples.guide;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Says a line to a server over TLS and prints the answer. */
public final class TlsClient {
  private TlsClient() {}

  /** Needs a host, a port, and a PEM file of the authorities to trust. */
  public static void main(final String[] arguments) throws Exception {
    final TlsContext context = TlsContext.client().trust(Path.of(arguments[2])).build();
    try (EventBase base = new EventBase()) {
      final SocketBufferEvent server = Tls.socket(base, context, BufferEvent.CLOSE_ON_FREE);
      server.setCallbacks(TlsClient::answer, null, TlsClient::event);
      server.enable(Event.READ);
      server.write("hello\n".getBytes(StandardCharsets.UTF_8)); // leaves after the handshake
      server.connect(arguments[0], Integer.parseInt(arguments[1]));
      base.dispatch();
    }
  }

  private static void answer(final BufferEvent server) {
    final byte[] bytes = server.input().readBytes((int) server.input().length());
    System.out.print(new String(bytes, StandardCharsets.UTF_8));
    server.closeAfterFlush(); // sends close_notify
  }

  private static void event(final BufferEvent server, final int what) {
    if ((what & (BufferEvent.ERROR | BufferEvent.EOF | BufferEvent.TIMEOUT)) != 0) {
      System.out.println("failed: " + Tls.of(server).error());
      server.close();
    }
  }
}
