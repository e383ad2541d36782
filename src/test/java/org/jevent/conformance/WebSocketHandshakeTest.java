package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jevent.websocket.OriginCheck;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** What a server answers to requests for WebSockets. */
class WebSocketHandshakeTest {
  @EngineTest
  void theAnswer(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final HttpKit.Client client = echo.kit.client().say(WebSocketBytes.ask());
    final String head = client.until("\r\n\r\n");
    assertThat(head).startsWith(WebSocketEcho.SHAKEN);
    assertThat(HttpKit.undated(head).toLowerCase(java.util.Locale.ROOT).split("\r\n"))
        .containsExactlyInAnyOrder(
            "http/1.1 101 switching protocols",
            "connection: upgrade",
            "upgrade: websocket",
            "sec-websocket-accept: " + WebSocketBytes.ACCEPT.toLowerCase(java.util.Locale.ROOT));
    assertThat(head).contains(": " + WebSocketBytes.ACCEPT + "\r\n");
    WebSocketEcho.assertEcho(client);
    final WebSocket socket = echo.sockets.get(0);
    assertThat(socket.handshake().first("host")).isEqualTo("a");
    assertThat(socket.protocol()).isNull();
    assertThat(socket.extensions()).isNull();
    assertThat(socket.state()).isEqualTo(SocketState.OPEN);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void requestsThatAreRight(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    for (final String[] each :
        new String[][] {
          {"Upgrade: WebSocket"},
          {"Upgrade: h2c, WEBSOCKET"},
          {"Upgrade: h2c", "+Upgrade: websocket"},
          {"Connection: keep-alive, upgrade"},
          {"Connection: keep-alive", "+Connection: UPGRADE"},
          {"Connection: ,upgrade,"},
          {"Content-Length: 0"},
          {"-Sec-WebSocket-Version", "+sec-websocket-VERSION: 13"},
          {"Sec-WebSocket-Extensions: foo; bar=1, permessage-deflate"},
          {"Sec-WebSocket-Protocol: one, two"}
        }) {
      final HttpKit.Client client = echo.shaken(each);
      WebSocketEcho.assertEcho(client);
    }
    assertThat(echo.sockets).hasSize(10).allMatch(socket -> socket.extensions() == null);
  }

  @EngineTest
  void requestsThatAreRefused(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final String[][] cases = {
      {"400", "POST / HTTP/1.1", "Content-Length: 0"},
      {"400", "PUT / HTTP/1.1", "Content-Length: 0"},
      {"400", "GET / HTTP/1.0"},
      {"400", "Content-Length: 5"},
      {"400", "Transfer-Encoding: chunked"},
      {"400", "-Sec-WebSocket-Key"},
      {"400", "+Sec-WebSocket-Key: " + WebSocketBytes.KEY},
      {"400", "Sec-WebSocket-Key: "},
      {"400", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"},
      {"400", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="},
      {"400", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"},
      {"400", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZZZZ"},
      {"400", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q=="},
      {"426", "-Upgrade"},
      {"426", "Upgrade: h2c"},
      {"426", "Upgrade: websockets"},
      {"426", "Upgrade: web socket"},
      {"426", "-Connection"},
      {"426", "Connection: close"},
      {"426", "Connection: keep-alive"},
      {"426", "-Sec-WebSocket-Version"},
      {"426", "Sec-WebSocket-Version: 8"},
      {"426", "Sec-WebSocket-Version: 14"},
      {"426", "Sec-WebSocket-Version: 013"},
      {"426", "Sec-WebSocket-Version: 13, 8"},
      {"426", "+Sec-WebSocket-Version: 13"},
      {"400", "Sec-WebSocket-Extensions: a b"},
      {"400", "Sec-WebSocket-Extensions: a; b=\"c"},
      {"400", "Sec-WebSocket-Extensions: a; b=\"c d\""},
      {"400", "Sec-WebSocket-Extensions: a; =1"},
      {"400", "Sec-WebSocket-Extensions: a;"},
      {"400", "Sec-WebSocket-Extensions: ; a"},
      {"400", "Sec-WebSocket-Protocol: a b"},
      {"400", "Sec-WebSocket-Protocol: \"a\""},
      {"403", "Origin: http://other.test"},
    };
    for (final String[] each : cases) {
      final String[] changes = java.util.Arrays.copyOfRange(each, 1, each.length);
      final String head = echo.answer(changes);
      assertThat(HttpKit.statuses(head)).as(String.join(" ", each)).hasSize(1);
      assertThat(String.valueOf(HttpKit.statuses(head).get(0)))
          .as(String.join(" ", each))
          .isEqualTo(each[0]);
      if (each[0].equals("426")) {
        assertThat(head.toLowerCase(java.util.Locale.ROOT))
            .contains("\r\nupgrade: websocket\r\n")
            .contains("\r\nsec-websocket-version: 13\r\n")
            .containsPattern("\r\nconnection: [^\r]*upgrade");
      } else {
        assertThat(head.toLowerCase(java.util.Locale.ROOT)).doesNotContain("sec-websocket");
      }
    }
    assertThat(echo.sockets).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  /** A browser that opens the address as a page: the answer is whole, and the next is read. */
  @EngineTest
  void aPlainRequest(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final WebPeer peer = new WebPeer(bases, echo.kit.base, echo.kit.address);
    for (int i = 0; i < 2; i++) {
      final WebPeer.Answer answer = peer.ask("GET / HTTP/1.1");
      assertThat(answer.status).isEqualTo(426);
      assertThat(answer.field("upgrade")).isEqualTo("websocket");
      assertThat(answer.field("connection")).isEqualToIgnoringCase("upgrade");
      assertThat(answer.field("sec-websocket-version")).isEqualTo("13");
      assertThat(answer.text()).contains("426");
    }
    assertThat(peer.ask("HEAD / HTTP/1.1").status).isEqualTo(426);
    assertThat(peer.isClosed()).isFalse();
  }

  @EngineTest
  void framesBehindTheRequest(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final StringBuilder all = new StringBuilder(WebSocketBytes.ask());
    final StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      final String text = (i + "-").repeat(600).substring(0, 1016);
      final int first = WebSocketBytes.FIN | (i % 2 == 0 ? 1 : 2);
      all.append(WebSocketBytes.masked(first, text));
      expected.append(WebSocketBytes.plain(first, text));
    }
    final HttpKit.Client client = echo.kit.client().say(all.toString());
    Streams.run(echo.kit.base, () -> client.got.length() >= expected.length() + 120);
    final String came = client.got.toString();
    assertThat(came.substring(came.indexOf("\r\n\r\n") + 4)).isEqualTo(expected.toString());
  }

  @EngineTest
  void cutAtEachByte(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final String all =
        WebSocketBytes.ask()
            + WebSocketEcho.hello()
            + WebSocketBytes.masked(WebSocketBytes.TEXT, "h\u00c3")
            + WebSocketBytes.masked(WebSocketBytes.FIN | WebSocketBytes.PING, "ping")
            + WebSocketBytes.masked(WebSocketBytes.FIN, "\u00a9llo")
            + WebSocketBytes.masked(
                WebSocketBytes.FIN | WebSocketBytes.CLOSE, WebSocketBytes.code(1000));
    final String expected =
        WebSocketBytes.plain(0x81, "hello")
            + WebSocketBytes.plain(0x8a, "ping")
            + WebSocketBytes.plain(0x81, "h\u00c3\u00a9llo")
            + WebSocketBytes.plain(0x88, WebSocketBytes.code(1000));
    for (int cut = 1; cut < all.length(); cut++) {
      final HttpKit.Client client = echo.kit.pair().say(all.substring(0, cut));
      for (int i = 0; i < 3; i++) {
        echo.kit.base.loop(org.jevent.EventBase.LOOP_NONBLOCK);
      }
      client.say(all.substring(cut));
      final String came = client.rest();
      assertThat(came.substring(came.indexOf("\r\n\r\n") + 4))
          .as("cut at " + cut)
          .isEqualTo(expected);
      client.stream.close();
    }
    assertThat(echo.ends).hasSize(all.length() - 1).containsOnly("1000 true");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void origins(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final Object[][] cases = {
      {101, "a", new String[] {}},
      {101, "a", new String[] {"http://a"}},
      {101, "a", new String[] {"http://A:80"}},
      {101, "a:8080", new String[] {"http://a:8080"}},
      {101, "a:443", new String[] {"https://a"}},
      {101, "[::1]:81", new String[] {"http://[::1]:81"}},
      {403, "a", new String[] {"null"}},
      {403, "a", new String[] {""}},
      {403, "a", new String[] {"a"}},
      {403, "a", new String[] {"http://a:81"}},
      {403, "a", new String[] {"https://a:80x"}},
      {403, "a", new String[] {"http://b"}},
      {403, "a", new String[] {"http://a.b"}},
      {403, "a", new String[] {"http://b@a.c"}},
      {403, "localhost", new String[] {"capacitor://localhost"}},
      {403, "a", new String[] {"ws://a"}},
      {403, "a", new String[] {"http://a", "http://a"}},
    };
    for (final Object[] each : cases) {
      final List<String> changes = new ArrayList<>(List.of("Host: " + each[1]));
      for (final String origin : (String[]) each[2]) {
        changes.add("+Origin: " + origin);
      }
      assertThat(HttpKit.statuses(echo.answer(changes.toArray(new String[0]))))
          .as(changes.toString())
          .containsExactly((Integer) each[0]);
    }
  }

  /** A page without TLS, which anybody on the way can forge, is of another origin. */
  @EngineTest
  void originsOfAServerOfHttps(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    echo.kit.server.scheme("https");
    assertThat(HttpKit.statuses(echo.answer("Host: a", "+Origin: http://a"))).containsExactly(403);
    assertThat(HttpKit.statuses(echo.answer("Host: a", "+Origin: https://a"))).containsExactly(101);
  }

  @EngineTest
  void theHookOfOrigins(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<String> seen = new ArrayList<>();
    final WebSocketEcho echo =
        new WebSocketEcho(
            kit,
            WebSocketConfig.DEFAULT.origin(
                (origin, exchange) -> {
                  seen.add(origin + " " + exchange.authority() + " " + exchange.path());
                  if ("throw".equals(origin)) {
                    throw new IllegalStateException("on purpose");
                  }
                  return origin == null || origin.equals("null");
                }));
    assertThat(HttpKit.statuses(echo.answer("GET /x HTTP/1.1"))).containsExactly(101);
    assertThat(HttpKit.statuses(echo.answer("Origin: null"))).containsExactly(101);
    assertThat(HttpKit.statuses(echo.answer("Origin: http://a"))).containsExactly(403);
    assertThat(HttpKit.statuses(echo.answer("Origin: throw")).get(0)).isGreaterThanOrEqualTo(400);
    assertThat(HttpKit.statuses(echo.answer("+Origin: a", "+Origin: b"))).containsExactly(403);
    assertThat(seen).containsExactly("null a /x", "null a /", "http://a a /", "throw a /");
    final HttpKit any = new HttpKit(bases);
    final WebSocketEcho open =
        new WebSocketEcho(any, WebSocketConfig.DEFAULT.origin(OriginCheck.ANY));
    assertThat(HttpKit.statuses(open.answer("Origin: http://b"))).containsExactly(101);
  }

  @EngineTest
  void subprotocols(final Bases bases) {
    final WebSocketConfig config = WebSocketConfig.DEFAULT.protocols("one", "two", "Three");
    final WebSocketEcho echo = new WebSocketEcho(new HttpKit(bases), config);
    final String[][] cases = {
      {null},
      {"one", "one"},
      {"two", "two, one"},
      {"two", "x, two, one"},
      {"two", "x", "two", "one"},
      {"Three", "three, Three"},
      {null, "four, five"},
      {null, "ONE"},
    };
    for (final String[] each : cases) {
      final List<String> changes = new ArrayList<>();
      for (int i = 1; i < each.length; i++) {
        changes.add("+Sec-WebSocket-Protocol: " + each[i]);
      }
      final String head = echo.answer(changes.toArray(new String[0]));
      assertThat(HttpKit.statuses(head)).containsExactly(101);
      if (each[0] == null) {
        assertThat(head).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
      } else {
        assertThat(head).containsIgnoringCase("\r\nSec-WebSocket-Protocol: " + each[0] + "\r\n");
      }
      assertThat(echo.sockets.get(echo.sockets.size() - 1).protocol()).isEqualTo(each[0]);
    }
    final WebSocketEcho strict =
        new WebSocketEcho(new HttpKit(bases), config.requireProtocol(true));
    assertThat(HttpKit.statuses(strict.answer())).containsExactly(400);
    assertThat(HttpKit.statuses(strict.answer("Sec-WebSocket-Protocol: four")))
        .containsExactly(400);
    assertThat(HttpKit.statuses(strict.answer("Sec-WebSocket-Protocol: two"))).containsExactly(101);
  }

  /** {@code http/ws} of libevent: pushed texts and binary messages, several frames in one piece. */
  @EngineTest
  void asOfLibevent(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/ws",
        WebSocket.accept(
            socket -> {
              socket.send("Hello user!");
              socket.onText(
                  (self, text) -> {
                    if (text.equals("Send echo")) {
                      self.send("Reply echo");
                    } else if (text.equals("Client: hello")) {
                      self.send("Server: hello");
                    } else if (text.equals("Close")) {
                      self.close(WebSocket.NORMAL, "");
                    }
                  });
            }));
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/ws")))).containsExactly(426);
    final HttpKit.Client client = kit.client().say(WebSocketBytes.ask("GET /ws HTTP/1.1"));
    assertThat(client.until(WebSocketBytes.plain(0x81, "Hello user!")))
        .contains(WebSocketBytes.ACCEPT);
    client.say(WebSocketBytes.masked(0x81, "Send echo"));
    client.until(WebSocketBytes.plain(0x81, "Reply echo"));
    client.say(
        WebSocketBytes.masked(0x01, "Client:")
            + WebSocketBytes.masked(0x80, " hello")
            + WebSocketBytes.masked(0x81, "Close"));
    client.until(
        WebSocketBytes.plain(0x81, "Server: hello")
            + WebSocketBytes.plain(0x88, WebSocketBytes.code(1000)));
    client.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1000)));
    assertThat(client.rest()).isEmpty();
  }
}
