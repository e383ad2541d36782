package org.jevent.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.websocket.Frames;

/**
 * Conversations with an echo: what the peer says, what the handlers get, and what comes back. The
 * names are the numbers of the public test suite for WebSockets that asks the same.
 */
final class WebSocketVectors {
  private static final String HELLO = "Hello,world!";

  /**
   * A conversation. It ends with a close frame of the peer's where none else ends it.
   *
   * @param in what the peer says
   * @param words what the handlers get
   * @param frames what comes back
   * @param fast whether the end comes before the last piece is there
   */
  record Vector(
      String name,
      Consumer<WebSocketKit.Script> in,
      List<String> words,
      List<String> frames,
      boolean fast) {
    WebSocketKit.Script script(final boolean masked) {
      final WebSocketKit.Script script = new WebSocketKit.Script(masked);
      in.accept(script);
      return script;
    }
  }

  private final List<Vector> all = new ArrayList<>();

  private WebSocketVectors() {}

  /** The sections 1 to 7 and 10. */
  static List<Vector> all() {
    final WebSocketVectors table = new WebSocketVectors();
    table.sizes();
    table.pings();
    table.reservedBits();
    table.opcodes();
    table.fragments();
    WebSocketTexts.fill(table);
    table.closing();
    return table.all;
  }

  // ---- what is expected ----

  /** It ends well, and these come back before the close frame: messages and pongs. */
  void fine(final String name, final Consumer<WebSocketKit.Script> in, final String... back) {
    final List<String> words = new ArrayList<>();
    for (final String each : back) {
      words.add(each.startsWith("pong") ? "ping" + each.substring(4) : each);
    }
    words.add("closed 1000, clean");
    final List<String> frames = new ArrayList<>(List.of(back));
    frames.add("close 1000");
    all.add(new Vector(name, in.andThen(script -> script.close(1000, "")), words, frames, false));
  }

  /** It is refused with that code, behind these. */
  void refused(
      final String name,
      final int code,
      final Consumer<WebSocketKit.Script> in,
      final String... back) {
    refused(name, code, false, in, back);
  }

  void refused(
      final String name,
      final int code,
      final boolean fast,
      final Consumer<WebSocketKit.Script> in,
      final String... back) {
    final List<String> words = new ArrayList<>(List.of(back));
    words.add("closed " + code);
    final List<String> frames = new ArrayList<>(List.of(back));
    frames.add("close " + code);
    all.add(new Vector(name, in, words, frames, fast));
  }

  /** The peer's close frame is in it. */
  void ended(
      final String name,
      final int code,
      final Consumer<WebSocketKit.Script> in,
      final String... back) {
    final List<String> words = new ArrayList<>(List.of(back));
    words.add("closed " + (code < 0 ? 1005 : code) + ", clean");
    final List<String> frames = new ArrayList<>(List.of(back));
    frames.add(code < 0 ? "close" : "close " + code);
    all.add(new Vector(name, in, words, frames, false));
  }

  // ---- 1 ----

  private void sizes() {
    final int[] sizes = {0, 125, 126, 127, 128, 65535, 65536};
    for (int kind = 1; kind <= 2; kind++) {
      final int opcode = kind;
      final String word = kind == 1 ? "text" : "binary";
      for (int i = 0; i <= sizes.length; i++) {
        final byte[] payload = filled(sizes[Math.min(i, sizes.length - 1)], kind == 1 ? '*' : 0xfe);
        final int step = i == sizes.length ? 997 : 0;
        fine(
            "1." + kind + "." + (i + 1),
            script -> script.frame(Frames.FIN | opcode, payload).octets(step),
            word + Frames.shown(payload));
      }
    }
  }

  static byte[] filled(final int size, final int value) {
    final byte[] made = new byte[size];
    Arrays.fill(made, (byte) value);
    return made;
  }

  // ---- 2 ----

  private void pings() {
    final byte[] binary = Frames.hex("00fffefdfcfb00ff");
    final byte[] full = filled(125, 0xfe);
    final int ping = Frames.FIN | Frames.PING;
    final int pong = Frames.FIN | Frames.PONG;
    fine("2.1", script -> script.ping(""), "pong");
    fine("2.2", script -> script.ping(HELLO), "pong " + HELLO);
    fine("2.3", script -> script.frame(ping, binary), "pong" + Frames.shown(binary));
    fine("2.4", script -> script.frame(ping, full), "pong" + Frames.shown(full));
    refused("2.5", 1002, script -> script.frame(ping, filled(126, 0xfe)));
    fine("2.6", script -> script.frame(ping, full).octets(1), "pong" + Frames.shown(full));
    unasked("2.7", script -> script.frame(pong, ""), List.of("pong"));
    unasked("2.8", script -> script.frame(pong, HELLO), List.of("pong " + HELLO));
    unasked(
        "2.9",
        script -> script.frame(pong, HELLO).ping("ping"),
        List.of("pong " + HELLO, "ping ping"),
        "pong ping");
    final String[] ten = new String[10];
    Arrays.setAll(ten, i -> "pong payload-" + i);
    final Consumer<WebSocketKit.Script> tenPings =
        script -> {
          for (int i = 0; i < ten.length; i++) {
            script.ping("payload-" + i);
          }
        };
    fine("2.10", tenPings, ten);
    fine("2.11", tenPings.andThen(script -> script.octets(1)), ten);
  }

  private void unasked(
      final String name,
      final Consumer<WebSocketKit.Script> in,
      final List<String> words,
      final String... back) {
    final List<String> got = new ArrayList<>(words);
    got.add("closed 1000, clean");
    final List<String> frames = new ArrayList<>(List.of(back));
    frames.add("close 1000");
    all.add(new Vector(name, in.andThen(script -> script.close(1000, "")), got, frames, false));
  }

  // ---- 3 ----

  private void reservedBits() {
    final int text = Frames.FIN | Frames.TEXT;
    final String back = "text " + HELLO;
    refused("3.1", 1002, script -> script.frame(text | 0x10, HELLO));
    refused("3.2", 1002, script -> script.text(HELLO).frame(text | 0x20, HELLO).ping(""), back);
    refused("3.3", 1002, script -> script.text(HELLO).frame(text | 0x30, HELLO).ping(""), back);
    refused(
        "3.4",
        1002,
        script -> script.text(HELLO).frame(text | 0x40, HELLO).ping("").octets(1),
        back);
    refused("3.5", 1002, script -> script.frame(Frames.FIN | Frames.BINARY | 0x50, HELLO));
    refused("3.6", 1002, script -> script.frame(Frames.FIN | Frames.PING | 0x60, HELLO));
    refused("3.7", 1002, script -> script.frame(Frames.FIN | Frames.CLOSE | 0x70, HELLO));
  }

  // ---- 4 ----

  private void opcodes() {
    for (int kind = 1; kind <= 2; kind++) {
      for (int i = 0; i < 5; i++) {
        final int first = Frames.FIN | (kind == 1 ? 3 : 11) + i;
        final String payload = i % 2 == 0 ? "" : HELLO;
        final String name = "4." + kind + "." + (i + 1);
        if (i < 2) {
          refused(name, 1002, script -> script.frame(first, payload));
        } else {
          final int step = i == 3 ? 1 : 0;
          refused(
              name,
              1002,
              script -> script.text(HELLO).frame(first, payload).ping("").octets(step),
              "text " + HELLO);
        }
      }
    }
  }

  // ---- 5 and 10 ----

  private void fragments() {
    final int last = Frames.FIN | Frames.CONTINUATION;
    refused("5.1", 1002, script -> script.frame(Frames.PING, "a").frame(last, "b"));
    refused("5.2", 1002, script -> script.frame(Frames.PONG, "a").frame(last, "b"));
    for (int i = 0; i < 3; i++) {
      final int step = i == 2 ? 1 : i == 1 ? 1000 : 0;
      fine(
          "5." + (3 + i),
          script -> script.frame(Frames.TEXT, "frag1").frame(last, "ment2").octets(step),
          "text frag1ment2");
      fine(
          "5." + (6 + i),
          script -> script.frame(Frames.TEXT, "frag1").ping("p").frame(last, "ment2").octets(step),
          "pong p",
          "text frag1ment2");
      refused("5." + (9 + i), 1002, script -> script.frame(last, "none").text(HELLO).octets(step));
      refused("5." + (12 + i), 1002, script -> script.frame(0, "none").text(HELLO).octets(step));
    }
    refused(
        "5.15",
        1002,
        script ->
            script.frame(Frames.TEXT, "frag1").frame(last, "ment2").frame(0, "none").text(HELLO),
        "text frag1ment2");
    for (int i = 0; i < 2; i++) {
      final int first = i == 0 ? 0 : last;
      refused(
          "5." + (16 + i),
          1002,
          script -> {
            for (int again = 0; again < 2; again++) {
              script.frame(first, "none").frame(Frames.TEXT, "frag1").frame(last, "ment2");
            }
          });
    }
    refused(
        "5.18",
        1002,
        script -> script.frame(Frames.TEXT, "frag1").frame(Frames.FIN | Frames.TEXT, "ment2"));
    for (int i = 0; i < 2; i++) {
      final int step = i;
      fine(
          "5." + (19 + i),
          script ->
              script
                  .frame(Frames.TEXT, "1")
                  .frame(0, "2")
                  .ping("one")
                  .frame(0, "3")
                  .frame(0, "4")
                  .ping("two")
                  .frame(last, "5")
                  .octets(step),
          "pong one",
          "pong two",
          "text 12345");
    }
    final byte[] large = filled(65536, '*');
    fine(
        "10.1.1",
        script -> {
          for (int at = 0; at < large.length; at += 1300) {
            final int end = Math.min(at + 1300, large.length);
            script.frame(
                (at == 0 ? Frames.TEXT : 0) | (end == large.length ? Frames.FIN : 0),
                Arrays.copyOfRange(large, at, end));
          }
        },
        "text" + Frames.shown(large));
  }

  // ---- 7 ----

  private void closing() {
    final String reason = "x".repeat(123);
    final int close = Frames.FIN | Frames.CLOSE;
    fine("7.1.1", script -> script.text(HELLO), "text " + HELLO);
    ended("7.1.2", 1000, script -> script.close(1000, "").close(1000, ""));
    ended("7.1.3", 1000, script -> script.close(1000, "").ping("late"));
    ended("7.1.4", 1000, script -> script.close(1000, "").text("late"));
    ended(
        "7.1.5",
        1000,
        script ->
            script
                .frame(Frames.TEXT, "frag1")
                .close(1000, "")
                .frame(Frames.FIN | Frames.CONTINUATION, "ment2"));
    final byte[] large = filled(256 * 1024, 'B');
    ended(
        "7.1.6",
        1000,
        script -> script.frame(Frames.FIN | Frames.TEXT, large).close(1000, "").ping(""),
        "text" + Frames.shown(large));
    ended("7.3.1", -1, script -> script.frame(close, ""));
    refused("7.3.2", 1002, script -> script.frame(close, "a"));
    ended("7.3.3", 1000, script -> script.close(1000, ""));
    ended("7.3.4", 1000, script -> script.close(1000, "Hello World!"));
    ended("7.3.5", 1000, script -> script.close(1000, reason));
    refused("7.3.6", 1002, script -> script.close(1000, reason + "x"));
    final byte[] wrong = Frames.hex("cebae1bdb9cf83cebcceb5eda080656469746564");
    refused("7.5.1", 1007, script -> script.frame(close, Frames.closing(1000, wrong)));
    final int[] valid = {
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999
    };
    for (int i = 0; i < valid.length; i++) {
      final int code = valid[i];
      ended("7.7." + (i + 1), code, script -> script.close(code, "why"));
    }
    final int[] invalid = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};
    for (int i = 0; i < invalid.length; i++) {
      final int code = invalid[i];
      refused("7.9." + (i + 1), 1002, script -> script.close(code, "why"));
    }
    refused("7.13.1", 1002, script -> script.close(5000, ""));
    refused("7.13.2", 1002, script -> script.close(65535, ""));
  }
}
