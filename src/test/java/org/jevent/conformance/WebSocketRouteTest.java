package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpUri;
import org.jevent.tls.Tls;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.junit.jupiter.api.io.TempDir;

/** The ways of a client to a server: redirects, TLS, Unix domain sockets, proxies. */
class WebSocketRouteTest {
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
                    : WebSocketShake.answer(request)));
  }

  @EngineTest
  void redirects(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String location : new String[] {"/there", "http"}) {
      final HttpPeer target = WebSocketShake.answering(bases, base, "");
      final HttpPeer peer =
          redirecting(bases, base, 1, location.equals("http") ? target.uri("/there") : location);
      final WebSocketShake shake =
          WebSocketShake.run(
              bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT.followRedirects(1));
      assertThat(shake.problem).isNull();
      final HttpPeer last = location.equals("http") ? target : peer;
      final String request = last.requests.get(last.requests.size() - 1);
      assertThat(request)
          .startsWith("GET /there HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nupgrade: websocket\r\n");
    }
    final HttpPeer twice = redirecting(bases, base, 2, "/there");
    final WebSocketShake tooMany =
        WebSocketShake.run(
            bases, client, WebSocketShake.uri(twice), WebSocketConfig.DEFAULT.followRedirects(1));
    assertThat(tooMany.problem).isNotNull();
    assertThat(twice.requests).hasSize(2);
    final HttpPeer off = redirecting(bases, base, 1, "/there");
    assertThat(
            WebSocketShake.run(bases, client, WebSocketShake.uri(off), WebSocketConfig.DEFAULT)
                .problem
                .status())
        .isEqualTo(302);
    assertThat(off.requests).hasSize(1);
  }

  /** The schemes of WebSockets are other names of those of HTTP. */
  @EngineTest
  void redirectsInTheOtherScheme(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpPeer target = WebSocketShake.answering(bases, base, "");
    final HttpPeer peer = redirecting(bases, base, 1, "WS://127.0.0.1:" + target.port() + "/there");
    final WebSocketShake shake =
        WebSocketShake.run(
            bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT.followRedirects(1));
    assertThat(shake.problem).isNull();
    assertThat(target.requests.get(0)).startsWith("GET /there HTTP/1.1\r\n");
  }

  /** What cannot be followed is the program's to see. */
  @EngineTest
  void redirectsThatAreNotFollowedAreShown(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String location : new String[] {"/again", "ftp://127.0.0.1/x"}) {
      final HttpPeer peer = redirecting(bases, base, 9, location);
      final WebSocketShake shake =
          WebSocketShake.run(
              bases, client, WebSocketShake.uri(peer), WebSocketConfig.DEFAULT.followRedirects(1));
      assertThat(shake.problem.status()).isEqualTo(302);
      assertThat(shake.problem.response().headers().first("location")).isEqualTo(location);
    }
  }

  // ---- other ways ----

  private static void echo(final HttpServer server) {
    server.handle(
        "/",
        WebSocket.accept(
            WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT.threshold(1)),
            socket -> socket.onMessage((self, message) -> self.send(message))));
  }

  private static void assertEcho(final EventBase base, final WebSocketShake shake) {
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
        final WebSocketShake shake =
            WebSocketShake.run(bases, client, scheme + "://localhost:" + port + "/", DEFLATING);
        assertThat(Tls.of(shake.socket.stream())).isNotNull();
        assertEcho(base, shake);
      }
      final HttpClient stranger = bases.later(new HttpClient(base));
      final WebSocketShake unknown =
          WebSocketShake.run(bases, stranger, "wss://localhost:" + port + "/", DEFLATING);
      assertThat(((HttpException) unknown.problem.getCause()).kind())
          .isEqualTo(HttpException.Kind.TLS);
    }
  }

  /** From TLS to TLS they are followed, from TLS to plain text never. */
  @EngineTest
  void redirectsOverTls(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer plain = WebSocketShake.answering(bases, base, "");
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
    assertEcho(base, WebSocketShake.run(bases, client, "wss://localhost:" + port + "/up", follows));
    assertThat(
            WebSocketShake.run(bases, client, "wss://localhost:" + port + "/down", follows).problem)
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
    assertEcho(base, WebSocketShake.run(bases, client, "ws://unix:" + path + ":/chat", DEFLATING));
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
      assertEcho(
          base,
          WebSocketShake.run(bases, client, scheme + "://localhost:" + port + "/", DEFLATING));
      assertThat(proxy.requests.get(0)).startsWith("CONNECT localhost:" + port + " HTTP/1.1\r\n");
    }
  }

  @EngineTest
  void proxiesThatRefuse(final Bases bases) {
    final EventBase base = bases.base();
    for (final String scheme : new String[] {"ws", "wss"}) {
      final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> on.answer(407, "who"));
      final WebSocketShake shake =
          WebSocketShake.run(
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
