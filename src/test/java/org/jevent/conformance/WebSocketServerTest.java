package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpServerLimits;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocketConfig;
import org.junit.jupiter.api.io.TempDir;

/** The sockets of a server: how they count, and end with it. */
class WebSocketServerTest {
  // ---- the server and its sockets ----

  @EngineTest
  void drainingEndsEachSocket(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final HttpKit.Client one = echo.shaken();
    final HttpKit.Client two = echo.shaken();
    assertThat(echo.kit.server.connections()).isEqualTo(2);
    final int[] done = new int[1];
    echo.kit.server.drain(Duration.ofSeconds(60), () -> done[0]++);
    final String away = WebSocketBytes.plain(0x88, WebSocketBytes.code(1001));
    one.until(away);
    two.until(away);
    assertThat(echo.sockets).allMatch(socket -> socket.state() == SocketState.CLOSING);
    one.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1001)));
    one.rest();
    assertThat(done[0]).isZero();
    two.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1001)));
    two.rest();
    Streams.run(echo.kit.base, () -> done[0] == 1);
    assertThat(echo.ends).containsExactly("1001 true", "1001 true");
    assertThat(echo.kit.server.connections()).isZero();
  }

  /** The deadline is over before the close handshake is. */
  @EngineTest
  void drainingHasADeadline(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final HttpKit.Client client = echo.shaken();
    final int[] done = new int[1];
    echo.kit.server.drain(Duration.ofMillis(50), () -> done[0]++);
    client.rest();
    Streams.run(echo.kit.base, () -> done[0] == 1);
    assertThat(echo.ends).containsExactly("1006 false");
  }

  /** A connection that idles when draining begins may still ask. */
  @EngineTest
  void aSocketOfAServerThatDrains(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    echo.kit.server.handle("/plain", exchange -> exchange.respond(200));
    final HttpKit.Client client = echo.kit.client().say(HttpKit.get("/plain"));
    client.until("\r\n\r\n");
    final int[] done = new int[1];
    echo.kit.server.drain(Duration.ofSeconds(60), () -> done[0]++);
    client.say(WebSocketBytes.ask());
    client.until(WebSocketBytes.plain(0x88, WebSocketBytes.code(1001)));
    Streams.runFor(echo.kit.base, 20);
    assertThat(done[0]).as("the socket is left").isZero();
    client.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1001)));
    client.rest();
    Streams.run(echo.kit.base, () -> done[0] == 1);
    assertThat(echo.ends).containsExactly("1001 true");
  }

  @EngineTest
  void closingTheServerDropsItsSockets(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final HttpKit.Client client = echo.shaken();
    WebSocketEcho.assertEcho(client);
    echo.kit.server.close();
    assertThat(echo.ends).containsExactly("1006 false");
    assertThat(client.rest()).isEmpty();
    assertThat(echo.kit.server.connections()).isZero();
  }

  @EngineTest
  void socketsCountAsConnections(final Bases bases) {
    final WebSocketEcho echo =
        new WebSocketEcho(
            new HttpKit(bases, HttpServerLimits.DEFAULT.connections(2)), WebSocketConfig.DEFAULT);
    final HttpKit.Client one = echo.shaken();
    final HttpKit.Client two = echo.shaken();
    assertThat(HttpKit.statuses(echo.kit.client().say(WebSocketBytes.ask()).rest()))
        .containsExactly(503);
    one.stream.close();
    Streams.run(echo.kit.base, () -> echo.kit.server.connections() == 1);
    WebSocketEcho.assertEcho(two);
    echo.shaken();
  }

  /** Nothing of HTTP's times out while a socket is silent. */
  @EngineTest
  void noTimeOfHttpIsLeft(final Bases bases) {
    final Duration short_ = Duration.ofMillis(40);
    final WebSocketEcho echo =
        new WebSocketEcho(
            new HttpKit(
                bases,
                HttpServerLimits.DEFAULT
                    .headTime(short_)
                    .idle(short_)
                    .bodySilence(short_)
                    .answerSilence(short_)
                    .handling(short_)
                    .linger(short_)),
            WebSocketConfig.DEFAULT);
    final HttpKit.Client client = echo.shaken();
    Streams.runFor(echo.kit.base, 200);
    WebSocketEcho.assertEcho(client);
    assertThat(echo.ends).isEmpty();
  }

  @EngineTest
  void overUnixSockets(final Bases bases, @TempDir final Path folder) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    final UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    echo.kit.server.bind(
        address, (loop, socket) -> BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE), 0);
    final var stream = bases.later(BufferEvent.socket(echo.kit.base, BufferEvent.CLOSE_ON_FREE));
    final HttpKit.Client client = echo.kit.new Client(stream);
    stream.connect(address);
    client.say(WebSocketBytes.ask());
    client.until("\r\n\r\n");
    WebSocketEcho.assertEcho(client);
  }
}
