package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jevent.EventBase;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;

/** A client's handshake, and what comes of it. */
final class WebSocketShake {
  static final Pattern KEY =
      Pattern.compile("(?i)\r\nsec-websocket-key: ([A-Za-z0-9+/]{22}==)\r\n");

  final List<String> messages = new ArrayList<>();
  final List<String> ends = new ArrayList<>();
  WebSocket socket;
  WebSocketException problem;
  HttpCall call;
  int calls;
  private final Bases bases;

  WebSocketShake(final Bases bases) {
    this.bases = bases;
  }

  void ended(final WebSocket made, final WebSocketException wrong) {
    assertThat(made == null).isNotEqualTo(wrong == null);
    calls++;
    socket = made;
    problem = wrong;
    if (made != null) {
      bases
          .later(made)
          .onMessage((self, message) -> messages.add(message.text()))
          .onClose((self, code, reason, clean) -> ends.add(code + " " + clean));
    }
  }

  static WebSocketShake connect(
      final Bases bases, final HttpClient client, final String uri, final WebSocketConfig config) {
    final WebSocketShake shake = new WebSocketShake(bases);
    shake.call = WebSocket.connect(client, uri, config, shake::ended);
    assertThat(shake.calls).as("nothing calls back within connect").isZero();
    return shake;
  }

  static WebSocketShake run(
      final Bases bases, final HttpClient client, final String uri, final WebSocketConfig config) {
    final WebSocketShake shake = connect(bases, client, uri, config);
    Streams.run(client.base(), () -> shake.calls > 0);
    return shake;
  }

  static String uri(final HttpPeer peer) {
    return "ws://127.0.0.1:" + peer.port() + "/chat?x";
  }

  /** The answer to a request, with changes as {@link WebSocketBytes#ask} has them. */
  static String answer(final String request, final String... changes) {
    final Matcher key = KEY.matcher(request);
    assertThat(key.find()).as(request).isTrue();
    final List<String> lines =
        new ArrayList<>(
            List.of(
                "HTTP/1.1 101 Switching",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: " + accept(key.group(1))));
    for (final String change : changes) {
      if (change.startsWith("-")) {
        lines.removeIf(line -> line.startsWith(change.substring(1) + ":"));
      } else if (change.startsWith("+")) {
        lines.add(change.substring(1));
      } else {
        final String name = change.substring(0, change.indexOf(':') + 1);
        lines.removeIf(line -> line.startsWith(name));
        lines.add(change);
      }
    }
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String accept(final String key) {
    try {
      return java.util.Base64.getEncoder()
          .encodeToString(
              java.security.MessageDigest.getInstance("SHA-1")
                  .digest(WebSocketBytes.bytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    } catch (final java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static HttpPeer answering(
      final Bases bases, final EventBase base, final String tail, final String... changes) {
    return new HttpPeer(bases, base, (on, request) -> on.say(answer(request, changes) + tail));
  }
}
