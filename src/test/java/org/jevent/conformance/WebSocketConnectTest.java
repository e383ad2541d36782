package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpUri;
import org.jevent.tls.Tls;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.junit.jupiter.api.io.TempDir;

/** A client's handshake, with servers that say exactly what a test wants. */
class WebSocketConnectTest {
  private static final Pattern KEY =
      Pattern.compile("(?i)\r\nsec-websocket-key: ([A-Za-z0-9+/]{22}==)\r\n");

  /** What has become of a handshake. */
  static final class Shake {
    final List<String> messages = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    WebSocket socket;
    WebSocketException problem;
    HttpCall call;
    int calls;
    private final Bases bases;

    Shake(final Bases bases) {
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
  }

  private static Shake connect(
      final Bases bases, final HttpClient client, final String uri, final WebSocketConfig config) {
    final Shake shake = new Shake(bases);
    shake.call = WebSocket.connect(client, uri, config, shake::ended);
    assertThat(shake.calls).as("nothing calls back within connect").isZero();
    return shake;
  }

  private static Shake run(
      final Bases bases, final HttpClient client, final String uri, final WebSocketConfig config) {
    final Shake shake = connect(bases, client, uri, config);
    Streams.run(client.base(), () -> shake.calls > 0);
    return shake;
  }

  private static String uri(final HttpPeer peer) {
    return "ws://127.0.0.1:" + peer.port() + "/chat?x";
  }

  /** The answer to a request, with changes as {@link WebSocketBytes#ask} has them. */
  private static String answer(final String request, final String... changes) {
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

  private static HttpPeer answering(
      final Bases bases, final EventBase base, final String tail, final String... changes) {
    return new HttpPeer(bases, base, (on, request) -> on.say(answer(request, changes) + tail));
  }

  @EngineTest
  void theRequest(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = answering(bases, base, "");
    final HttpClient client = bases.later(new HttpClient(base));
    final Shake first = run(bases, client, uri(peer), WebSocketConfig.DEFAULT);
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
    run(bases, client, uri(peer), WebSocketConfig.DEFAULT);
    final Matcher one = KEY.matcher(request);
    final Matcher other = KEY.matcher(peer.requests.get(1));
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
    final HttpPeer peer = answering(bases, base, "", "Sec-WebSocket-Protocol: two");
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpHeaders more =
        new HttpHeaders().add("Origin", "http://a").add("Authorization", "Bearer x");
    final Shake shake =
        run(
            bases,
            client,
            uri(peer),
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
      final Shake shake =
          run(
              bases,
              client,
              uri(answering(bases, base, "", changes)),
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
      final HttpPeer peer = answering(bases, base, "", changes);
      final Shake shake =
          run(bases, client, uri(peer), WebSocketConfig.DEFAULT.protocols("one", "Two"));
      assertThat(shake.problem).as(String.join(" ", changes)).isNotNull();
      assertThat(shake.problem).hasMessageContaining(uri(peer));
      Streams.run(base, () -> peer.connections.get(0).ended);
      assertThat(client.connections()).isZero();
      assertThat(shake.calls).isEqualTo(1);
    }
    final Shake none =
        run(
            bases,
            client,
            uri(answering(bases, base, "")),
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
      final Shake shake = run(bases, client, uri(peer), WebSocketConfig.DEFAULT);
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
    final Shake closed = run(bases, client, uri(closes), WebSocketConfig.DEFAULT);
    assertThat(closed.problem.status()).isZero();
    assertThat(closed.problem).hasCauseInstanceOf(HttpException.class);
    final HttpPeer babbles = new HttpPeer(bases, base, (on, request) -> on.say("no\r\n\r\n"));
    assertThat(run(bases, client, uri(babbles), WebSocketConfig.DEFAULT).problem)
        .hasCauseInstanceOf(HttpException.class);
    final HttpPeer cuts =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 101 Switching\r\nUpg");
              on.close();
            });
    assertThat(run(bases, client, uri(cuts), WebSocketConfig.DEFAULT).problem)
        .hasCauseInstanceOf(HttpException.class);
    final HttpPeer gone = answering(bases, base, "");
    gone.stop();
    assertThat(run(bases, client, uri(gone), WebSocketConfig.DEFAULT).problem.status()).isZero();
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
    final HttpPeer peer = answering(bases, base, frames.toString());
    final Shake shake =
        run(bases, bases.later(new HttpClient(base)), uri(peer), WebSocketConfig.DEFAULT);
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
    final int length = answer("\r\nsec-websocket-key: " + WebSocketBytes.KEY + "\r\n").length();
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
                final String all = answer(request) + frames;
                on.say(all.substring(0, place));
                base.once(
                    null,
                    org.jevent.Event.TIMEOUT,
                    Duration.ofMillis(1),
                    (self, what) -> on.say(all.substring(place)));
              });
      final Shake shake = run(bases, client, uri(peer), WebSocketConfig.DEFAULT);
      Streams.run(base, () -> !shake.ends.isEmpty());
      assertThat(shake.messages).as("cut at " + cut).containsExactly("one", "two");
      assertThat(shake.ends).containsExactly("1000 true");
      peer.connections.get(0).close();
      peer.stop();
    }
  }

  // ---- redirects ----

  private static HttpPeer redirecting(
      final Bases bases, final EventBase base, final int times, final String location) {
    final int[] left = {times};
    return new HttpPeer(
        bases,
        base,
        (on, request) ->
            on.say(
                left[0]-- > 0
                    ? "HTTP/1.1 302 x\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"
                    : answer(request)));
  }

  @EngineTest
  void redirects(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String location : new String[] {"/there", "http"}) {
      final HttpPeer target = answering(bases, base, "");
      final HttpPeer peer =
          redirecting(bases, base, 1, location.equals("http") ? target.uri("/there") : location);
      final Shake shake = run(bases, client, uri(peer), WebSocketConfig.DEFAULT.followRedirects(1));
      assertThat(shake.problem).isNull();
      final HttpPeer last = location.equals("http") ? target : peer;
      final String request = last.requests.get(last.requests.size() - 1);
      assertThat(request)
          .startsWith("GET /there HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nupgrade: websocket\r\n");
    }
    final HttpPeer twice = redirecting(bases, base, 2, "/there");
    final Shake tooMany =
        run(bases, client, uri(twice), WebSocketConfig.DEFAULT.followRedirects(1));
    assertThat(tooMany.problem).isNotNull();
    assertThat(twice.requests).hasSize(2);
    final HttpPeer off = redirecting(bases, base, 1, "/there");
    assertThat(run(bases, client, uri(off), WebSocketConfig.DEFAULT).problem.status())
        .isEqualTo(302);
    assertThat(off.requests).hasSize(1);
  }

  /** A redirect is one of HTTP, also where it leads to a WebSocket. */
  @EngineTest
  void redirectsInTheOtherScheme(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpPeer peer = redirecting(bases, base, 1, "ws://127.0.0.1:1/x");
    final Shake shake = run(bases, client, uri(peer), WebSocketConfig.DEFAULT.followRedirects(1));
    assertThat(shake.problem).hasMessageContaining("the scheme of ws://127.0.0.1:1/x");
    assertThat(peer.requests).hasSize(1);
  }

  // ---- time and cancelling ----

  @EngineTest
  void theHandshakeTimesOut(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final WebSocketConfig hasty = WebSocketConfig.DEFAULT.handshakeTimeout(Duration.ofMillis(60));
    final HttpPeer silent = new HttpPeer(bases, base, (on, request) -> {});
    final Shake first = run(bases, client, uri(silent), hasty);
    assertThat(first.problem).hasCauseInstanceOf(HttpException.class);
    assertThat(((HttpException) first.problem.getCause()).kind())
        .isEqualTo(HttpException.Kind.TIMEOUT);
    Streams.run(base, () -> silent.connections.get(0).ended);
    final HttpPeer half =
        new HttpPeer(bases, base, (on, request) -> on.say("HTTP/1.1 101 x\r\nUpgrade: web"));
    assertThat(run(bases, client, uri(half), hasty).problem).isNotNull();
    final HttpPeer peer = answering(bases, base, "");
    final Shake open = run(bases, client, uri(peer), hasty);
    Streams.runFor(base, 150);
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
      final Shake shake = connect(bases, client, uri(peer), WebSocketConfig.DEFAULT);
      for (int i = 0; i < turns; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      shake.call.cancel();
      shake.call.cancel();
      Streams.run(base, () -> client.connections() == 0);
      Streams.runFor(base, 5);
      assertThat(shake.calls).isZero();
    }
    final HttpPeer peer = answering(bases, base, "");
    final Shake open = run(bases, client, uri(peer), WebSocketConfig.DEFAULT);
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
    final Shake shake = connect(bases, client, uri(peer), WebSocketConfig.DEFAULT);
    Streams.run(base, () -> peer.requests.size() == 1);
    client.close();
    Streams.run(base, () -> shake.calls == 1);
    assertThat(((HttpException) shake.problem.getCause()).kind())
        .isEqualTo(HttpException.Kind.CLOSED);
  }

  // ---- other ways ----

  private static void echo(final HttpServer server) {
    server.handle(
        "/",
        WebSocket.accept(
            WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT.threshold(1)),
            socket -> socket.onMessage((self, message) -> self.send(message))));
  }

  private static void assertEcho(final EventBase base, final Shake shake) {
    assertThat(shake.problem).isNull();
    shake.socket.send("h\u00e9llo");
    shake.socket.send("more ".repeat(20_000));
    Streams.run(base, () -> shake.messages.size() == 2);
    assertThat(shake.messages).containsExactly("h\u00e9llo", "more ".repeat(20_000));
    shake.socket.close(WebSocket.NORMAL, "bye");
    Streams.run(base, () -> !shake.ends.isEmpty());
    assertThat(shake.ends).containsExactly("1000 true");
  }

  private static int secureEcho(final Bases bases, final EventBase base, final TlsKit.Kind kind) {
    final HttpServer server = bases.later(new HttpServer(base));
    server.streamFactory(
        (loop, socket) ->
            Tls.socket(
                loop, socket, kind.localhost(), Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
    echo(server);
    return ((InetSocketAddress) server.bind(Streams.ANY_PORT).address()).getPort();
  }

  private static final WebSocketConfig DEFLATING =
      WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT);

  @EngineTest
  void overTls(final Bases bases) {
    final EventBase base = bases.base();
    for (final TlsKit.Kind kind : new TlsKit.Kind[] {TlsKit.SUN_12, TlsKit.SUN_13}) {
      final int port = secureEcho(bases, base, kind);
      final HttpClient client = bases.later(HttpClient.builder(base).tls(kind.trusting()).build());
      for (final String scheme : new String[] {"wss", "WSS"}) {
        final Shake shake = run(bases, client, scheme + "://localhost:" + port + "/", DEFLATING);
        assertThat(Tls.of(shake.socket.stream())).isNotNull();
        assertEcho(base, shake);
      }
      final HttpClient stranger = bases.later(new HttpClient(base));
      final Shake unknown = run(bases, stranger, "wss://localhost:" + port + "/", DEFLATING);
      assertThat(((HttpException) unknown.problem.getCause()).kind())
          .isEqualTo(HttpException.Kind.TLS);
    }
  }

  /** From TLS to TLS they are followed, from TLS to plain text never. */
  @EngineTest
  void redirectsOverTls(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer plain = answering(bases, base, "");
    final HttpServer server = bases.later(new HttpServer(base));
    server.streamFactory(
        (loop, socket) ->
            Tls.socket(
                loop,
                socket,
                TlsKit.SUN_13.localhost(),
                Tls.State.ACCEPTING,
                BufferEvent.CLOSE_ON_FREE));
    echo(server);
    server.handle(
        "/down", exchange -> exchange.header("Location", plain.uri("/")).respond(302, "there"));
    server.handle("/up", exchange -> exchange.header("Location", "/").respond(302, "there"));
    final int port = ((InetSocketAddress) server.bind(Streams.ANY_PORT).address()).getPort();
    final HttpClient client =
        bases.later(HttpClient.builder(base).tls(TlsKit.SUN_13.trusting()).build());
    final WebSocketConfig follows = WebSocketConfig.DEFAULT.followRedirects(10);
    assertEcho(base, run(bases, client, "wss://localhost:" + port + "/up", follows));
    assertThat(run(bases, client, "wss://localhost:" + port + "/down", follows).problem)
        .isNotNull();
    assertThat(plain.connections).isEmpty();
  }

  @EngineTest
  void overUnixSockets(final Bases bases, @TempDir final Path folder) {
    final EventBase base = bases.base();
    final Path path = folder.resolve("s");
    final HttpServer server = bases.later(new HttpServer(base));
    echo(server);
    server.bind(
        UnixDomainSocketAddress.of(path),
        (loop, socket) -> BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE),
        0);
    final HttpClient client = bases.later(new HttpClient(base));
    assertEcho(base, run(bases, client, "ws://unix:" + path + ":/chat", DEFLATING));
  }

  private static HttpClient through(final Bases bases, final EventBase base, final HttpPeer proxy) {
    final HttpUri uri = HttpUri.parse(proxy.uri(""));
    return bases.later(
        HttpClient.builder(base).proxy(target -> uri).tls(TlsKit.SUN_13.trusting()).build());
  }

  @EngineTest
  void throughAProxy(final Bases bases) {
    final EventBase base = bases.base();
    final HttpServer server = bases.later(new HttpServer(base));
    echo(server);
    final int plain = ((InetSocketAddress) server.bind(Streams.ANY_PORT).address()).getPort();
    final int secure = secureEcho(bases, base, TlsKit.SUN_13);
    for (final int port : new int[] {plain, secure}) {
      final HttpPeer proxy = HttpProxyTest.tunnels(bases, base, port, "HTTP/1.1 200 yes\r\n\r\n");
      final HttpClient client = through(bases, base, proxy);
      final String scheme = port == plain ? "ws" : "wss";
      assertEcho(base, run(bases, client, scheme + "://localhost:" + port + "/", DEFLATING));
      assertThat(proxy.requests.get(0)).startsWith("CONNECT localhost:" + port + " HTTP/1.1\r\n");
    }
  }

  @EngineTest
  void proxiesThatRefuse(final Bases bases) {
    final EventBase base = bases.base();
    for (final String scheme : new String[] {"ws", "wss"}) {
      final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> on.answer(407, "who"));
      final Shake shake =
          run(
              bases,
              through(bases, base, proxy),
              scheme + "://there.test/",
              WebSocketConfig.DEFAULT);
      assertThat(shake.problem.status()).isEqualTo(407);
      assertThat(proxy.requests).hasSize(1);
      assertThat(proxy.requests.get(0)).startsWith("CONNECT there.test:");
    }
  }
}
