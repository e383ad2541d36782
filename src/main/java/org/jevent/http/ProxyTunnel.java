package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.RequestReader;
import org.jevent.http.h1.ResponseReader;

/** Asks a proxy for a tunnel, and takes its answer. What comes behind that is the tunnel's. */
final class ProxyTunnel {
  private static final int MAX_INTERIM = 8;

  private final ConnectionOpener opener;
  private final ClientConnection connection;
  private final BufferEvent stream;
  private final ClientContext context;

  /** Null when the proxy has answered. */
  private ResponseReader reader;

  private int interims;

  ProxyTunnel(
      final ConnectionOpener opener,
      final ClientConnection connection,
      final BufferEvent stream,
      final ClientContext context) {
    this.opener = opener;
    this.connection = connection;
    this.stream = stream;
    this.context = context;
    reader = context.takeReader();
  }

  /** The credentials of the user that the proxy's URI has, if it has one. */
  static void writeCredentials(final HeadWriter head, final HttpUri proxy) {
    if (proxy != null && proxy.userInfo() != null) {
      final byte[] user = HttpUri.decodeToBytes(proxy.userInfo());
      final byte[] encoded = Base64.getEncoder().encode(user);
      head.field("proxy-authorization", "Basic " + new String(encoded, StandardCharsets.US_ASCII));
    }
  }

  void start(final Origin origin, final HeadWriter head) {
    final String target = origin.tunnelTarget();
    head.begin().requestLine("CONNECT", target).field("host", target);
    writeCredentials(head, origin.proxy());
    head.crlf().addTo(stream.output());
    reader.expect("CONNECT");
  }

  void readable() {
    while (connection.state() == ConnectionState.TUNNEL) {
      final RequestReader.Result result = reader.read(stream.input());
      switch (result) {
        case INCOMPLETE -> {
          return;
        }
        case REFUSED ->
            connection.fail(Kind.MALFORMED, "the proxy: " + reader.refusal().reason(), null);
        case COMPLETE -> answered();
        default -> throw new AssertionError(result);
      }
    }
  }

  private void answered() {
    final int status = reader.status();
    if (reader.isInterim() && ++interims <= MAX_INTERIM) {
      return;
    }
    if (status / 100 == 2) {
      close();
      opener.connected();
    } else {
      connection.refusedByProxy(status, reader.reason(), HttpHeaders.of(reader.headers()));
    }
  }

  void close() {
    if (reader != null) {
      context.giveReader(reader);
      reader = null;
    }
  }
}
