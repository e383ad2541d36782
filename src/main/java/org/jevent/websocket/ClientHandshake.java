package org.jevent.websocket;

import java.net.SocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;

/** Asks a server for a WebSocket, and checks its answer (RFC 6455, section 4.1). */
final class ClientHandshake implements HttpResponseHandler {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final String uri;
  private final WebSocketConfig config;
  private final WebSocket.ConnectCallback callback;
  private final String key;
  private boolean ended;

  private ClientHandshake(
      final EventBase base,
      final String uri,
      final WebSocketConfig config,
      final WebSocket.ConnectCallback callback) {
    this.uri = uri;
    this.config = config;
    this.callback = callback;
    final byte[] random = new byte[Handshake.KEY_BYTES];
    WebSocketLoop.of(base).masking.fill(random);
    key = Base64.getEncoder().encodeToString(random);
  }

  static HttpCall send(
      final HttpClient client,
      final String uri,
      final WebSocketConfig config,
      final WebSocket.ConnectCallback callback) {
    return new ClientHandshake(client.base(), uri, config, callback).send(client);
  }

  private HttpCall send(final HttpClient client) {
    final HttpRequest request = client.request("GET", target(uri));
    request
        .upgrade(Handshake.PROTOCOL)
        .followRedirects(config.followRedirects())
        .timeouts(request.timeouts().withTotal(config.handshakeTimeout()));
    config.headers().forEach(request::header);
    request.header(Handshake.KEY_FIELD, key).header(Handshake.VERSION_FIELD, Handshake.VERSION);
    if (!config.protocols().isEmpty()) {
      request.header(Handshake.PROTOCOL_FIELD, String.join(", ", config.protocols()));
    }
    if (config.deflate() != null) {
      request.header(Handshake.EXTENSIONS_FIELD, DeflateOffer.offer(config.deflate()));
    }
    return request.send(this);
  }

  /** The URI of the request: that of HTTP with the same rest. */
  private static String target(final String uri) {
    final String lower = uri.substring(0, Math.min(uri.length(), 6)).toLowerCase(Locale.ROOT);
    if (!lower.startsWith("ws://") && !lower.startsWith("wss://")) {
      throw new IllegalArgumentException("the scheme of " + uri + " is other than ws and wss");
    }
    if (uri.indexOf('#') >= 0) {
      throw new IllegalArgumentException("the URI of a WebSocket has no fragment: " + uri);
    }
    return "http" + uri.substring(2);
  }

  @Override
  public void onHead(final HttpCall call, final HttpResponse response) {
    if (response.status() != SWITCHING_PROTOCOLS) {
      refuse(call, response, "the server has answered " + response.status() + " in place of 101");
      return;
    }
    final Agreement agreement;
    try {
      agreement = agreed(response.headers());
    } catch (final IllegalArgumentException e) {
      refuse(call, response, e.getMessage());
      return;
    }
    final SocketAddress peer = call.peer();
    final BufferEvent stream = call.takeOver();
    final WebSocket socket;
    try {
      socket =
          WebSocket.over(
              stream, Role.CLIENT, config, agreement, response.headers(), peer, () -> {});
    } catch (final RuntimeException | Error e) {
      stream.close();
      throw e;
    }
    ended = true;
    socket.open(made -> callback.ended(made, null));
  }

  private void refuse(final HttpCall call, final HttpResponse response, final String why) {
    call.cancel();
    fail(why, response.status(), response, null);
  }

  /**
   * What the server has agreed on.
   *
   * @throws IllegalArgumentException if the answer is not one to this request
   */
  private Agreement agreed(final HttpHeaders fields) {
    if (!Handshake.hasElement(fields, "upgrade", Handshake.PROTOCOL)
        || !Handshake.hasElement(fields, "connection", "upgrade")) {
      throw new IllegalArgumentException("the server has switched to another protocol");
    }
    if (!Handshake.accept(key).equals(Handshake.only(fields, Handshake.ACCEPT_FIELD))) {
      throw new IllegalArgumentException("the answer does not fit the key of the request");
    }
    return DeflateOffer.agreed(
        protocol(fields),
        Extension.parse(fields.all(Handshake.EXTENSIONS_FIELD)),
        config.deflate());
  }

  private String protocol(final HttpHeaders fields) {
    final List<String> chosen = fields.all(Handshake.PROTOCOL_FIELD);
    if (chosen.size() > 1 || (!chosen.isEmpty() && !config.protocols().contains(chosen.get(0)))) {
      throw new IllegalArgumentException("a subprotocol that was not offered: " + chosen);
    }
    if (chosen.isEmpty() && config.requiresProtocol()) {
      throw new IllegalArgumentException(
          "the server has taken none of the subprotocols " + config.protocols());
    }
    return chosen.isEmpty() ? null : chosen.get(0);
  }

  @Override
  public void onBody(final HttpCall call, final EventBuffer bytes) {
    throw new AssertionError("the call has ended with its head");
  }

  @Override
  public void onEnd(final HttpCall call, final HttpResponse response, final HttpException problem) {
    if (ended) {
      return;
    }
    final HttpResponse redirect = problem == null ? null : problem.redirect();
    fail(
        problem == null ? "the server has ended the connection" : problem.getMessage(),
        redirect == null ? call.proxyStatus() : redirect.status(),
        redirect == null ? response : redirect,
        problem);
  }

  private void fail(
      final String why, final int status, final HttpResponse response, final Throwable cause) {
    ended = true;
    callback.ended(
        null, new WebSocketException("WebSocket " + uri + ": " + why, status, response, cause));
  }
}
