package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.Zips;

/** Messages that are compressed, and what a peer may send in their place. */
class WebSocketDeflateTest {
  private static final String KEEPS = "permessage-deflate";
  private static final String FORGETS =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  private static final DeflateConfig TAKES = DeflateConfig.DEFAULT.threshold(0);

  /** A server that sends back what comes, with a peer of plain bytes and its own compressors. */
  private static final class Talk implements AutoCloseable {
    final HttpKit kit;
    final HttpKit.Client client;
    final List<String> ends = new ArrayList<>();
    final List<String> messages = new ArrayList<>();
    final boolean keeps;
    WebSocket socket;
    private final Deflater deflater = new Deflater(6, true);
    private final Inflater inflater = new Inflater(true);

    Talk(final Bases bases, final boolean keeps, final WebSocketConfig config) {
      this.keeps = keeps;
      kit = new HttpKit(bases);
      kit.server.handle("/", WebSocket.accept(config, this::open));
      bases.later(this);
      client =
          kit.client()
              .say(WebSocketBytes.ask("Sec-WebSocket-Extensions: " + (keeps ? KEEPS : FORGETS)));
      assertThat(client.until("\r\n\r\n"))
          .containsIgnoringCase(
              "\r\nSec-WebSocket-Extensions: " + (keeps ? KEEPS : FORGETS) + "\r\n");
    }

    Talk(final Bases bases, final boolean keeps) {
      this(bases, keeps, WebSocketConfig.DEFAULT.deflate(TAKES.contextTakeover(keeps)));
    }

    private void open(final WebSocket made) {
      socket = made;
      made.onMessage(
              (self, message) -> {
                messages.add(WebSocketBytes.text(message.bytes()));
                self.send(message);
              })
          .onClose((self, code, reason, clean) -> ends.add(code + " " + clean));
    }

    /** The payload of a message, compressed as a peer would. */
    String packed(final String message) {
      if (!keeps) {
        deflater.reset();
      }
      return cut(WebSocketDeflateTest.flushed(deflater, WebSocketBytes.bytes(message)));
    }

    private static String cut(final byte[] flushed) {
      return WebSocketBytes.text(Arrays.copyOf(flushed, flushed.length - 4));
    }

    /** What a payload of the server's is. */
    String unpacked(final String payload) {
      if (!keeps) {
        inflater.reset();
      }
      inflater.setInput(WebSocketBytes.bytes(payload + "\0\0\u00ff\u00ff"));
      final ByteArrayOutputStream out = new ByteArrayOutputStream();
      final byte[] room = new byte[4096];
      try {
        for (int made; (made = inflater.inflate(room)) > 0; ) {
          out.write(room, 0, made);
        }
      } catch (final DataFormatException e) {
        throw new AssertionError(e);
      }
      assertThat(inflater.getRemaining()).isZero();
      return WebSocketBytes.text(out.toByteArray());
    }

    Talk say(final int first, final String payload) {
      client.say(WebSocketBytes.masked(first, payload));
      return this;
    }

    /** The messages that the server has sent, as soon as there are so many. */
    List<String> answers(final int count) {
      Streams.run(
          kit.base,
          () -> WebSocketBytes.frames(client.got.toString()).size() >= count || client.hasEnded());
      final List<String> found = new ArrayList<>();
      for (final WebSocketBytes.Frame each : WebSocketBytes.frames(client.got.toString())) {
        found.add(each.isCompressed() ? unpacked(each.payload()) : each.payload());
      }
      client.got.setLength(0);
      return found;
    }

    /** Runs until the server has closed; returns the code of its close frame. */
    int code() {
      final List<WebSocketBytes.Frame> all = WebSocketBytes.frames(client.rest());
      final WebSocketBytes.Frame last = all.get(all.size() - 1);
      assertThat(last.opcode()).isEqualTo(WebSocketBytes.CLOSE);
      Streams.run(kit.base, () -> !ends.isEmpty());
      assertThat(ends).containsExactly(last.code() + " false");
      assertThat(Zips.taken(kit.base)).isZero();
      return last.code();
    }

    @Override
    public void close() {
      deflater.end();
      inflater.end();
    }
  }

  /** All that a compressor makes of bytes, up to a flush. */
  private static byte[] flushed(final Deflater deflater, final byte[] bytes) {
    deflater.setInput(bytes);
    return drained(deflater, Deflater.SYNC_FLUSH);
  }

  private static byte[] drained(final Deflater deflater, final int flush) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final byte[] room = new byte[100_000];
    for (int made; (made = deflater.deflate(room, 0, room.length, flush)) > 0; ) {
      out.write(room, 0, made);
    }
    return out.toByteArray();
  }

  /** A message that ends with a last block. */
  private static String finished(final String message) {
    final Deflater deflater = new Deflater(6, true);
    try {
      deflater.setInput(WebSocketBytes.bytes(message));
      deflater.finish();
      return WebSocketBytes.text(drained(deflater, Deflater.NO_FLUSH));
    } finally {
      deflater.end();
    }
  }

  private static String random(final int length, final long seed) {
    final byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return WebSocketBytes.text(bytes);
  }

  private static final int TEXT = WebSocketBytes.FIN | WebSocketBytes.RSV1 | WebSocketBytes.TEXT;
  private static final int BINARY =
      WebSocketBytes.FIN | WebSocketBytes.RSV1 | WebSocketBytes.BINARY;

  private static final boolean[] BOTH = {false, true};

  @EngineTest
  void messages(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      for (final int length : new int[] {1, 5, 125, 126, 4096, 8192, 65_535, 70_000, 200_000}) {
        for (int i = 0; i < 2; i++) {
          final String repeated = "message " + "abc".repeat(length).substring(0, length);
          final String noise = random(length, i);
          talk.say(TEXT, talk.packed(repeated)).say(BINARY, talk.packed(noise));
          assertThat(talk.answers(2))
              .as("%d bytes, %s", length, keeps)
              .containsExactly(repeated, noise);
        }
      }
      assertThat(Zips.taken(talk.kit.base)).isEqualTo(keeps ? 2 : 0);
      talk.say(0x88, WebSocketBytes.code(1000));
      talk.client.rest();
      assertThat(talk.ends).containsExactly("1000 true");
      assertThat(Zips.taken(talk.kit.base)).isZero();
    }
  }

  /** What the context is for: the second of two equal messages is short, without repetitions. */
  @EngineTest
  void theContextIsUsed(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      final String noise = random(2000, 7);
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

  @EngineTest
  void fragmentsWithControlFramesBetween(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      for (int round = 0; round < 2; round++) {
        final String text = "h\u00c3\u00a9llo ".repeat(50) + round;
        final String packed = talk.packed(text);
        for (int i = 0; i <= packed.length(); i++) {
          final int first =
              (i == 0 ? WebSocketBytes.RSV1 | WebSocketBytes.TEXT : 0)
                  | (i == packed.length() ? WebSocketBytes.FIN : 0);
          talk.say(first, i == packed.length() ? "" : packed.substring(i, i + 1));
          if (i < 3) {
            talk.say(0x89, "p" + i);
          }
        }
        assertThat(talk.answers(4)).containsExactly("p0", "p1", "p2", text);
      }
    }
  }

  @EngineTest
  void compressedAndPlainMixed(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      final List<String> expected = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        final String text = "text " + i % 3;
        expected.add(text);
        if (i % 2 == 0) {
          talk.say(TEXT, talk.packed(text));
        } else {
          talk.say(0x81, text);
        }
      }
      assertThat(talk.answers(20)).isEqualTo(expected);
    }
  }

  @EngineTest
  void emptyMessages(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      for (int i = 0; i < 2; i++) {
        talk.say(TEXT, talk.packed("one"));
        talk.say(TEXT, "\0").say(TEXT, "");
        talk.say(WebSocketBytes.RSV1 | WebSocketBytes.BINARY, "").say(0x80, "");
        talk.say(TEXT, talk.packed("two"));
        assertThat(talk.answers(5)).containsExactly("one", "", "", "", "two");
      }
      talk.socket.send("");
      talk.socket.send(new byte[0]);
      Streams.run(
          talk.kit.base, () -> WebSocketBytes.frames(talk.client.got.toString()).size() == 2);
      assertThat(talk.client.got.toString())
          .isEqualTo(
              keeps
                  ? WebSocketBytes.plain(TEXT, "\0") + WebSocketBytes.plain(BINARY, "\0")
                  : WebSocketBytes.plain(0x81, "") + WebSocketBytes.plain(0x82, ""));
    }
  }

  /** Last blocks, several blocks, blocks without compression: RFC 7692, section 7.2.3. */
  @EngineTest
  void blocks(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      final String[] hello = {
        "\u00f2\u0048\u00cd\u00c9\u00c9\u0007\0", // a block
        "\0\u0005\0\u00fa\u00ffHello\0", // one without compression
        "\u00f3\u0048\u00cd\u00c9\u00c9\u0007\0\0", // the last one
        finished("Hello") + "\0",
        finished("Hello"), // without the empty block behind it
        finished("Hel") + finished("lo") + "\0",
        finished("Hel") + finished("lo"),
        finished("") + finished("Hello"),
        finished("Hello") + finished("") + "\0",
        "\u00f2\u0048\u0005\0\0\0\u00ff\u00ff\u00ca\u00c9\u00c9\u0007\0", // two
      };
      for (int i = 0; i < 2; i++) {
        for (final String each : hello) {
          talk.say(TEXT, each);
        }
        assertThat(talk.answers(hello.length)).hasSize(hello.length).containsOnly("Hello");
      }
      talk.say(TEXT, finished("") + "\0").say(TEXT, finished("")).say(TEXT, hello[0]);
      assertThat(talk.answers(3)).containsExactly("", "", "Hello");
    }
  }

  /** A window that a last block has ended: what follows does not refer to it. */
  @EngineTest
  void aContextThatEndsWithALastBlock(final Bases bases) {
    final Talk talk = new Talk(bases, true);
    final String noise = random(1000, 1);
    talk.say(BINARY, talk.packed(noise)).say(BINARY, talk.packed(noise));
    assertThat(talk.answers(2)).containsExactly(noise, noise);
    talk.say(TEXT, finished("x"));
    talk.deflater.reset();
    talk.say(BINARY, talk.packed(noise)).say(BINARY, talk.packed(noise));
    assertThat(talk.answers(3)).containsExactly("x", noise, noise);
  }

  /** A stream of tiny last blocks costs as much as its bytes. */
  @EngineTest
  void manyLastBlocks(final Bases bases) {
    final Talk talk = new Talk(bases, false);
    talk.say(TEXT, finished("").repeat(100_000) + finished("end"));
    assertThat(talk.answers(1)).containsExactly("end");
  }

  @EngineTest
  void whatCannotBeDecompressed(final Bases bases) {
    for (final boolean keeps : BOTH) {
      for (final String bad :
          new String[] {
            "\u00ff\u00ff\u00ff", // a block of no type
            "\0\u0005\0\0\0Hello", // a length that does not fit
            "\u00f2\u0048\u00cd\u00c9\u00c9\u0007\0\u0007", // behind the end
            finished("Hello") + "\u0006",
            keeps ? "\u00ff" : "\u0043\u0001\0\0", // refers to what is not there
            finished("Hello") + "garbage",
          }) {
        final Talk talk = new Talk(bases, keeps);
        talk.say(TEXT, talk.packed("right"));
        assertThat(talk.answers(1)).containsExactly("right");
        talk.say(TEXT, bad).say(0x81, "not read");
        assertThat(talk.code()).isEqualTo(1007);
        assertThat(talk.messages).containsExactly("right");
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void textThatIsNone(final Bases bases) {
    for (final boolean keeps : BOTH) {
      for (final String bad :
          new String[] {"\u00ff", "a".repeat(20_000) + "\u00c3", "\u00ed\u00a0\u0080"}) {
        final Talk talk = new Talk(bases, keeps);
        talk.say(TEXT, talk.packed(bad));
        assertThat(talk.code()).isEqualTo(1007);
        assertThat(talk.messages).isEmpty();
      }
      final Talk early = new Talk(bases, keeps);
      early.say(
          WebSocketBytes.RSV1 | WebSocketBytes.TEXT, early.packed("\u00fe" + random(10_000, 3)));
      assertThat(early.code()).as("before the message ends").isEqualTo(1007);
    }
  }

  @EngineTest
  void theBitWhereItMayNotBe(final Bases bases) {
    for (final int[] firsts :
        new int[][] {
          {0xc8}, {0xc9}, {0xca}, {0x01, 0xc0}, {0x41, 0xc0}, {0xa1}, {0x91}, {0xe1}, {0xd1}, {0xc0}
        }) {
      final Talk talk = new Talk(bases, false);
      for (final int first : firsts) {
        talk.say(first, "");
      }
      assertThat(talk.code()).isEqualTo(1002);
    }
    final HttpKit kit = new HttpKit(bases);
    final List<String> ends = new ArrayList<>();
    kit.server.handle(
        "/",
        WebSocket.accept(
            socket -> socket.onClose((self, code, reason, clean) -> ends.add(code + " " + clean))));
    kit.client().say(WebSocketBytes.ask() + WebSocketBytes.masked(TEXT, "\0")).rest();
    assertThat(ends).as("nothing was agreed on").containsExactly("1002 false");
  }

  /** 1 GiB of zeros, as far as it is read. */
  @EngineTest
  void bombs(final Bases bases) {
    final byte[] bomb = new byte[1 << 20];
    final Deflater deflater = new Deflater(9, true);
    final int length;
    try {
      final byte[] zeros = new byte[1 << 20];
      int at = 0;
      for (int i = 0; i < 1024 && at < bomb.length; i++) {
        deflater.setInput(zeros);
        for (int made; (made = deflater.deflate(bomb, at, bomb.length - at)) > 0; ) {
          at += made;
        }
      }
      length = at;
    } finally {
      deflater.end();
    }
    assertThat(length).isBetween(900_000, bomb.length);
    final String packed = WebSocketBytes.text(Arrays.copyOf(bomb, length));
    for (final long limit : new long[] {1 << 20, 1000, Long.MAX_VALUE}) {
      final Talk talk =
          new Talk(bases, false, WebSocketConfig.DEFAULT.maxMessage(limit).deflate(TAKES));
      talk.say(BINARY, packed);
      assertThat(talk.code()).isEqualTo(1009);
      assertThat(talk.messages).isEmpty();
      assertThat(talk.kit.base.bufferMemory()).isLessThan(8 << 20);
    }
  }

  /** More than 200 bytes from each one, beyond 256 KiB, are an attack, whatever the limit. */
  @EngineTest
  void theRatio(final Bases bases) {
    final WebSocketConfig config = WebSocketConfig.DEFAULT.maxMessage(4 << 20).deflate(TAKES);
    final Talk right = new Talk(bases, false, config);
    right.say(TEXT, right.packed("z".repeat(256 * 1024)));
    assertThat(right.answers(1)).containsExactly("z".repeat(256 * 1024));
    final Talk wrong = new Talk(bases, false, config);
    wrong.say(TEXT, wrong.packed("z".repeat(256 * 1024 + 20_000)));
    final String last = wrong.client.rest();
    assertThat(last).contains("more than 200 bytes from each one");
    assertThat(wrong.ends).containsExactly("1009 false");
  }

  /** The limit is of what a message is decompressed to: 1 byte makes a difference. */
  @EngineTest
  void theLimitOfMessages(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final WebSocketConfig config =
          WebSocketConfig.DEFAULT.maxMessage(50_000).deflate(TAKES.contextTakeover(keeps));
      final Talk talk = new Talk(bases, keeps, config);
      final String most = "abcdefghij".repeat(5000);
      for (int i = 0; i < 2; i++) {
        talk.say(TEXT, talk.packed(most));
        assertThat(talk.answers(1)).containsExactly(most);
      }
      talk.say(TEXT, talk.packed(most + "k"));
      assertThat(talk.code()).isEqualTo(1009);
    }
  }

  /** Parts that a program takes as they come are bounded, too. */
  @EngineTest
  void partsOfCompressedMessages(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final StringBuilder parts = new StringBuilder();
    final List<String> ends = new ArrayList<>();
    kit.server.handle(
        "/",
        WebSocket.accept(
            WebSocketConfig.DEFAULT.deflate(TAKES),
            socket ->
                socket
                    .onFragment(
                        (self, bytes, text, last) -> {
                          parts.append(WebSocketBytes.text(bytes.toByteArray()));
                          if (last) {
                            parts.append('.');
                          }
                        })
                    .onClose((self, code, reason, clean) -> ends.add(code + " " + clean))));
    final String hello = finished("Hello");
    kit.client()
        .say(WebSocketBytes.ask("Sec-WebSocket-Extensions: " + FORGETS))
        .say(WebSocketBytes.masked(0x41, hello.substring(0, 4)))
        .say(WebSocketBytes.masked(0x00, hello.substring(4)))
        .say(WebSocketBytes.masked(0x80, "\0"))
        .say(WebSocketBytes.masked(TEXT, finished("x".repeat(2_000_000))))
        .rest();
    assertThat(parts.toString()).startsWith("Hello.").hasSizeLessThan(1_100_000);
    assertThat(ends).containsExactly("1009 false");
  }

  // ---- what is sent ----

  @EngineTest
  void theThreshold(final Bases bases) {
    final Talk talk =
        new Talk(bases, false, WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT));
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
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      final EventBuffer buffer = bases.later(new EventBuffer());
      for (final int step : new int[] {4096, 8192, 16_384, 32_768, 65_536}) {
        for (int more = -14; more <= 6; more++) {
          final byte[] noise = WebSocketBytes.bytes(random(step + more, step));
          talk.socket.send(noise);
          talk.socket.send(buffer.add(noise));
          assertThat(talk.answers(2)).hasSize(2).containsOnly(WebSocketBytes.text(noise));
        }
      }
    }
  }

  @EngineTest
  void preparedMessages(final Bases bases) {
    for (final boolean keeps : BOTH) {
      final Talk talk = new Talk(bases, keeps);
      final PreparedMessage large = PreparedMessage.text("prepared ".repeat(3000));
      final PreparedMessage grows = PreparedMessage.binary(WebSocketBytes.bytes(random(5000, 1)));
      final PreparedMessage empty = PreparedMessage.text("");
      for (int i = 0; i < 2; i++) {
        talk.say(TEXT, talk.packed("between"));
        talk.socket.send(large);
        talk.socket.send(grows);
        talk.socket.send(empty);
        talk.socket.send("and " + i);
        assertThat(talk.answers(5))
            .containsExactlyInAnyOrder(
                "prepared ".repeat(3000), random(5000, 1), "", "and " + i, "between");
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
              WebSocketConfig.DEFAULT.deflate(TAKES.level(level)),
              socket -> socket.onMessage((self, message) -> self.send(message))));
    }
    assertThat(base.isClosed()).isFalse();
    for (int i = 0; i < 3; i++) {
      for (int level = 1; level <= 9; level++) {
        final HttpKit.Client client =
            kit.client()
                .say(
                    WebSocketBytes.ask(
                        "GET /" + level + " HTTP/1.1", "Sec-WebSocket-Extensions: " + FORGETS));
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
    for (final boolean keeps : BOTH) {
      final WebSocketConfig config = WebSocketConfig.DEFAULT.deflate(TAKES.contextTakeover(keeps));
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
        for (final String text : new String[] {"ab".repeat(length / 2), random(length, 2)}) {
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
            WebSocketConfig.DEFAULT.deflate(TAKES.contextTakeover(true)),
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
    final String packed = finished("hello");
    int round = 0;
    for (final String way :
        new String[] {"close", "throw", "leave", "frame", "bad", "cut", "end", "reset", "server"}) {
      final HttpKit.Client client =
          kit.client()
              .say(
                  WebSocketBytes.ask("Sec-WebSocket-Extensions: " + KEEPS)
                      + WebSocketBytes.masked(TEXT, packed));
      Streams.run(kit.base, () -> client.got.indexOf("\r\n\r\n") > 0 && Zips.taken(kit.base) == 2);
      round++;
      switch (way) {
        case "frame" -> client.say(WebSocketBytes.masked(0x88, WebSocketBytes.code(1000)));
        case "bad" -> client.say(WebSocketBytes.masked(TEXT, "\u00ff"));
        case "cut" -> {
          client.say(WebSocketBytes.masked(0x41, "\u00f2\u0048"));
          client.stream.shutdownOutput();
        }
        case "end" -> client.stream.shutdownOutput();
        case "reset" -> client.stream.close();
        case "server" -> sockets.get(sockets.size() - 1).close();
        default -> client.say(WebSocketBytes.masked(TEXT, finished(way)));
      }
      if (way.equals("leave")) {
        Streams.run(kit.base, () -> sockets.get(sockets.size() - 1).state().ordinal() > 0);
        client.stream.close();
      }
      Streams.run(kit.base, () -> Zips.taken(kit.base) == 0);
      client.stream.close();
    }
    assertThat(sockets).hasSize(round);
    assertThat(bases.exceptions).as("that of the handler").hasSize(1);
  }
}
