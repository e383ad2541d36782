package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;

/** The case {@code http/ws} of libevent's suite: a server, and a client that is bytes alone. */
class WebSocketLibeventTest {
  private static final String UPGRADE = "Upgrade: websocket";
  private static final String CONNECTION = "Connection: Upgrade";
  private static final String VERSION = "Sec-WebSocket-Version: 13";
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int FIN = 0x80;

  private final List<WebSocket> sockets = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  private HttpKit kit(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/ws", WebSocket.accept(this::open));
    return kit;
  }

  private void open(final WebSocket socket) {
    sockets.add(socket);
    socket.onText((self, text) -> self.send(text));
    socket.onClose((self, code, reason, clean) -> events.add(code + " " + reason + " " + clean));
  }

  private HttpKit.Client connected(final HttpKit kit) {
    final HttpKit.Client client =
        kit.client().say(HttpKit.get("/ws", UPGRADE, CONNECTION, VERSION, KEY));
    client.until("\r\n\r\n");
    return client;
  }

  /** A frame of a client's, its text in ISO 8859-1. */
  private static String masked(final int first, final String payload) {
    final StringBuilder frame = new StringBuilder();
    frame.append((char) first).append((char) (0x80 | payload.length()));
    frame.append("\u0001\u0002\u0003\u0004");
    for (int i = 0; i < payload.length(); i++) {
      frame.append((char) (payload.charAt(i) ^ (i % 4 + 1)));
    }
    return frame.toString();
  }

  private static String plain(final int first, final String payload) {
    return "" + (char) first + (char) payload.length() + payload;
  }

  /** 1000 as a close frame has it. */
  private static String normal(final String reason) {
    return "\u0003\u00e8" + reason;
  }

  @EngineTest
  void aRequestThatAsksForNoWebSocket(final Bases bases) {
    final String answer = kit(bases).client().say(HttpKit.get("/ws")).until("\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 426 ")
        .containsIgnoringCase("\r\nupgrade: websocket\r\n")
        .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n");
    assertThat(sockets).isEmpty();
  }

  @EngineTest
  void theHandshake(final Bases bases) {
    final String answer =
        kit(bases)
            .client()
            .say(HttpKit.get("/ws", UPGRADE, CONNECTION, VERSION, KEY))
            .until("\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("\r\nupgrade: websocket\r\n")
        .containsIgnoringCase("\r\nconnection: upgrade\r\n")
        .containsIgnoringCase("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    assertThat(sockets).singleElement().extracting(WebSocket::state).isEqualTo(SocketState.OPEN);
  }

  @EngineTest
  void textsComeBack(final Bases bases) {
    final HttpKit.Client client = connected(kit(bases));
    for (final String text : new String[] {"Hello", "", "x".repeat(125)}) {
      client.say(masked(TEXT, text));
      assertThat(client.until(plain(TEXT, text))).isEqualTo(plain(TEXT, text));
    }
  }

  @EngineTest
  void theServerSpeaksFirst(final Bases bases) {
    final HttpKit.Client client = connected(kit(bases));
    assertThat(sockets.get(0).send("unasked")).isTrue();
    assertThat(client.until("unasked")).isEqualTo(plain(TEXT, "unasked"));
  }

  @EngineTest
  void severalFramesAtOnceAndOneInPieces(final Bases bases) {
    final HttpKit.Client client = connected(kit(bases));
    client.say(masked(TEXT, "one") + masked(1, "tw") + masked(0, "") + masked(FIN, "o"));
    assertThat(client.until("two")).isEqualTo(plain(TEXT, "one") + plain(TEXT, "two"));
    final String frame = masked(TEXT, "three");
    for (int i = 0; i < frame.length(); i++) {
      assertThat(client.got).isEmpty();
      client.say(frame.substring(i, i + 1));
      Streams.run(client.stream.base(), () -> client.stream.output().isEmpty());
    }
    assertThat(client.until("three")).isEqualTo(plain(TEXT, "three"));
  }

  @EngineTest
  void theClientCloses(final Bases bases) {
    final HttpKit.Client client = connected(kit(bases));
    client.say(masked(CLOSE, normal("done")) + masked(TEXT, "too late"));
    assertThat(client.rest()).isEqualTo(plain(CLOSE, normal("")));
    assertThat(events).containsExactly("1000 done true");
    assertThat(sockets.get(0).send("too late as well")).isFalse();
  }

  @EngineTest
  void theServerCloses(final Bases bases) {
    final HttpKit.Client client = connected(kit(bases));
    assertThat(sockets.get(0).close(WebSocket.NORMAL, "done")).isTrue();
    assertThat(client.until("done")).isEqualTo(plain(CLOSE, normal("done")));
    assertThat(events).isEmpty();
    client.say(masked(CLOSE, normal("")));
    assertThat(client.rest()).isEmpty();
    assertThat(events).containsExactly("1000  true");
  }
}
