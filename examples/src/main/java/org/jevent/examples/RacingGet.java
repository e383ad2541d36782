package org.jevent.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.DnsResolver;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Fetches a page in a loop, from the address of the host that answers first (RFC 8305). */
final class RacingGet {
  private final String host;
  private String problem = "the connection was closed before a response came";
  private final OutputStream out = new StandardOutput();
  private IOException unwritten;
  private boolean answered;

  RacingGet(final String host) {
    this.host = host;
  }

  /**
   * Prints the response, and what was tried on the standard error stream.
   *
   * @param context for TLS, or null
   */
  void run(final int port, final TlsContext context, final String request) throws IOException {
    try (EventBase base = new EventBase();
        DnsResolver resolver = DnsResolver.system(base);
        SocketBufferEvent stream =
            context == null
                ? BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE)
                : Tls.socket(base, context, BufferEvent.CLOSE_ON_FREE)) {
      if (context != null) {
        Tls.of(stream).peer(host, port);
      }
      stream.setCallbacks(this::received, null, (self, what) -> ended(stream, what));
      stream.output().add(request.getBytes(StandardCharsets.ISO_8859_1));
      stream.enable(Event.READ);
      stream.connect(host, port, resolver);
      base.dispatch();
      stream.connectTrace().forEach(each -> System.err.println("http-get: tried " + each));
    }
    if (unwritten != null) {
      throw unwritten;
    }
    if (!answered) {
      throw new IOException(problem);
    }
  }

  private void received(final BufferEvent stream) {
    answered = true;
    final byte[] bytes = new byte[(int) stream.input().length()];
    stream.input().remove(bytes);
    try {
      out.write(bytes);
    } catch (final IOException e) {
      unwritten = e;
      stream.base().loopExit();
    }
  }

  private void ended(final SocketBufferEvent stream, final int what) {
    if (what == BufferEvent.CONNECTED) {
      return;
    }
    if ((what & BufferEvent.ERROR) != 0) {
      problem =
          stream.dnsError() == null ? stream.error().toString() : stream.dnsError().getMessage();
    }
    stream.base().loopExit();
  }
}
