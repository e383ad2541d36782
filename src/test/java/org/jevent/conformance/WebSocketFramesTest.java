package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.EventBase;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocketConfig;
import org.junit.jupiter.api.Timeout;

/** What is accepted and what is refused, wherever the bytes are cut. */
class WebSocketFramesTest {
  /** Longer conversations are cut where their frames end only. */
  private static final int SHORT = 150;

  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final int BINARY = Frames.FIN | Frames.BINARY;
  private static final int LAST = Frames.FIN | Frames.CONTINUATION;
  private static final WebSocketConfig SMALL =
      WebSocketConfig.DEFAULT.maxFrame(1000).maxMessage(1500).maxFragments(5);

  @EngineTest
  @Timeout(120)
  void everyConversationCutAtEveryByte(final Bases bases) {
    for (final Role role : Role.values()) {
      for (final WebSocketVectors.Vector vector : WebSocketVectors.all()) {
        final byte[] bytes = vector.script(role == Role.SERVER).bytes();
        try (Bases inner = bases.inner()) {
          final EventBase base = inner.base();
          final int last = bytes.length <= SHORT && !vector.fast() ? bytes.length - 1 : 0;
          for (int cut = 0; cut <= last; cut++) {
            final WebSocketKit kit =
                new WebSocketKit(inner, base, WebSocketKit.Way.MEMORY, role).echo();
            kit.say(Arrays.copyOf(bytes, cut)).settle();
            kit.say(Arrays.copyOfRange(bytes, cut, bytes.length)).settle();
            final String name = role + " " + vector.name() + " cut at " + cut;
            assertThat(kit.words).as(name).isEqualTo(vector.words());
            assertThat(kit.sent()).as(name).isEqualTo(vector.frames());
            kit.end();
          }
        }
      }
    }
  }

  /** What comes of it with both roles: words and frames are the same, or given one by one. */
  private static void check(
      final Bases bases,
      final WebSocketConfig config,
      final Consumer<WebSocketKit.Script> in,
      final List<String> words,
      final List<String> frames) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit =
            new WebSocketKit(inner, inner.base(), WebSocketKit.Way.SOCKETS, role, config).echo();
        final WebSocketKit.Script script = new WebSocketKit.Script(kit.masks());
        in.accept(script);
        kit.say(script.bytes()).end();
        assertThat(kit.words).as("%s", role).isEqualTo(words);
        assertThat(kit.sent()).as("%s", role).isEqualTo(frames);
      }
    }
  }

  private static void refused(
      final Bases bases,
      final WebSocketConfig config,
      final int code,
      final Consumer<WebSocketKit.Script> in,
      final String... echoes) {
    final List<String> words = new ArrayList<>(List.of(echoes));
    words.add("closed " + code);
    final List<String> frames = new ArrayList<>(List.of(echoes));
    frames.add("close " + code);
    check(bases, config, in.andThen(script -> script.text("behind")), words, frames);
  }

  private static void accepted(
      final Bases bases,
      final WebSocketConfig config,
      final Consumer<WebSocketKit.Script> in,
      final String... echoes) {
    final List<String> words = new ArrayList<>(List.of(echoes));
    words.add("closed 1000, clean");
    final List<String> frames = new ArrayList<>(List.of(echoes));
    frames.add("close 1000");
    check(bases, config, in.andThen(script -> script.close(1000, "")), words, frames);
  }

  private static byte[] zeros(final int count) {
    return new byte[count];
  }

  private static String binary(final int count) {
    return "binary" + Frames.shown(zeros(count));
  }

  @EngineTest
  void masksOfTheWrongRole(final Bases bases) {
    for (final int first : new int[] {TEXT, BINARY, Frames.TEXT, 0x88, 0x89, 0x8a}) {
      refused(
          bases,
          SMALL,
          1002,
          script -> script.text("a").raw(Frames.frame(!script.masked, first, "")),
          "text a");
    }
  }

  @EngineTest
  void lengthsThatAreLongerThanNeeded(final Bases bases) {
    for (final int length : new int[] {0, 1, 125}) {
      refused(bases, SMALL, 1002, script -> wide(script, 126, length));
    }
    for (final int length : new int[] {0, 125, 126, 65535}) {
      refused(bases, WebSocketConfig.DEFAULT, 1002, script -> wide(script, 127, length));
    }
  }

  private static void wide(final WebSocketKit.Script script, final int field, final int length) {
    script.raw(Frames.head(script.masked, BINARY, field, length)).raw(zeros(length));
  }

  @EngineTest
  void lengthsBeyondAllMemory(final Bases bases) {
    for (final long length : new long[] {1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE}) {
      refused(bases, SMALL, 1009, script -> announce(script, BINARY, length));
      refused(
          bases,
          SMALL.maxFrame(Long.MAX_VALUE),
          1009,
          script -> announce(script.frame(Frames.TEXT, "a"), LAST, length));
    }
    refused(bases, SMALL, 1002, script -> announce(script, BINARY, Long.MIN_VALUE));
    refused(bases, SMALL, 1002, script -> announce(script, BINARY, -1));
  }

  private static void announce(
      final WebSocketKit.Script script, final int first, final long length) {
    script.raw(Frames.head(script.masked, first, length < 0 ? 127 : Frames.field(length), length));
  }

  @EngineTest
  void theLimitsOfFramesAndMessages(final Bases bases) {
    accepted(bases, SMALL, script -> script.frame(BINARY, zeros(1000)), binary(1000));
    refused(bases, SMALL, 1009, script -> announce(script, BINARY, 1001));
    refused(bases, SMALL, 1009, script -> announce(script, Frames.TEXT, 1001));
    accepted(
        bases,
        SMALL,
        script -> script.frame(Frames.BINARY, zeros(1000)).frame(LAST, zeros(500)),
        binary(1500));
    refused(
        bases,
        SMALL,
        1009,
        script -> announce(script.frame(Frames.BINARY, zeros(1000)), LAST, 501));
    check(
        bases,
        SMALL,
        script -> announce(script.frame(Frames.BINARY, zeros(1000)).ping("p"), 0, 501),
        List.of("ping p", "closed 1009"),
        List.of("pong p", "close 1009"));
    accepted(bases, SMALL.maxMessage(1), script -> script.text("").text("a"), "text", "text a");
    refused(
        bases, SMALL.maxMessage(1), 1009, script -> announce(script.text("a"), TEXT, 2), "text a");
  }

  private static WebSocketKit.Script fragments(
      final WebSocketKit.Script script, final int count, final String payload) {
    for (int i = 0; i < count; i++) {
      script.frame(
          (i == 0 ? Frames.BINARY : 0) | (i == count - 1 ? Frames.FIN : 0), i == 0 ? "" : payload);
    }
    return script;
  }

  @EngineTest
  void theLimitOfFragments(final Bases bases) {
    accepted(bases, SMALL, script -> fragments(script, 5, "a"), "binary aaaa");
    refused(bases, SMALL, 1008, script -> fragments(script, 6, "a"));
    accepted(
        bases,
        SMALL,
        script -> fragments(fragments(script, 5, "a"), 5, "b"),
        "binary aaaa",
        "binary bbbb");
    accepted(bases, SMALL.maxFragments(1), script -> script.text("a"), "text a");
    refused(bases, SMALL.maxFragments(1), 1008, script -> fragments(script, 2, "a"));
    final String all = "binary" + Frames.shown(Frames.bytes("a".repeat(999)));
    accepted(bases, WebSocketConfig.DEFAULT, script -> fragments(script, 1000, "a"), all);
    refused(bases, WebSocketConfig.DEFAULT, 1008, script -> fragments(script, 1001, "a"));
  }

  @EngineTest
  void theLimitOfEmptyFragments(final Bases bases) {
    accepted(bases, WebSocketConfig.DEFAULT, script -> fragments(script, 100, ""), "binary");
    refused(bases, WebSocketConfig.DEFAULT, 1008, script -> fragments(script, 101, ""));
    accepted(
        bases,
        WebSocketConfig.DEFAULT,
        script -> {
          script.frame(Frames.BINARY, "");
          for (int i = 0; i < 300; i++) {
            script.frame(0, i % 50 == 0 ? "a" : "");
          }
          script.frame(LAST, "");
        },
        "binary aaaaaa");
    final String[] many = new String[500];
    Arrays.fill(many, "text");
    accepted(
        bases,
        WebSocketConfig.DEFAULT,
        script -> {
          for (int i = 0; i < many.length; i++) {
            script.text("");
          }
        },
        many);
  }

  /** A frame that is refused stops all that is behind it, also in the same piece of input. */
  @EngineTest
  void nothingBehindARefusalIsDelivered(final Bases bases) {
    refused(
        bases,
        SMALL,
        1002,
        script -> script.text("a").frame(0x83, "").ping("b").close(1000, "").text("c"),
        "text a");
  }

  /** Bytes in large pieces: heads and payloads are cut where the pieces end. */
  @EngineTest
  void largeMessagesInPiecesOfAnySize(final Bases bases) {
    for (final Role role : Role.values()) {
      for (final int step : new int[] {1000, 4096, 16384, 65537, 200_000}) {
        try (Bases inner = bases.inner()) {
          final EventBase base = inner.base();
          final WebSocketKit kit =
              new WebSocketKit(inner, base, WebSocketKit.Way.SOCKETS, role).echo();
          final WebSocketKit.Script script = new WebSocketKit.Script(kit.masks()).octets(step);
          final List<String> expected = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            final byte[] payload = new byte[100_000 + i];
            for (int j = 0; j < payload.length; j++) {
              payload[j] = (byte) (j * 31 + (j >> 8) + i);
            }
            script.frame(BINARY, payload);
            expected.add("binary" + Frames.shown(payload));
          }
          for (final byte[] piece : script.pieces()) {
            kit.say(piece);
            base.loop(EventBase.LOOP_NONBLOCK);
          }
          kit.until(() -> kit.frames.size() == 4);
          assertThat(kit.words).isEqualTo(expected);
          assertThat(kit.sent()).isEqualTo(expected);
        }
      }
    }
  }
}
