package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs that speak WebSocket, beside one another and the JDK's client. */
@Timeout(180)
class WebSocketProgramsTest {
  @TempDir private Path folder;

  static Stream<String> engines() {
    return WebProgramsTest.engines();
  }

  private static String url(final Program server) {
    return "ws://127.0.0.1:" + server.port() + "/";
  }

  /** Starts the client, sends it these lines, and returns what it has printed. */
  private static String sent(final String text, final int status, final String... arguments)
      throws Exception {
    final String[] all = new String[arguments.length + 1];
    all[0] = "ws-client";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (Program client = Program.start(all)) {
      final CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(client, text), WebSocketProgramsTest::inAThread);
      final String output = client.output();
      writing.join();
      assertThat(client.exit()).as(client.errors()).isEqualTo(status);
      return output + client.errors();
    }
  }

  private static void inAThread(final Runnable task) {
    new Thread(task, "input").start();
  }

  /** A client that has ended on an error reads no more. */
  private static void write(final Program client, final String text) {
    try (OutputStream input = client.input()) {
      input.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (final IOException gone) {
      // Its status says whether that was right.
    }
  }

  private static void stop(final Program server) throws Exception {
    server.signal("TERM");
    assertThat(server.exit()).as(server.errors()).isZero();
    assertThat(server.errors()).isEmpty();
  }

  // ---- ws-echo, ws-client ----

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void linesComeBack(final String engine) throws Exception {
    final String text = "one\ngr\u00fc\u00df dich\n\n" + "long ".repeat(20_000) + "\nthe last\n";
    try (Program server =
        Program.server("ws-echo", "--port", "0", "--deflate", "--engine", engine)) {
      for (final String[] options :
          new String[][] {{}, {"--deflate"}, {"--deflate", "--context-takeover"}}) {
        final String[] all =
            Stream.concat(Stream.of(url(server), "--engine", engine), Stream.of(options))
                .toArray(String[]::new);
        assertThat(sent(text, 0, all)).isEqualTo(text);
      }
      assertThat(sent("no end of line", 0, url(server))).isEqualTo("no end of line\n");
      stop(server);
    }
  }

  /** More than both ends and the system hold on the way: each end has to wait for the other. */
  @Test
  void manyLinesPassBothWays() throws Exception {
    final String text = ("x".repeat(1000) + "\n").repeat(30_000);
    try (Program server = Program.server("ws-echo", "--port", "0")) {
      assertThat(sent(text, 0, url(server)).equals(text)).isTrue();
    }
  }

  @Test
  void overTls() throws Exception {
    final TlsPrograms programs = new TlsPrograms(folder);
    try (Program server = programs.server("ws-echo")) {
      final String place = "wss://localhost:" + server.port() + "/";
      assertThat(sent("hello\n", 0, place, "--trust", programs.certificate())).isEqualTo("hello\n");
      assertThat(sent("hello\n", 1, place)).contains("CERTIFICATE");
    }
  }

  @Test
  void whatGoesWrongIsSaid() throws Exception {
    try (Program server =
            Program.server("http-server", "--root", folder.toString(), "--port", "0");
        Program small = Program.server("ws-echo", "--port", "0", "--max-message", "1000")) {
      assertThat(sent("", 1, url(server) + "none")).startsWith("ws-client: ").contains("404");
      assertThat(sent("x".repeat(2000) + "\n", 1, url(small))).contains("1009");
      assertThat(sent("", 1, "http://localhost/")).contains("http://localhost/");
    }
  }

  // ---- chat-server --web ----

  /** A page of the chat. */
  private static final class Guest implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    Guest(final Program server, final String protocol, final String origin) {
      final WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
      if (protocol != null) {
        builder.subprotocols(protocol);
      }
      if (origin != null) {
        builder.header("Origin", origin);
      }
      socket = builder.buildAsync(URI.create(url(server) + "chat"), this).join();
    }

    Guest(final Program server) {
      this(server, WebChat.PROTOCOL, "http://127.0.0.1:" + server.port());
    }

    @Override
    public CompletionStage<?> onText(
        final WebSocket from, final CharSequence part, final boolean last) {
      text.append(part);
      if (last) {
        events.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(final WebSocket from, final int code, final String reason) {
      events.add("closed " + code + " " + reason);
      return null;
    }

    Guest say(final String message) {
      socket.sendText(message, true).join();
      return this;
    }

    Guest expect(final String... messages) throws InterruptedException {
      for (final String message : messages) {
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo(message);
      }
      return this;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void pagesTalk(final String engine) throws Exception {
    try (Program server =
        Program.server("chat-server", "--web", "--port", "0", "--engine", engine)) {
      final Guest one = new Guest(server).expect("you guest1", "here guest1");
      final Guest two = new Guest(server).expect("you guest2", "here guest1 guest2");
      one.expect("came guest2");
      one.say("say hello <b>");
      for (final Guest each : new Guest[] {one, two}) {
        each.expect("said guest1 hello <b>");
      }
      two.say("name Zo\u00eb").expect("you Zo\u00eb", "renamed guest2 Zo\u00eb");
      one.expect("renamed guest2 Zo\u00eb");
      one.say("name Zo\u00eb").expect("error that is no name, or it is taken");
      one.say("name two words").expect("error that is no name, or it is taken");
      one.say("say " + "x".repeat(2001)).expect("error more than 2000 characters are too many");
      two.say("nonsense").expect("closed 1003 say or name is expected");
      one.expect("left Zo\u00eb");
      one.socket.sendBinary(ByteBuffer.allocate(1), true).join();
      one.say("say still here").expect("said guest1 still here");
      server.signal("TERM");
      one.expect("closed 1001 ");
      assertThat(server.exit()).as(server.errors()).isZero();
      assertThat(server.errors()).isEmpty();
    }
  }

  @Test
  void thePageMayDoWhatItNeeds() throws Exception {
    try (Program server = Program.server("chat-server", "--web", "--port", "0")) {
      final URI place = URI.create("http://127.0.0.1:" + server.port() + "/");
      final HttpResponse<String> page = got(place);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
          .startsWith("default-src 'none'; connect-src 'self'")
          .doesNotContain("unsafe");
      assertThat(page.body()).contains("textContent").doesNotContain("innerHTML", "//cdn", "src=");
      assertThat(got(place.resolve("other")).statusCode()).isEqualTo(404);
      final HttpResponse<String> chat = got(place.resolve("chat"));
      assertThat(chat.statusCode()).isEqualTo(426);
      assertThat(chat.headers().firstValue("sec-websocket-version")).hasValue("13");
    }
  }

  private static HttpResponse<String> got(final URI place) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void pagesOfOthersMayNotTalk() throws Exception {
    try (Program server = Program.server("chat-server", "--web", "--port", "0")) {
      assertThatThrownBy(() -> new Guest(server, WebChat.PROTOCOL, "http://example.com"))
          .isInstanceOf(CompletionException.class)
          .hasStackTraceContaining("code 403");
      assertThatThrownBy(() -> new Guest(server, null, null)).hasStackTraceContaining("code 400");
      assertThatThrownBy(() -> new Guest(server, "chat.v0", null))
          .hasStackTraceContaining("code 400");
      new Guest(server, WebChat.PROTOCOL, null).expect("you guest1");
      assertThat(
              sent("", 1, url(server) + "chat", "--protocol", "chat.v1", "--origin", "http://a.b"))
          .contains("403");
    }
  }

  /** One that never reads is dropped, and the others hear everything. */
  @ParameterizedTest
  @MethodSource("engines")
  void aPageThatDoesNotReadIsDropped(final String engine) throws Exception {
    try (Program server =
            Program.server("chat-server", "--web", "--port", "0", "--engine", engine);
        DeafPage deaf = new DeafPage(server.port())) {
      final Guest speaker = new Guest(server).expect("you guest2", "here guest1 guest2");
      final String text = "x".repeat(2000);
      String event;
      do {
        speaker.say("say " + text);
        event = speaker.events.poll(60, TimeUnit.SECONDS);
      } while (("said guest2 " + text).equals(event));
      assertThat(event).isEqualTo("left guest1");
      speaker.expect("said guest2 " + text).say("say done").expect("said guest2 done");
      assertThat(deaf.isConnected()).isTrue();
    }
  }
}
