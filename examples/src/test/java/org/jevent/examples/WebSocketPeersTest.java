package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jevent.OtherServers;
import org.jevent.websocket.DeflateConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets against other implementations, where these are installed. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peers are programs of Unix")
class WebSocketPeersTest {
  private static final int SIZE = 70_000;
  private static final String PYTHON = "/usr/bin/python3";
  private static final String DEFLATE = "permessage-deflate";

  @TempDir private Path folder;

  /** What this side does: nothing, deflate, or deflate with context take-over. */
  private static DeflateConfig deflate(final String kind) {
    return switch (kind) {
      case "none" -> null;
      case "deflate" -> DeflateConfig.DEFAULT.threshold(0);
      case "takeover" -> DeflateConfig.DEFAULT.threshold(0).contextTakeover(true);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void assertAgreed(final String extensions, final String ours, final String peer) {
    if (ours.equals("none") || peer.equals("none")) {
      assertThat(extensions == null ? "" : extensions).doesNotContain(DEFLATE);
    } else {
      assertThat(extensions).contains(DEFLATE);
    }
  }

  /** Two ends of this library, the program's own peer. */
  @ParameterizedTest
  @CsvSource({
    "none, none",
    "none, deflate",
    "deflate, none",
    "deflate, deflate",
    "deflate, takeover",
    "takeover, deflate",
    "takeover, takeover"
  })
  void thisLibraryAtBothEnds(final String ours, final String peer) throws Exception {
    try (EchoingServer server = new EchoingServer(deflate(ours))) {
      final String agreed = Conversation.with(server.url(), deflate(peer));
      assertAgreed(agreed, ours, peer);
      assertThat(agreed != null && agreed.contains("no_context_takeover"))
          .isEqualTo(agreed != null && !(ours + peer).equals("takeovertakeover"));
      assertThat(server.end()).startsWith("4001 ").endsWith(" true");
      assertThat(server.end()).isEqualTo("1000 done true");
    }
  }

  // ---- Node ----

  @ParameterizedTest
  @CsvSource({
    "none, none",
    "none, takeover",
    "deflate, none",
    "deflate, peer",
    "deflate, takeover",
    "takeover, peer",
    "takeover, takeover"
  })
  void wsAsClient(final String ours, final String peer) throws Exception {
    NodePrograms.require("ws");
    try (EchoingServer server = new EchoingServer(deflate(ours))) {
      final String said = converse("ws", server.url(), peer);
      assertAgreed(said, ours, peer);
      assertThat(server.end()).startsWith("4001 ").endsWith(" true");
      assertThat(server.end()).isEqualTo("1000 done true");
    }
  }

  private String converse(final String kind, final String url, final String peer) throws Exception {
    return NodePrograms.run(
        "node", NodePrograms.script(folder, "conversation.cjs"), kind, url, peer);
  }

  @ParameterizedTest
  @CsvSource({
    "none, none",
    "none, takeover",
    "deflate, none",
    "deflate, peer",
    "deflate, takeover",
    "takeover, peer",
    "takeover, takeover"
  })
  void wsAsServer(final String ours, final String peer) throws Exception {
    NodePrograms.require("ws");
    final int port = TlsPrograms.freePort();
    try (OtherServers servers = new OtherServers(folder)) {
      servers.start(
          NodePrograms.environment(),
          port,
          "node",
          NodePrograms.script(folder, "echo.cjs"),
          "" + port,
          peer);
      assertAgreed(Conversation.with("ws://127.0.0.1:" + port + "/", deflate(ours)), ours, peer);
    }
  }

  /** The client of npm's undici, which is that of Node from version 22 on; it offers deflate. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "deflate", "takeover"})
  void undiciAsClient(final String ours) throws Exception {
    NodePrograms.require("undici");
    try (EchoingServer server = new EchoingServer(deflate(ours))) {
      assertAgreed(converse("undici", server.url(), "takeover"), ours, "takeover");
      assertThat(server.end()).startsWith("4001 ").endsWith(" true");
      assertThat(server.end()).isEqualTo("1000 done true");
    }
  }

  @Test
  void nodesOwnClient() throws Exception {
    TlsPrograms.require("node");
    Assumptions.assumeTrue(
        NodePrograms.run("node", "-p", "typeof WebSocket").startsWith("function"),
        "this version of node has no WebSocket");
    try (EchoingServer server = new EchoingServer(deflate("deflate"))) {
      assertAgreed(converse("global", server.url(), "takeover"), "deflate", "takeover");
    }
  }

  // ---- Python ----

  private static void requirePython() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of(PYTHON)), "there is no " + PYTHON);
    final Process asked = new ProcessBuilder(PYTHON, "-c", "import websockets").start();
    Assumptions.assumeTrue(asked.waitFor() == 0, "there is no websockets of Python");
  }

  @ParameterizedTest
  @CsvSource({"none, none", "none, deflate", "deflate, deflate", "takeover, deflate"})
  void pythonAsClient(final String ours, final String peer) throws Exception {
    requirePython();
    try (EchoingServer server = new EchoingServer(deflate(ours))) {
      final String said =
          NodePrograms.run(
              PYTHON, NodePrograms.script(folder, "conversation.py"), server.url(), peer);
      assertAgreed(said, ours, peer);
      assertThat(server.end()).startsWith("4001 ").endsWith(" true");
      assertThat(server.end()).isEqualTo("1000 done true");
    }
  }

  @ParameterizedTest
  @CsvSource({"none, none", "none, deflate", "deflate, deflate", "takeover, deflate"})
  void pythonAsServer(final String ours, final String peer) throws Exception {
    requirePython();
    final int port = TlsPrograms.freePort();
    try (OtherServers servers = new OtherServers(folder)) {
      servers.start(
          Map.of(), port, PYTHON, NodePrograms.script(folder, "echo.py"), "" + port, peer);
      assertAgreed(Conversation.with("ws://127.0.0.1:" + port + "/", deflate(ours)), ours, peer);
    }
  }

  // ---- the JDK ----

  /** Notes what comes to a client of the JDK. */
  private static final class Heard implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int bytes;

    @Override
    public CompletionStage<?> onText(
        final WebSocket socket, final CharSequence part, final boolean last) {
      text.append(part);
      if (last) {
        events.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(
        final WebSocket socket, final ByteBuffer part, final boolean last) {
      bytes += part.remaining();
      if (last) {
        events.add("binary " + bytes);
        bytes = 0;
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(final WebSocket socket, final ByteBuffer payload) {
      events.add("pong " + payload.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(final WebSocket socket, final int code, final String reason) {
      events.add("close " + code + " " + reason);
      return null;
    }

    @Override
    public void onError(final WebSocket socket, final Throwable problem) {
      events.add("error " + problem);
    }

    String next() throws InterruptedException {
      return events.poll(60, TimeUnit.SECONDS);
    }
  }

  private static WebSocket connect(final String url, final Heard heard) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create(url), heard)
        .join();
  }

  @Test
  void theJdksClient() throws Exception {
    try (EchoingServer server = new EchoingServer(deflate("deflate"))) {
      talkAsTheJdk(server, server.url());
    }
  }

  private static void talkAsTheJdk(final EchoingServer server, final String url)
      throws InterruptedException {
    final Heard heard = new Heard();
    final WebSocket socket = connect(url, heard);
    for (int round = 0; round < 2; round++) {
      socket.sendText("h\u00e9", true).join();
      assertThat(heard.next()).isEqualTo("text h\u00e9");
      socket.sendText("in ", false).join();
      socket.sendText("parts", true).join();
      assertThat(heard.next()).isEqualTo("text in parts");
      socket.sendBinary(ByteBuffer.allocate(SIZE), true).join();
      assertThat(heard.next()).isEqualTo("binary " + SIZE);
      socket.sendPing(ByteBuffer.allocate(125)).join();
      assertThat(heard.next()).isEqualTo("pong 125");
    }
    socket.sendText("close 4001 bye", true).join();
    assertThat(heard.next()).isEqualTo("close 4001 bye");
    assertThat(server.end()).startsWith("4001 ").endsWith(" true");
    final Heard second = new Heard();
    connect(url, second).sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
    assertThat(second.next()).startsWith("close 1000");
    assertThat(server.end()).isEqualTo("1000 done true");
  }

  // ---- proxies in between ----

  private void talkThrough(final EchoingServer server, final int port) throws Exception {
    final String url = "ws://127.0.0.1:" + port + "/";
    assertThat(Conversation.with(url, deflate("takeover"))).contains(DEFLATE);
    assertThat(server.end()).startsWith("4001 ").endsWith(" true");
    assertThat(server.end()).isEqualTo("1000 done true");
    talkAsTheJdk(server, url);
  }

  private static void require(final String program) {
    Assumptions.assumeTrue(OtherServers.program(program) != null, "there is no " + program);
  }

  @Test
  void nginxBetweenClientAndServer() throws Exception {
    require("nginx");
    try (EchoingServer server = new EchoingServer(deflate("takeover"));
        OtherServers servers = new OtherServers(folder)) {
      talkThrough(
          server,
          servers.nginx(
              "location / { proxy_pass http://127.0.0.1:"
                  + server.port()
                  + "; proxy_http_version 1.1; proxy_set_header Host $http_host;"
                  + " proxy_set_header Upgrade $http_upgrade;"
                  + " proxy_set_header Connection upgrade; proxy_read_timeout 1h; }"));
    }
  }

  @Test
  void haproxyBetweenClientAndServer() throws Exception {
    require("haproxy");
    try (EchoingServer server = new EchoingServer(deflate("takeover"));
        OtherServers servers = new OtherServers(folder)) {
      talkThrough(server, servers.haproxy(server.port()));
    }
  }
}
