package org.jevent.websocket;

import java.net.SocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpHandler;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpUpgraded;
import org.jevent.http.h1.FieldRules;

/** Answers the requests for WebSockets (RFC 6455, section 4.2). */
final class ServerHandshake implements HttpHandler {
  private final WebSocketConfig config;
  private final Consumer<WebSocket> open;

  ServerHandshake(final WebSocketConfig config, final Consumer<WebSocket> open) {
    this.config = config;
    this.open = open;
  }

  @Override
  public void handle(final HttpExchange exchange) {
    final HttpHeaders fields = exchange.headers();
    if (!Handshake.hasElement(fields, "upgrade", Handshake.PROTOCOL)
        || !Handshake.hasElement(fields, "connection", "upgrade")) {
      upgradeRequired(exchange, "a request that asks for no WebSocket");
      return;
    }
    final String wrong = wrong(exchange, fields);
    if (wrong != null) {
      exchange.error(400, wrong);
      return;
    }
    if (!Handshake.VERSION.equals(Handshake.only(fields, Handshake.VERSION_FIELD))) {
      upgradeRequired(exchange, "a version of WebSocket other than 13");
      return;
    }
    if (!isOriginAccepted(exchange, fields)) {
      exchange.error(403, "pages of this origin may not open a WebSocket");
      return;
    }
    final Agreement agreement;
    try {
      agreement = agree(fields);
    } catch (final IllegalArgumentException e) {
      exchange.error(400, e.getMessage());
      return;
    }
    if (agreement.protocol() == null && config.requiresProtocol()) {
      exchange.error(400, "none of the subprotocols is served here");
      return;
    }
    accept(exchange, fields, agreement);
  }

  private static void upgradeRequired(final HttpExchange exchange, final String reason) {
    exchange.header(Handshake.VERSION_FIELD, Handshake.VERSION);
    exchange.requireUpgrade(Handshake.PROTOCOL, reason);
  }

  /** What is wrong with the request, or null. */
  private static String wrong(final HttpExchange exchange, final HttpHeaders fields) {
    if (!exchange.method().equals("GET")) {
      return "a WebSocket is asked for by GET";
    }
    if (exchange.version().equals("HTTP/1.0")) {
      return "a WebSocket needs HTTP/1.1";
    }
    if (exchange.announcedLength() != 0) {
      return "a request for a WebSocket has no body";
    }
    final String key = Handshake.only(fields, Handshake.KEY_FIELD);
    return key == null || !Handshake.isKey(key) ? "the key is not one of 16 bytes" : null;
  }

  private boolean isOriginAccepted(final HttpExchange exchange, final HttpHeaders fields) {
    final List<String> origins = fields.all("origin");
    return origins.size() <= 1
        && config.origin().accepts(origins.isEmpty() ? null : origins.get(0), exchange);
  }

  private Agreement agree(final HttpHeaders fields) {
    final List<Extension> extensions = Extension.parse(fields.all(Handshake.EXTENSIONS_FIELD));
    String protocol = null;
    for (final String each : fields.elements(Handshake.PROTOCOL_FIELD)) {
      FieldRules.checkToken("the subprotocol", each);
      if (protocol == null && config.protocols().contains(each)) {
        protocol = each;
      }
    }
    return DeflateOffer.accept(protocol, extensions, config.deflate());
  }

  private void accept(
      final HttpExchange exchange, final HttpHeaders fields, final Agreement agreement) {
    exchange.header(
        Handshake.ACCEPT_FIELD, Handshake.accept(Handshake.only(fields, Handshake.KEY_FIELD)));
    if (agreement.protocol() != null) {
      exchange.header(Handshake.PROTOCOL_FIELD, agreement.protocol());
    }
    if (agreement.extensions() != null) {
      exchange.header(Handshake.EXTENSIONS_FIELD, agreement.extensions());
    }
    final HttpServer server = exchange.server();
    final Served served = new Served(server);
    final SocketAddress peer = exchange.peer();
    final BufferEvent stream = exchange.takeOver(Handshake.PROTOCOL, served);
    try {
      served.socket = WebSocket.over(stream, Role.SERVER, config, agreement, fields, peer, served);
    } catch (final RuntimeException | Error e) {
      stream.close();
      server.ended(served);
      throw e;
    }
    served.socket.open(open);
  }

  /** A socket, as its server sees it. */
  private static final class Served implements HttpUpgraded, Runnable {
    private final HttpServer server;
    private WebSocket socket;

    Served(final HttpServer server) {
      this.server = server;
    }

    /** The socket is closed, or about to close itself. */
    @Override
    public void run() {
      server.ended(this);
    }

    @Override
    public void drain() {
      socket.close(WebSocket.GOING_AWAY, "");
    }

    @Override
    public void cut() {
      socket.close();
    }
  }
}
