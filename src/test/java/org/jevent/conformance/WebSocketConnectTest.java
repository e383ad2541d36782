package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import org.jevent.EventBase;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A client's handshake, with servers that say exactly what a test wants. */
class WebSocketConnectTest {
  @EngineTest
  void theRequest(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = WebSocketShake.answering(bases, base, "");
    final HttpClient client = bases.later(new HttpClient(base));
    final WebSocketShake first =
        WebSocketShake.run(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
    assertThat(first.problem).isNull();
    final String request = peer.requests.get(0);
    assertThat(request)
        .startsWith("GET /chat?x HTTP/1.1\r\nhost: 127.0.0.1:" + peer.port() + "\r\n")
        .endsWith("\r\n\r\n");
    final String lower = request.toLowerCase(Locale.ROOT);
    for (final String field :
        new String[] {
          "\r\nupgrade: websocket\r\n",
          "\r\nconnection: upgrade\r\n",
          "\r\nsec-websocket-version: 13\r\n",
          "\r\nsec-websocket-key: "
        }) {
      assertThat(lower).containsOnlyOnce(field);
    }
    assertThat(lower)
        .doesNotContain("protocol")
        .doesNotContain("extensions")
        .doesNotContain("origin")
        .doesNotContain("content-length");
    WebSocketShake.run(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
    final Matcher one = WebSocketShake.KEY.matcher(request);
    final Matcher other = WebSocketShake.KEY.matcher(peer.requests.get(1));
    assertThat(one.find() && other.find()).isTrue();
    assertThat(one.group(1)).as("each has its own key").isNotEqualTo(other.group(1));
    assertThat(client.connections()).isZero();
    assertThat(peer.connections).hasSize(2);
    assertThat(first.socket.handshake().first("upgrade")).isEqualTo("websocket");
    first.socket.send("hello");
    final HttpPeer.Connection connection = peer.connections.get(0);
    final int head = request.length();
    Streams.run(base, () -> connection.received.length() >= head + 11);
    final String frame = connection.received.substring(head);
    assertThat(frame.charAt(1) & 0x80).as("masked").isEqualTo(0x80);
    assertThat(WebSocketBytes.frames(frame))
        .containsExactly(new WebSocketBytes.Frame(0x81, "hello"));
  }

  @EngineTest
  void fieldsOfTheProgram(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = WebSocketShake.answering(bases, base, "", "Sec-WebSocket-Protocol: two");
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpHeaders more =
        new HttpHeaders().add("Origin", "http://a").add("Authorization", "Bearer x");
    final WebSocketShake shake =
        WebSocketShake.run(
            bases,
            client,
            WebSocketShake.uri(peer),
            WebSocketConfig.DEFAULT
                .headers(more)
                .protocols("one", "two")
                .deflate(DeflateConfig.DEFAULT));
    assertThat(shake.socket.protocol()).isEqualTo("two");
    assertThat(shake.socket.extensions()).isNull();
    assertThat(peer.requests.get(0))
        .containsIgnoringCase("\r\norigin: http://a\r\n")
        .containsIgnoringCase("\r\nauthorization: Bearer x\r\n")
        .containsIgnoringCase("\r\nsec-websocket-protocol: one, two\r\n")
        .containsIgnoringCase(
            "\r\nsec-websocket-extensions: permessage-deflate;"
                + " server_no_context_takeover; client_no_context_takeover\r\n");
  }

  @EngineTest
  void addressesThatAreNone(final Bases bases) {
    final HttpClient client = bases.later(new HttpClient(bases.base()));
    for (final String bad :
        new String[] {
          "http://a/",
          "https://a/",
          "a",
          "",
          "ws:",
          "ws://",
          "ws:/a",
          "ws://a/#x",
          "ws://a b/",
          "wsx://a/"
        }) {
      assertThatThrownBy(
              () -> WebSocket.connect(client, bad, WebSocketConfig.DEFAULT, (made, wrong) -> {}))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(client.connections()).isZero();
  }

  @EngineTest
  void answersThatAreRight(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String[] changes :
        new String[][] {
          {"Upgrade: WebSocket"},
          {"Connection: keep-alive, UPGRADE"},
          {"+X-More: 1"},
          {"Sec-WebSocket-Protocol: one"},
          {"Sec-WebSocket-Protocol: Two"},
        }) {
      final WebSocketShake shake =
          WebSocketShake.run(
              bases,
              client,
              WebSocketShake.uri(WebSocketShake.answering(bases, base, "", changes)),
              WebSocketConfig.DEFAULT.protocols("one", "Two"));
      assertThat(shake.problem).as(String.join(" ", changes)).isNull();
      assertThat(shake.socket.state()).isEqualTo(SocketState.OPEN);
    }
  }

  @EngineTest
  void answersThatAreWrong(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String[] changes :
        new String[][] {
          {"-Sec-WebSocket-Accept"},
          {"Sec-WebSocket-Accept: " + WebSocketBytes.ACCEPT},
          {"+Sec-WebSocket-Accept: " + WebSocketBytes.ACCEPT},
          {"-Upgrade"},
          {"Upgrade: echo"},
          {"Upgrade: websocket2"},
          {"-Connection"},
          {"Connection: close"},
          {"Sec-WebSocket-Protocol: three"},
          {"Sec-WebSocket-Protocol: ONE"},
          {"Sec-WebSocket-Protocol: one, Two"},
          {"Sec-WebSocket-Protocol: one", "+Sec-WebSocket-Protocol: one"},
          {"Sec-WebSocket-Protocol: "},
          {"Sec-WebSocket-Extensions: permessage-deflate"},
          {"Sec-WebSocket-Extensions: foo"},
          {"Sec-WebSocket-Extensions: a b"},
        }) {
      final HttpPeer peer = WebSocketShake.answering(bases, base, "", changes);
      final WebSocketShake shake =
          WebSocketShake.run(
              bases,
              client,
              WebSocketShake.uri(peer),
              WebSocketConfig.DEFAULT.protocols("one", "Two"));
      assertThat(shake.problem).as(String.join(" ", changes)).isNotNull();
      assertThat(shake.problem).hasMessageContaining(WebSocketShake.uri(peer));
      Streams.run(base, () -> peer.connections.get(0).ended);
      assertThat(client.connections()).isZero();
      assertThat(shake.calls).isEqualTo(1);
    }
    final WebSocketShake none =
        WebSocketShake.run(
            bases,
            client,
            WebSocketShake.uri(WebSocketShake.answering(bases, base, "")),
            WebSocketConfig.DEFAULT.protocols("one").requireProtocol(true));
    assertThat(none.problem).hasMessageContaining("one");
  }

  @EngineTest
  void statusesInPlaceOfOne(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final int status :
        new int[] {200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 426, 500, 503}) {
      final HttpPeer peer =
          new HttpPeer(
              bases,
              base,
              (on, request) ->
                  on.say(
                      "HTTP/1.1 "
                          + status
                          + " x\r\nLocation: /there\r\nWWW-Authenticate: Basic\r\n"
                          + (status == 204 ? "" : "Content-Length: 4\r\n")
                          + "\r\n"
                          + (status == 204 ? "" : "body")));
      final WebSocketShake shake =
          WebSocketShake.run(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
      assertThat(shake.problem.status()).isEqualTo(status);
      assertThat(shake.problem.response().headers().first("www-authenticate")).isEqualTo("Basic");
      assertThat(shake.problem).hasMessageContaining(String.valueOf(status));
      Streams.run(base, () -> peer.connections.get(0).ended);
      assertThat(peer.requests).hasSize(1);
      assertThat(client.connections()).isZero();
    }
  }

  @EngineTest
  void endsInTheMiddle(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpPeer closes = new HttpPeer(bases, base, (on, request) -> on.close());
    final WebSocketShake closed =
        WebSocketShake.run(bases, client, WebSocketShake.uri(closes), WebSocketConfig.DEFAULT);
    assertThat(closed.problem.status()).isZero();
    assertThat(closed.problem).hasCauseInstanceOf(HttpException.class);
    final HttpPeer babbles = new HttpPeer(bases, base, (on, request) -> on.say("no\r\n\r\n"));
    assertThat(
            WebSocketShake.run(bases, client, WebSocketShake.uri(babbles), WebSocketConfig.DEFAULT)
                .problem)
        .hasCauseInstanceOf(HttpException.class);
    final HttpPeer cuts =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 101 Switching\r\nUpg");
              on.close();
            });
    assertThat(
            WebSocketShake.run(bases, client, WebSocketShake.uri(cuts), WebSocketConfig.DEFAULT)
                .problem)
        .hasCauseInstanceOf(HttpException.class);
    final HttpPeer gone = WebSocketShake.answering(bases, base, "");
    gone.stop();
    assertThat(
            WebSocketShake.run(bases, client, WebSocketShake.uri(gone), WebSocketConfig.DEFAULT)
                .problem
                .status())
        .isZero();
  }

  // ---- bytes behind the answer ----

  @EngineTest
  void framesBehindTheAnswer(final Bases bases) {
    final EventBase base = bases.base();
    final StringBuilder frames = new StringBuilder();
    final List<String> expected = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      final String text = (i + "-").repeat(600).substring(0, 1020);
      expected.add(text);
      frames.append(WebSocketBytes.plain(0x81, text));
    }
    final HttpPeer peer = WebSocketShake.answering(bases, base, frames.toString());
    final WebSocketShake shake =
        WebSocketShake.run(
            bases,
            bases.later(new HttpClient(base)),
            WebSocketShake.uri(peer),
            WebSocketConfig.DEFAULT);
    Streams.run(base, () -> shake.messages.size() == 64);
    assertThat(shake.messages).isEqualTo(expected);
  }

  @EngineTest
  void cutAtEachByte(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final String frames =
        WebSocketBytes.plain(0x81, "one")
            + WebSocketBytes.plain(0x01, "tw")
            + WebSocketBytes.plain(0x89, "")
            + WebSocketBytes.plain(0x80, "o")
            + WebSocketBytes.plain(0x88, WebSocketBytes.code(1000));
    final int length =
        WebSocketShake.answer("\r\nsec-websocket-key: " + WebSocketBytes.KEY + "\r\n").length();
    for (int cut = 1; cut < length + frames.length(); cut++) {
      final int place = cut;
      final HttpPeer peer =
          new HttpPeer(
              bases,
              base,
              (on, request) -> {
                if (on.requests.size() > 1) {
                  return;
                }
                final String all = WebSocketShake.answer(request) + frames;
                on.say(all.substring(0, place));
                base.once(
                    null,
                    org.jevent.Event.TIMEOUT,
                    Duration.ofMillis(1),
                    (self, what) -> on.say(all.substring(place)));
              });
      final WebSocketShake shake =
          WebSocketShake.run(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
      Streams.run(base, () -> !shake.ends.isEmpty());
      assertThat(shake.messages).as("cut at " + cut).containsExactly("one", "two");
      assertThat(shake.ends).containsExactly("1000 true");
      peer.connections.get(0).close();
      peer.stop();
    }
  }

  // ---- time and cancelling ----

  @EngineTest
  void theHandshakeTimesOut(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final WebSocketConfig hasty = WebSocketConfig.DEFAULT.handshakeTimeout(Duration.ofMillis(400));
    final HttpPeer silent = new HttpPeer(bases, base, (on, request) -> {});
    final WebSocketShake first =
        WebSocketShake.run(bases, client, WebSocketShake.uri(silent), hasty);
    assertThat(first.problem).hasCauseInstanceOf(HttpException.class);
    assertThat(((HttpException) first.problem.getCause()).kind())
        .isEqualTo(HttpException.Kind.TIMEOUT);
    Streams.run(base, () -> !silent.connections.isEmpty() && silent.connections.get(0).ended);
    final HttpPeer half =
        new HttpPeer(bases, base, (on, request) -> on.say("HTTP/1.1 101 x\r\nUpgrade: web"));
    assertThat(WebSocketShake.run(bases, client, WebSocketShake.uri(half), hasty).problem)
        .isNotNull();
    final HttpPeer peer = WebSocketShake.answering(bases, base, "");
    final WebSocketShake open = WebSocketShake.run(bases, client, WebSocketShake.uri(peer), hasty);
    Streams.runFor(base, 600);
    peer.connections.get(0).say(WebSocketBytes.plain(0x81, "late"));
    Streams.run(base, () -> !open.messages.isEmpty());
    assertThat(open.ends).isEmpty();
  }

  /** Cancelled before the connect, within it, with the request sent, with half of the answer. */
  @EngineTest
  void cancelling(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (int turns = 0; turns < 8; turns++) {
      final HttpPeer peer =
          new HttpPeer(bases, base, (on, request) -> on.say("HTTP/1.1 101 x\r\nUpgrade: web"));
      final WebSocketShake shake =
          WebSocketShake.connect(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
      for (int i = 0; i < turns; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      shake.call.cancel();
      shake.call.cancel();
      Streams.run(base, () -> client.connections() == 0);
      Streams.runFor(base, 5);
      assertThat(shake.calls).isZero();
    }
    final HttpPeer peer = WebSocketShake.answering(bases, base, "");
    final WebSocketShake open =
        WebSocketShake.run(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
    open.call.cancel();
    peer.connections.get(0).say(WebSocketBytes.plain(0x81, "on"));
    Streams.run(base, () -> !open.messages.isEmpty());
    client.close();
    peer.connections.get(0).say(WebSocketBytes.plain(0x81, "and on"));
    Streams.run(base, () -> open.messages.size() == 2);
  }

  @EngineTest
  void theClientIsClosed(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final WebSocketShake shake =
        WebSocketShake.connect(bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT);
    Streams.run(base, () -> peer.requests.size() == 1);
    client.close();
    Streams.run(base, () -> shake.calls == 1);
    assertThat(((HttpException) shake.problem.getCause()).kind())
        .isEqualTo(HttpException.Kind.CLOSED);
  }
}
