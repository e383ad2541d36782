package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exactly at a limit, and what is one beyond it. */
class ParserLimitsTest {
  private static final ParserLimits SMALL = new ParserLimits(40, 100, 4, 2, 20, 30);
  private static final String HOST = "Host: a\r\n";
  private static final String CHUNKED =
      "P / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";

  private static void expect(final ParserLimits limits, final String bytes, final String... lines) {
    assertThat(Served.ofAllCuts(bytes, limits)).isEqualTo(List.of(lines));
  }

  private static String filled(final String text, final int length) {
    return text.replace("~", "x".repeat(length - text.length() + 1));
  }

  @Test
  void theLine() {
    final String line = filled("GET /~ HTTP/1.1", 40);
    final String path = line.split(" ", -1)[1];
    expect(SMALL, line + "\r\n" + HOST + "\r\n", "GET " + path, "waits");
    expect(SMALL, "\r\n\r\n" + line + "\r\n" + HOST + "\r\n", "GET " + path, "waits");
    for (final String longer :
        new String[] {
          "GET /~ HTTP/1.1",
          "GET /?~ HTTP/1.1",
          "~ / HTTP/1.1",
          "GET ~",
          "~",
          "GET http://~/ HTTP/1.1"
        }) {
      expect(SMALL, filled(longer, 41) + "\r\n" + HOST + "\r\n", "refused 414");
      expect(SMALL, filled(longer, 80) + "\r\n" + HOST + "\r\n", "refused 414");
      expect(SMALL, filled(longer, 41) + "x", "refused 414");
    }
    expect(SMALL, filled("GET /~", 40), "waits for head");
  }

  @Test
  void theHead() {
    final String head = filled("GET / HTTP/1.1\r\n" + HOST + "X: ~\r\n\r\n", 100);
    expect(SMALL, head + RequestVectors.NEXT, "GET /", RequestVectors.NEXT_LINE, "waits");
    expect(SMALL, "\r\n".repeat(4) + head, "GET /", "waits");
    expect(SMALL, filled("GET / HTTP/1.1\r\n" + HOST + "X: ~\r\n\r\n", 101), "refused 431");
    expect(SMALL, filled("GET / HTTP/1.1\r\n" + HOST + "~: y\r\n\r\n", 101), "refused 431");
    expect(SMALL, filled("GET / HTTP/1.1\r\n" + HOST + "X: ~", 100), "waits for head");
    expect(SMALL, filled("GET / HTTP/1.1\r\n" + HOST + "X: ~", 101), "refused 431");
    expect(
        SMALL, "GET / HTTP/1.1\r\n" + HOST + "X:" + " ".repeat(200) + "y\r\n\r\n", "refused 431");
  }

  @Test
  void aLineAsLongAsTheHead() {
    final ParserLimits limits = new ParserLimits(8192, 60, 4, 2, 20, 30);
    expect(limits, filled("GET /~ HTTP/1.1", 60) + "\r\n" + HOST + "\r\n", "refused 431");
    expect(limits, filled("GET /~ HTTP/1.1", 61) + "\r\n" + HOST + "\r\n", "refused 414");
    expect(
        limits,
        filled("GET /~ HTTP/1.1\r\n" + HOST + "\r\n", 60),
        "GET /" + "x".repeat(33),
        "waits");
    expect(limits, filled("GET /~ HTTP/1.1\r\n" + HOST + "\r\n", 61), "refused 431");
  }

  @Test
  void theFields() {
    final String four = "GET / HTTP/1.1\r\n" + HOST + "A:\r\nB:\r\nC:\r\n";
    expect(SMALL, four + "\r\n", "GET /", "waits");
    expect(SMALL, four + "D:\r\n\r\n", "refused 431");
    expect(SMALL, four + "D", "refused 431");
    expect(new ParserLimits(40, 100, 0, 0, 1, 0), "GET / HTTP/1.0\r\n\r\n", "GET /", "closed");
    expect(new ParserLimits(40, 100, 0, 0, 1, 0), "GET / HTTP/1.0\r\nA:\r\n\r\n", "refused 431");
  }

  @Test
  void theTrailers() {
    final String two = CHUNKED + "0\r\nA:\r\nB: c\r\n";
    expect(SMALL, two + "\r\n", "P / {a=} {b=c}", "waits");
    expect(SMALL, two + "C:\r\n\r\n", "refused 400");
    expect(
        SMALL,
        CHUNKED + "0\r\n" + filled("A: ~\r\n\r\n", 100),
        "P / {a=" + "x".repeat(93) + "}",
        "waits");
    expect(SMALL, CHUNKED + "0\r\n" + filled("A: ~\r\n\r\n", 101), "refused 400");
    expect(SMALL, CHUNKED + "0\r\n" + filled("~: b\r\n\r\n", 101), "refused 400");
  }

  @Test
  void theLineOfAChunk() {
    expect(SMALL, CHUNKED + filled("1;~", 20) + "\r\na\r\n0\r\n\r\n", "P / [a]", "waits");
    expect(SMALL, CHUNKED + filled("1;~", 21) + "\r\na\r\n0\r\n\r\n", "refused 400");
    expect(SMALL, CHUNKED + filled("1;~", 21), "refused 400");
    expect(SMALL, CHUNKED + "1" + " ".repeat(18) + ";\r\na\r\n0\r\n\r\n", "P / [a]", "waits");
    expect(SMALL, CHUNKED + "1" + " ".repeat(19) + ";\r\na\r\n0\r\n\r\n", "refused 400");
  }

  @Test
  void theExtensionsOfABody() {
    final String chunk = "1;234567890\r\na\r\n";
    expect(SMALL, CHUNKED + chunk.repeat(3) + "0\r\n\r\n", "P / [aaa]", "waits");
    expect(SMALL, CHUNKED + chunk.repeat(3) + "0;\r\n\r\n", "refused 400");
    expect(SMALL, CHUNKED + chunk.repeat(2) + "0;234567890\r\n\r\n", "P / [aa]", "waits");
    expect(SMALL, CHUNKED + chunk.repeat(2) + "0;2345678901\r\n\r\n", "refused 400");
    expect(
        SMALL,
        (CHUNKED + chunk.repeat(3) + "0\r\n\r\n").repeat(2),
        "P / [aaa]",
        "P / [aaa]",
        "waits");
  }

  @Test
  void thoseOfAServer() {
    final String path = "/" + "x".repeat(70_000);
    final String head = "GET / HTTP/1.1\r\n" + HOST;
    final Map<String, String> wrong =
        Map.of(
            "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n", "refused 414",
            head + "X: " + path + "\r\n\r\n", "refused 431",
            head + path.substring(1) + ": x\r\n\r\n", "refused 431",
            head + "X: y\r\n".repeat(300) + "\r\n", "refused 431",
            head + "X: y\r\n".repeat(127) + "\r\n", "GET /",
            head + "X: y\r\n".repeat(128) + "\r\n", "refused 431",
            CHUNKED + "1;" + "x".repeat(20_000) + "\r\na\r\n0\r\n\r\n", "refused 400");
    wrong.forEach(
        (bytes, line) -> assertThat(Served.of(Served.bytes(bytes)).get(0)).isEqualTo(line));
  }

  @Test
  void theBody() {
    for (final long size : new long[] {0, 1, 5, 1000}) {
      for (final boolean chunked : new boolean[] {false, true}) {
        assertThat(body(size, chunked, size)).isEqualTo(BodyReader.Result.COMPLETE);
        if (size > 0) {
          assertThat(body(size, chunked, size - 1)).isEqualTo(BodyReader.Result.REFUSED);
        }
      }
    }
  }

  private static BodyReader.Result body(final long size, final boolean chunked, final long limit) {
    final String data = "x".repeat((int) size);
    final String text =
        chunked
            ? CHUNKED
                + (size == 0 ? "" : Long.toHexString(size) + "\r\n" + data + "\r\n")
                + "0\r\n\r\n"
            : "P / HTTP/1.1\r\n" + HOST + "Content-Length: " + size + "\r\n\r\n" + data;
    final RequestReader reader = new RequestReader(ParserLimits.DEFAULT);
    try (EventBuffer input = new EventBuffer();
        EventBuffer into = new EventBuffer()) {
      input.add(text);
      assertThat(reader.read(input)).isEqualTo(RequestReader.Result.COMPLETE);
      reader.body().limit(limit);
      final BodyReader.Result result = reader.body().read(input, into, Long.MAX_VALUE);
      if (result == BodyReader.Result.REFUSED) {
        assertThat(reader.body().refusal().status()).isEqualTo(413);
        assertThat(reader.body().isComplete()).isFalse();
        assertThat(into.length()).isZero();
      }
      return result;
    }
  }

  @Test
  void aBodyUpToTheEndOfTheStream() {
    for (final int size : new int[] {0, 1, 9, 10}) {
      final ResponseReader reader = new ResponseReader(ParserLimits.DEFAULT);
      try (EventBuffer input = new EventBuffer();
          EventBuffer into = new EventBuffer()) {
        input.add("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(size));
        reader.read(input);
        reader.body().limit(9);
        final boolean fits = size <= 9;
        assertThat(reader.body().read(input, into, Long.MAX_VALUE))
            .isEqualTo(fits ? BodyReader.Result.INCOMPLETE : BodyReader.Result.REFUSED);
        assertThat(into.length()).isEqualTo(Math.min(size, 9));
        assertThat(reader.body().end())
            .isEqualTo(fits ? BodyReader.Result.COMPLETE : BodyReader.Result.REFUSED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, (1 << 24) + 1})
  void noBytesAreNoLimit(final int bytes) {
    assertThatThrownBy(() -> new ParserLimits(bytes, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("startLine");
    assertThatThrownBy(() -> new ParserLimits(1, bytes, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("head");
    assertThatThrownBy(() -> new ParserLimits(1, 1, 1, 1, bytes, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chunkLine");
  }

  @Test
  void aCountIsNotBelowZero() {
    assertThatThrownBy(() -> new ParserLimits(1, 1, -1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fields");
    assertThatThrownBy(() -> new ParserLimits(1, 1, 1, -1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trailerFields");
    assertThatThrownBy(() -> new ParserLimits(1, 1, 1, 1, 1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chunkExtensions");
  }

  @Test
  void othersHoldFromTheNextHeadOn() {
    final RequestReader reader = new RequestReader(SMALL);
    final String path = "/" + "x".repeat(60);
    final String request = "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
    try (EventBuffer input = new EventBuffer()) {
      reader.limits(ParserLimits.DEFAULT);
      input.add(request);
      assertThat(reader.read(input)).isEqualTo(RequestReader.Result.COMPLETE);
      reader.limits(SMALL);
      assertThat(reader.path()).isEqualTo(path);
      reader.reset();
      input.add(request);
      assertThat(reader.read(input)).isEqualTo(RequestReader.Result.REFUSED);
    }
  }
}
