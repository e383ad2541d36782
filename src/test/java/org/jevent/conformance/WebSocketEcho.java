package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A server that sends back what comes, and notes how its sockets have ended. */
final class WebSocketEcho {
  static final String SHAKEN = "HTTP/1.1 101 Switching Protocols\r\n";

  final HttpKit kit;
  final List<WebSocket> sockets = new ArrayList<>();
  final List<String> ends = new ArrayList<>();

  WebSocketEcho(final HttpKit kit, final WebSocketConfig config) {
    this.kit = kit;
    kit.server.handle("/", WebSocket.accept(config, this::open));
  }

  WebSocketEcho(final Bases bases) {
    this(new HttpKit(bases), WebSocketConfig.DEFAULT);
  }

  private void open(final WebSocket socket) {
    sockets.add(socket);
    socket
        .onMessage((self, message) -> self.send(message))
        .onClose((self, code, reason, clean) -> ends.add(code + " " + clean));
  }

  /** A client that has got its socket; what came is forgotten. */
  HttpKit.Client shaken(final String... changes) {
    final HttpKit.Client client = kit.client().say(WebSocketBytes.ask(changes));
    assertThat(client.until("\r\n\r\n")).startsWith(SHAKEN);
    return client;
  }

  String answer(final String... changes) {
    final HttpKit.Client client = kit.client().say(WebSocketBytes.ask(changes));
    final String head = client.until("\r\n\r\n");
    client.stream.close();
    return head;
  }

  static String hello() {
    return WebSocketBytes.masked(WebSocketBytes.FIN | WebSocketBytes.TEXT, "hello");
  }

  static void assertEcho(final HttpKit.Client client) {
    client.say(hello());
    client.until(WebSocketBytes.plain(WebSocketBytes.FIN | WebSocketBytes.TEXT, "hello"));
  }
}
