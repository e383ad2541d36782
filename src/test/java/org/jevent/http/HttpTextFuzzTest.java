package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Texts of a hostile peer, to all that reads URIs and values of fields. */
class HttpTextFuzzTest {
  private static final HttpUri BASE = HttpUri.parse("http://u@h:1/a/b?c#d");
  private static final long SIZE = 1000;

  /** The first byte chooses the reader; each has an answer or refuses, and keeps its promises. */
  @FuzzTest
  void theReadersOfText(final byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    final byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    final String text =
        new String(rest, bytes[0] < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    try {
      read(bytes[0] & 0x7f, text);
    } catch (final IllegalArgumentException refused) {
      assertThat(refused).message().isNotEmpty();
    }
  }

  private static void read(final int choice, final String text) {
    switch (choice % 8) {
      case 0 -> uri(text, HttpUri.Mode.values()[choice / 8 % 4]);
      case 1 -> query(text);
      case 2 -> date(text);
      case 3 -> mediaType(text);
      case 4 -> qualities(text);
      case 5 -> cookies(text);
      case 6 -> ranges(text);
      default -> conditions(text);
    }
  }

  private static void uri(final String text, final HttpUri.Mode mode) {
    final HttpUri uri = HttpUri.parse(text, mode);
    assertThat(HttpUri.parse(uri.toString(), mode)).isEqualTo(uri);
    assertThat(uri.toString()).doesNotContain("\r", "\n", "\0");
    assertThat(uri.target()).startsWith(uri.path().isEmpty() ? "/" : uri.path());
    final HttpUri resolved = BASE.resolve(uri);
    assertThat(HttpUri.parse(resolved.toString(), mode)).isEqualTo(resolved);
    if (resolved.host() != null) {
      assertThat(resolved.path()).doesNotContain("/./", "/../");
      assertThat(resolved.resolve(resolved)).isEqualTo(resolved);
    }
    assertThat(HttpUri.decode(HttpUri.encode(uri.path())))
        .isEqualTo(new String(uri.path().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }

  private static void query(final String text) {
    final HttpQuery query = HttpQuery.parse(text);
    assertThat(query.size()).isLessThanOrEqualTo(HttpQuery.MAX_PAIRS);
    assertThat(HttpQuery.parse(query.toString())).hasToString(query.toString());
    assertThat(HttpQuery.parseStrict(text)).hasToString(query.toString());
  }

  private static void date(final String text) {
    final long second = HttpDate.parse(text);
    if (second != HttpDate.INVALID) {
      assertThat(HttpDate.parse(HttpDate.format(Math.min(253_402_300_799L, second))))
          .isEqualTo(Math.min(253_402_300_799L, second));
    }
    HttpDate.parse(text, 1_800_000_000);
  }

  private static void mediaType(final String text) {
    final MediaType type = MediaType.parse(text);
    assertThat(MediaType.parse(type.toString())).isEqualTo(type);
    type.charset(StandardCharsets.UTF_8);
  }

  private static void qualities(final String text) {
    final QualityList list = QualityList.parse(text);
    assertThat(list.chooseCoding("gzip", "br")).isIn("gzip", "br", "identity");
    assertThat(list.chooseType("a/b", "c/d;e=f")).isIn("a/b", "c/d;e=f", null);
    assertThat(list.chooseLanguage("en", "de-AT")).isIn("en", "de-AT", null);
  }

  private static void cookies(final String text) {
    final Cookies cookies = Cookies.parse(text);
    assertThat(cookies.size()).isLessThanOrEqualTo(Cookies.MAX_COOKIES);
    cookies.forEach((name, value) -> assertThat(cookies.all(name)).contains(value));
  }

  private static void ranges(final String text) {
    final ByteRanges ranges = ByteRanges.parse(text, SIZE);
    assertThat(ranges.count() > 0).isEqualTo(ranges.kind() == ByteRanges.Kind.PARTS);
    long sum = 0;
    for (int i = 0; i < ranges.count(); i++) {
      assertThat(ranges.first(i)).isBetween(0L, ranges.last(i));
      assertThat(ranges.last(i)).isLessThan(SIZE);
      sum += ranges.length(i);
    }
    assertThat(sum).isLessThanOrEqualTo(SIZE);
  }

  private static void conditions(final String text) {
    final Map<String, String> fields = new HashMap<>();
    for (final String name :
        new String[] {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"}) {
      fields.put(name, text);
      Conditions.of(true, fields::get, "\"a\"", 0);
    }
    Conditions.allowRange(text, "\"a\"", 0, 1);
  }
}
