package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.Zips;

/** Messages that leave compressed, and what is left of compressors. */
class WebSocketDeflateSendTest {
  /** What the context is for: the second of two equal messages is short, without repetitions. */
  @EngineTest
  void theContextIsUsed(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      final String noise = DeflateTalk.random(2000, 7);
      final List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        talk.socket.send(WebSocketBytes.bytes(noise));
        Streams.run(
            talk.kit.base, () -> !WebSocketBytes.frames(talk.client.got.toString()).isEmpty());
        final WebSocketBytes.Frame frame = WebSocketBytes.frames(talk.client.got.toString()).get(0);
        lengths.add(frame.payload().length());
        assertThat(frame.isCompressed()).as("it has grown").isEqualTo(keeps);
        assertThat(talk.answers(1)).containsExactly(noise);
      }
      if (keeps) {
        assertThat(lengths.get(1)).isLessThan(200);
        assertThat(lengths.get(2)).isLessThan(200);
      } else {
        assertThat(lengths).containsOnly(2000);
      }
    }
  }

  // ---- what is sent ----

  /** The array is the program's again behind the call, also when the message has not left. */
  @EngineTest
  void anArrayIsCopied(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      for (final String text : new String[] {DeflateTalk.random(5000, 3), "t".repeat(5000)}) {
        final byte[] array = WebSocketBytes.bytes(text);
        talk.socket.send(array);
        Arrays.fill(array, (byte) 0);
        assertThat(talk.answers(1)).containsExactly(text);
      }
    }
  }

  @EngineTest
  void theThreshold(final Bases bases) {
    final DeflateTalk talk =
        new DeflateTalk(bases, false, WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT));
    final EventBuffer buffer = bases.later(new EventBuffer());
    for (final int length : new int[] {0, 1, 1023, 1024, 5000}) {
      final String text = "t".repeat(length);
      talk.socket.send(text);
      talk.socket.send(buffer.add(text));
      assertThat(buffer.isEmpty()).isTrue();
      talk.socket.send(PreparedMessage.text(text));
      Streams.run(
          talk.kit.base, () -> WebSocketBytes.frames(talk.client.got.toString()).size() == 3);
      assertThat(WebSocketBytes.frames(talk.client.got.toString()))
          .as("%d bytes", length)
          .allMatch(frame -> frame.isCompressed() == length >= 1024);
      assertThat(talk.answers(3)).containsOnly(text);
    }
  }

  /** Lengths at which the steps of a compressor end, of what shrinks and what grows. */
  @EngineTest
  void theStepsOfACompressor(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      final EventBuffer buffer = bases.later(new EventBuffer());
      for (final int step : new int[] {4096, 8192, 16_384, 32_768, 65_536}) {
        for (int more = -14; more <= 6; more++) {
          final byte[] noise = WebSocketBytes.bytes(DeflateTalk.random(step + more, step));
          talk.socket.send(noise);
          talk.socket.send(buffer.add(noise));
          assertThat(talk.answers(2)).hasSize(2).containsOnly(WebSocketBytes.text(noise));
        }
      }
    }
  }

  @EngineTest
  void preparedMessages(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      final PreparedMessage large = PreparedMessage.text("prepared ".repeat(3000));
      final PreparedMessage grows =
          PreparedMessage.binary(WebSocketBytes.bytes(DeflateTalk.random(5000, 1)));
      final PreparedMessage empty = PreparedMessage.text("");
      for (int i = 0; i < 2; i++) {
        talk.say(DeflateTalk.TEXT, talk.packed("between"));
        talk.socket.send(large);
        talk.socket.send(grows);
        talk.socket.send(empty);
        talk.socket.send("and " + i);
        assertThat(talk.answers(5))
            .containsExactlyInAnyOrder(
                "prepared ".repeat(3000), DeflateTalk.random(5000, 1), "", "and " + i, "between");
      }
    }
  }

  /** Compressors are shared by sockets of other levels: no byte is lost by that. */
  @EngineTest
  void levels(final Bases bases) {
    final EventBase base = bases.base();
    final HttpKit kit = new HttpKit(bases);
    for (int level = 1; level <= 9; level++) {
      kit.server.handle(
          "/" + level,
          WebSocket.accept(
              WebSocketConfig.DEFAULT.deflate(DeflateTalk.TAKES.level(level)),
              socket -> socket.onMessage((self, message) -> self.send(message))));
    }
    assertThat(base.isClosed()).isFalse();
    for (int i = 0; i < 3; i++) {
      for (int level = 1; level <= 9; level++) {
        final HttpKit.Client client =
            kit.client()
                .say(
                    WebSocketBytes.ask(
                        "GET /" + level + " HTTP/1.1",
                        "Sec-WebSocket-Extensions: " + DeflateTalk.FORGETS));
        client.until("\r\n\r\n");
        final String text = ("level " + level).repeat(3000);
        client.say(WebSocketBytes.masked(0x81, text));
        Streams.run(kit.base, () -> !WebSocketBytes.frames(client.got.toString()).isEmpty());
        final Inflater inflater = new Inflater(true);
        try {
          inflater.setInput(
              WebSocketBytes.bytes(
                  WebSocketBytes.frames(client.got.toString()).get(0).payload()
                      + "\0\0\u00ff\u00ff"));
          final byte[] all = new byte[text.length() + 1];
          final int made = inflater.inflate(all);
          assertThat(WebSocketBytes.text(Arrays.copyOf(all, made))).isEqualTo(text);
        } catch (final DataFormatException e) {
          throw new AssertionError(e);
        } finally {
          inflater.end();
        }
        client.stream.close();
      }
    }
  }

  // ---- both ends of the library's, and what is left of them ----

  /** A client and a server: messages of all sizes and ways of sending, there and back. */
  @EngineTest
  void bothEnds(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final WebSocketConfig config =
          WebSocketConfig.DEFAULT.deflate(DeflateTalk.TAKES.contextTakeover(keeps));
      final HttpKit kit = new HttpKit(bases);
      kit.server.handle(
          "/",
          WebSocket.accept(
              config, socket -> socket.onMessage((self, message) -> self.send(message))));
      final WebSocket[] made = new WebSocket[1];
      final List<String> came = new ArrayList<>();
      final HttpClient client = bases.later(new HttpClient(kit.base));
      final HttpCall call =
          WebSocket.connect(
              client,
              "ws://127.0.0.1:" + kit.address.getPort() + "/",
              config,
              (socket, problem) ->
                  made[0] =
                      bases
                          .later(socket)
                          .onMessage(
                              (self, message) -> came.add(WebSocketBytes.text(message.bytes()))));
      Streams.run(kit.base, () -> made[0] != null);
      assertThat(call.proxyStatus()).isZero();
      final EventBuffer buffer = bases.later(new EventBuffer());
      for (final int length : new int[] {0, 1, 100, 4096, 20_000, 200_000}) {
        for (final String text :
            new String[] {"ab".repeat(length / 2), DeflateTalk.random(length, 2)}) {
          final byte[] bytes = WebSocketBytes.bytes(text);
          made[0].send(bytes);
          made[0].send(buffer.add(bytes));
          made[0].send(PreparedMessage.binary(bytes));
          made[0].send(text);
          Streams.run(kit.base, () -> came.size() == 4);
          assertThat(came.subList(0, 3)).containsOnly(text);
          assertThat(came.get(3))
              .isEqualTo(WebSocketBytes.text(text.getBytes(StandardCharsets.UTF_8)));
          came.clear();
        }
      }
      assertThat(Zips.taken(kit.base)).isEqualTo(keeps ? 4 : 0);
      made[0].close();
      Streams.run(kit.base, () -> kit.server.connections() == 0);
      assertThat(Zips.taken(kit.base)).isZero();
    }
  }

  /** Each way out of a conversation gives back its compressors. */
  @EngineTest
  void nothingIsKept(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<WebSocket> sockets = new ArrayList<>();
    kit.server.handle(
        "/",
        WebSocket.accept(
            WebSocketConfig.DEFAULT.deflate(DeflateTalk.TAKES.contextTakeover(true)),
            socket -> {
              sockets.add(socket);
              socket.onText(
                  (self, text) -> {
                    switch (text) {
                      case "close" -> self.close();
                      case "throw" -> throw new IllegalStateException("on purpose");
                      case "leave" -> self.close(WebSocket.NORMAL, "");
                      default -> self.send(text);
                    }
                  });
            }));
    final String packed = DeflateTalk.finished("hello");
    int round = 0;
    for (final String way :
        new String[] {"close", "throw", "leave", "frame", "bad", "cut", "end", "reset", "server"}) {
      final HttpKit.Client client =
          kit.client()
              .say(
                  WebSocketBytes.ask("Sec-WebSocket-Extensions: " + DeflateTalk.KEEPS)
                      + WebSocketBytes.masked(DeflateTalk.TEXT, packed));
      Streams.run(kit.base, () -> client.got.indexOf("\r\n\r\n") > 0 && Zips.taken(kit.base) == 2);
      round++;
      switch (way) {
        case "frame" -> client.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1000)));
        case "bad" -> client.say(WebSocketBytes.masked(DeflateTalk.TEXT, "\u00ff"));
        case "cut" -> {
          client.say(WebSocketBytes.masked(0x41, "\u00f2\u0048"));
          client.stream.shutdownOutput();
        }
        case "end" -> client.stream.shutdownOutput();
        case "reset" -> client.stream.close();
        case "server" -> sockets.get(sockets.size() - 1).close();
        default -> client.say(WebSocketBytes.masked(DeflateTalk.TEXT, DeflateTalk.finished(way)));
      }
      if (way.equals("leave")) {
        Streams.run(kit.base, () -> sockets.get(sockets.size() - 1).state() != SocketState.OPEN);
        client.stream.close();
      }
      Streams.run(kit.base, () -> Zips.taken(kit.base) == 0);
      client.stream.close();
    }
    assertThat(sockets).hasSize(round);
    assertThat(bases.exceptions).as("that of the handler").hasSize(1);
  }
}
