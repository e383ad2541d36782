package org.jevent.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jevent.websocket.Frames;

/** The section on texts of {@link WebSocketVectors}: 6. */
final class WebSocketTexts {
  private static final String KOSME = "cebae1bdb9cf83cebcceb5";
  private static final String EDITED = "656469746564";
  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final int LAST = Frames.FIN | Frames.CONTINUATION;
  private static final byte[] MIXED =
      "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!".getBytes(StandardCharsets.UTF_8);

  private final WebSocketVectors table;

  private WebSocketTexts(final WebSocketVectors table) {
    this.table = table;
  }

  static void fill(final WebSocketVectors table) {
    final WebSocketTexts texts = new WebSocketTexts(table);
    texts.fragmented();
    texts.failFast();
    texts.prefixes();
    texts.right();
    texts.wrong();
    texts.generated();
  }

  private static String word(final byte[] text) {
    return "text" + Frames.shown(text);
  }

  /** Each byte is a fragment. */
  private static Consumer<WebSocketKit.Script> bytewise(final byte[] text) {
    return script -> {
      for (int i = 0; i < text.length; i++) {
        script.frame(
            (i == 0 ? Frames.TEXT : 0) | (i == text.length - 1 ? Frames.FIN : 0),
            new byte[] {text[i]});
      }
    };
  }

  private void fragmented() {
    table.fine("6.1.1", script -> script.text(""), "text");
    table.fine(
        "6.1.2", script -> script.frame(Frames.TEXT, "").frame(0, "").frame(LAST, ""), "text");
    table.fine(
        "6.1.3",
        script -> script.frame(Frames.TEXT, "").frame(0, "middle").frame(LAST, ""),
        "text middle");
    table.fine("6.2.1", script -> script.frame(TEXT, MIXED), word(MIXED));
    table.fine(
        "6.2.2",
        script ->
            script
                .frame(Frames.TEXT, Arrays.copyOf(MIXED, 12))
                .frame(LAST, Arrays.copyOfRange(MIXED, 12, MIXED.length)),
        word(MIXED));
    table.fine("6.2.3", bytewise(MIXED), word(MIXED));
    table.fine("6.2.4", bytewise(Frames.hex(KOSME)), word(Frames.hex(KOSME)));
    final byte[] wrong = Frames.hex(KOSME + "eda080" + EDITED);
    table.refused("6.3.1", 1007, script -> script.frame(TEXT, wrong));
    table.refused("6.3.2", 1007, bytewise(wrong));
  }

  /** The last piece is never sent: the end has come before. */
  private void failFast() {
    failFast("6.4.1", KOSME, "f4908080", true);
    failFast("6.4.2", KOSME + "f4", "90", true);
    failFast("6.4.3", KOSME, "f4908080", false);
    failFast("6.4.4", KOSME + "f4", "90", false);
  }

  private void failFast(
      final String name, final String first, final String second, final boolean fragments) {
    final byte[] one = Frames.hex(first);
    final byte[] two = Frames.hex(second);
    final byte[] three = Frames.hex("8080" + EDITED);
    table.refused(
        name,
        1007,
        true,
        script -> {
          if (fragments) {
            script.frame(Frames.TEXT, one).frame(0, two).frame(LAST, three);
          } else {
            final byte[] whole = Frames.frame(script.masked, TEXT, Frames.join(one, two, three));
            final int end = whole.length - three.length;
            script
                .raw(Arrays.copyOf(whole, end - two.length))
                .raw(Arrays.copyOfRange(whole, end - two.length, end))
                .raw(Arrays.copyOfRange(whole, end, whole.length));
          }
        });
  }

  private void prefixes() {
    final byte[] whole = Frames.hex(KOSME);
    for (int end = 1; end <= whole.length; end++) {
      final boolean complete = end == whole.length || (whole[end] & 0xc0) != 0x80;
      one("6.6." + end, complete, Arrays.copyOf(whole, end));
    }
  }

  private void one(final String name, final boolean right, final byte[] text) {
    if (right) {
      table.fine(name, script -> script.frame(TEXT, text), word(text));
    } else {
      table.refused(name, 1007, script -> script.frame(TEXT, text));
    }
  }

  private void row(final String section, final boolean right, final String... texts) {
    for (int i = 0; i < texts.length; i++) {
      one(section + "." + (i + 1), right, Frames.hex(texts[i]));
    }
  }

  private void right() {
    final String hello = "68656c6c6f";
    final String world = "776f726c64";
    row(
        "6.5",
        true,
        hello + "24" + world,
        hello + "c2a2" + world,
        hello + "e282ac" + world,
        hello + "f0a4ada2" + world,
        KOSME);
    row("6.7", true, "00", "c280", "e0a080", "f0908080");
    row("6.9", true, "7f", "dfbf", "efbfbf", "f48fbfbf");
    row("6.11", true, "ed9fbf", "ee8080", "efbfbd", "f48fbfbf");
    row("6.23", true, "efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf");
  }

  private void wrong() {
    row("6.8", false, "f888808080", "fc8480808080");
    row("6.10", false, "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf");
    one("6.11.5", false, Frames.hex("f4908080"));
    final String[] missing = {
      "c0",
      "e080",
      "f08080",
      "f8808080",
      "fc80808080",
      "df",
      "efbf",
      "f7bfbf",
      "fbbfbfbf",
      "fdbfbfbfbf"
    };
    row("6.14", false, missing);
    row("6.15", false, String.join("", missing));
    row("6.16", false, "fe", "ff", "fefeffff");
    row("6.17", false, "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af");
    row("6.18", false, "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf");
    row("6.19", false, "c080", "e08080", "f0808080", "f880808080", "fc8080808080");
    row("6.20", false, "eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf");
  }

  private void generated() {
    for (int count = 1; count <= 7; count++) {
      one("6.12." + count, false, Frames.hex("80bf80bf80bf80".substring(0, 2 * count)));
    }
    one("6.12.8", false, range(0x80, 0xbf, false));
    one("6.13.1", false, range(0xc0, 0xdf, true));
    one("6.13.2", false, range(0xe0, 0xef, true));
    one("6.13.3", false, range(0xf0, 0xf7, true));
    one("6.13.4", false, range(0xf8, 0xfb, true));
    one("6.13.5", false, range(0xfc, 0xfd, true));
    final String[] high = {"eda080", "edadbf", "edae80", "edafbf"};
    for (int i = 0; i < 2 * high.length; i++) {
      final String low = i % 2 == 0 ? "edb080" : "edbfbf";
      one("6.21." + (i + 1), false, Frames.hex(high[i / 2] + low));
    }
    for (int i = 0; i < 34; i++) {
      final int point = (i / 2 << 16) + 0xfffe + i % 2;
      one("6.22." + (i + 1), true, Character.toString(point).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] range(final int first, final int last, final boolean spaces) {
    final StringBuilder digits = new StringBuilder();
    for (int value = first; value <= last; value++) {
      digits.append(Integer.toHexString(value)).append(spaces ? "20" : "");
    }
    return Frames.hex(digits.toString());
  }
}
