package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.Zips;

/** What a peer may send compressed, and what it may not. */
class WebSocketDeflateTest {
  @EngineTest
  void messages(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      for (final int length : new int[] {1, 5, 125, 126, 4096, 8192, 65_535, 70_000, 200_000}) {
        for (int i = 0; i < 2; i++) {
          final String repeated = "message " + "abc".repeat(length).substring(0, length);
          final String noise = DeflateTalk.random(length, i);
          talk.say(DeflateTalk.TEXT, talk.packed(repeated))
              .say(DeflateTalk.BINARY, talk.packed(noise));
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

  @EngineTest
  void fragmentsWithControlFramesBetween(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
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
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      final List<String> expected = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        final String text = "text " + i % 3;
        expected.add(text);
        if (i % 2 == 0) {
          talk.say(DeflateTalk.TEXT, talk.packed(text));
        } else {
          talk.say(0x81, text);
        }
      }
      assertThat(talk.answers(20)).isEqualTo(expected);
    }
  }

  @EngineTest
  void emptyMessages(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      for (int i = 0; i < 2; i++) {
        talk.say(DeflateTalk.TEXT, talk.packed("one"));
        talk.say(DeflateTalk.TEXT, "\0").say(DeflateTalk.TEXT, "");
        talk.say(WebSocketBytes.RSV1 | WebSocketBytes.BINARY, "").say(0x80, "");
        talk.say(DeflateTalk.TEXT, talk.packed("two"));
        assertThat(talk.answers(5)).containsExactly("one", "", "", "", "two");
      }
      talk.socket.send("");
      talk.socket.send(new byte[0]);
      Streams.run(
          talk.kit.base, () -> WebSocketBytes.frames(talk.client.got.toString()).size() == 2);
      assertThat(talk.client.got.toString())
          .isEqualTo(
              keeps
                  ? WebSocketBytes.plain(DeflateTalk.TEXT, "\0")
                      + WebSocketBytes.plain(DeflateTalk.BINARY, "\0")
                  : WebSocketBytes.plain(0x81, "") + WebSocketBytes.plain(0x82, ""));
    }
  }

  /** Last blocks, several blocks, blocks without compression: RFC 7692, section 7.2.3. */
  @EngineTest
  void blocks(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final DeflateTalk talk = new DeflateTalk(bases, keeps);
      final String[] hello = {
        "\u00f2\u0048\u00cd\u00c9\u00c9\u0007\0", // a block
        "\0\u0005\0\u00fa\u00ffHello\0", // one without compression
        "\u00f3\u0048\u00cd\u00c9\u00c9\u0007\0\0", // the last one
        DeflateTalk.finished("Hello") + "\0",
        DeflateTalk.finished("Hello"), // without the empty block behind it
        DeflateTalk.finished("Hel") + DeflateTalk.finished("lo") + "\0",
        DeflateTalk.finished("Hel") + DeflateTalk.finished("lo"),
        DeflateTalk.finished("") + DeflateTalk.finished("Hello"),
        DeflateTalk.finished("Hello") + DeflateTalk.finished("") + "\0",
        "\u00f2\u0048\u0005\0\0\0\u00ff\u00ff\u00ca\u00c9\u00c9\u0007\0", // two
      };
      for (int i = 0; i < 2; i++) {
        for (final String each : hello) {
          talk.say(DeflateTalk.TEXT, each);
        }
        assertThat(talk.answers(hello.length)).hasSize(hello.length).containsOnly("Hello");
      }
      talk.say(DeflateTalk.TEXT, DeflateTalk.finished("") + "\0")
          .say(DeflateTalk.TEXT, DeflateTalk.finished(""))
          .say(DeflateTalk.TEXT, hello[0]);
      assertThat(talk.answers(3)).containsExactly("", "", "Hello");
    }
  }

  /** A window that a last block has ended: what follows does not refer to it. */
  @EngineTest
  void aContextThatEndsWithALastBlock(final Bases bases) {
    final DeflateTalk talk = new DeflateTalk(bases, true);
    final String noise = DeflateTalk.random(1000, 1);
    talk.say(DeflateTalk.BINARY, talk.packed(noise)).say(DeflateTalk.BINARY, talk.packed(noise));
    assertThat(talk.answers(2)).containsExactly(noise, noise);
    talk.say(DeflateTalk.TEXT, DeflateTalk.finished("x"));
    talk.deflater.reset();
    talk.say(DeflateTalk.BINARY, talk.packed(noise)).say(DeflateTalk.BINARY, talk.packed(noise));
    assertThat(talk.answers(3)).containsExactly("x", noise, noise);
  }

  /** A stream of tiny last blocks costs as much as its bytes. */
  @EngineTest
  void manyLastBlocks(final Bases bases) {
    final DeflateTalk talk = new DeflateTalk(bases, false);
    talk.say(
        DeflateTalk.TEXT, DeflateTalk.finished("").repeat(100_000) + DeflateTalk.finished("end"));
    assertThat(talk.answers(1)).containsExactly("end");
  }

  @EngineTest
  void whatCannotBeDecompressed(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      for (final String bad :
          new String[] {
            "\u00ff\u00ff\u00ff", // a block of no type
            "\0\u0005\0\0\0Hello", // a length that does not fit
            "\u00f2\u0048\u00cd\u00c9\u00c9\u0007\0\u0007", // behind the end
            DeflateTalk.finished("Hello") + "\u0006",
            keeps ? "\u00ff" : "\u0043\u0001\0\0", // refers to what is not there
            DeflateTalk.finished("Hello") + "garbage",
          }) {
        final DeflateTalk talk = new DeflateTalk(bases, keeps);
        talk.say(DeflateTalk.TEXT, talk.packed("right"));
        assertThat(talk.answers(1)).containsExactly("right");
        talk.say(DeflateTalk.TEXT, bad).say(0x81, "not read");
        assertThat(talk.code()).isEqualTo(1007);
        assertThat(talk.messages).containsExactly("right");
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void textThatIsNone(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      for (final String bad :
          new String[] {"\u00ff", "a".repeat(20_000) + "\u00c3", "\u00ed\u00a0\u0080"}) {
        final DeflateTalk talk = new DeflateTalk(bases, keeps);
        talk.say(DeflateTalk.TEXT, talk.packed(bad));
        assertThat(talk.code()).isEqualTo(1007);
        assertThat(talk.messages).isEmpty();
      }
      final DeflateTalk early = new DeflateTalk(bases, keeps);
      early.say(
          WebSocketBytes.RSV1 | WebSocketBytes.TEXT,
          early.packed("\u00fe" + DeflateTalk.random(10_000, 3)));
      assertThat(early.code()).as("before the message ends").isEqualTo(1007);
    }
  }

  @EngineTest
  void theBitWhereItMayNotBe(final Bases bases) {
    for (final int[] firsts :
        new int[][] {
          {0xc8}, {0xc9}, {0xca}, {0x01, 0xc0}, {0x41, 0xc0}, {0xa1}, {0x91}, {0xe1}, {0xd1}, {0xc0}
        }) {
      final DeflateTalk talk = new DeflateTalk(bases, false);
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
    kit.client().say(WebSocketBytes.ask() + WebSocketBytes.masked(DeflateTalk.TEXT, "\0")).rest();
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
    for (final long limit : new long[] {1 << 20, Long.MAX_VALUE}) {
      final DeflateTalk talk =
          new DeflateTalk(
              bases, false, WebSocketConfig.DEFAULT.maxMessage(limit).deflate(DeflateTalk.TAKES));
      talk.say(DeflateTalk.BINARY, packed);
      assertThat(talk.code()).isEqualTo(1009);
      assertThat(talk.messages).isEmpty();
      assertThat(talk.kit.base.bufferMemory()).isLessThan(8 << 20);
    }
  }

  /** More than 200 bytes from each one, beyond 256 KiB, are an attack, whatever the limit. */
  @EngineTest
  void theRatio(final Bases bases) {
    final WebSocketConfig config =
        WebSocketConfig.DEFAULT.maxMessage(4 << 20).deflate(DeflateTalk.TAKES);
    final DeflateTalk right = new DeflateTalk(bases, false, config);
    right.say(DeflateTalk.TEXT, right.packed("z".repeat(256 * 1024)));
    assertThat(right.answers(1)).containsExactly("z".repeat(256 * 1024));
    final DeflateTalk wrong = new DeflateTalk(bases, false, config);
    wrong.say(DeflateTalk.TEXT, wrong.packed("z".repeat(256 * 1024 + 20_000)));
    final String last = wrong.client.rest();
    assertThat(last).contains("more than 200 bytes from each one");
    assertThat(wrong.ends).containsExactly("1009 false");
  }

  /** The limit is of what a message is decompressed to: 1 byte makes a difference. */
  @EngineTest
  void theLimitOfMessages(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      final WebSocketConfig config =
          WebSocketConfig.DEFAULT
              .maxMessage(50_000)
              .deflate(DeflateTalk.TAKES.contextTakeover(keeps));
      final DeflateTalk talk = new DeflateTalk(bases, keeps, config);
      final String most = "abcdefghij".repeat(5000);
      for (int i = 0; i < 2; i++) {
        talk.say(DeflateTalk.TEXT, talk.packed(most));
        assertThat(talk.answers(1)).containsExactly(most);
      }
      talk.say(DeflateTalk.TEXT, talk.packed(most + "k"));
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
            WebSocketConfig.DEFAULT.deflate(DeflateTalk.TAKES),
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
    final String hello = DeflateTalk.finished("Hello");
    kit.client()
        .say(WebSocketBytes.ask("Sec-WebSocket-Extensions: " + DeflateTalk.FORGETS))
        .say(WebSocketBytes.masked(0x41, hello.substring(0, 4)))
        .say(WebSocketBytes.masked(0x00, hello.substring(4)))
        .say(WebSocketBytes.masked(0x80, "\0"))
        .say(WebSocketBytes.masked(DeflateTalk.TEXT, DeflateTalk.finished("x".repeat(2_000_000))))
        .rest();
    assertThat(parts.toString()).startsWith("Hello.").hasSizeLessThan(1_100_000);
    assertThat(ends).containsExactly("1009 false");
  }
}
