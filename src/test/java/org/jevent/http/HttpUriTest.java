package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URIs beyond libevent's tables: references, origins, what a request says. */
class HttpUriTest {
  private static final HttpUri BASE = HttpUri.parse("http://a/b/c/d;p?q");

  /** RFC 3986, section 5.4, strictly read. */
  @ParameterizedTest
  @CsvSource({
    "g:h, g:h",
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q#s",
    "g#s, http://a/b/c/g#s",
    "g?y#s, http://a/b/c/g?y#s",
    ";x, http://a/b/c/;x",
    "g;x, http://a/b/c/g;x",
    "g;x?y#s, http://a/b/c/g;x?y#s",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../, http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../, http://a/",
    "../../g, http://a/g",
    "../../../g, http://a/g",
    "../../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    ".g, http://a/b/c/.g",
    "g.., http://a/b/c/g..",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "./g/., http://a/b/c/g/",
    "g/./h, http://a/b/c/g/h",
    "g/../h, http://a/b/c/h",
    "g;x=1/./y, http://a/b/c/g;x=1/y",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/./x, http://a/b/c/g?y/./x",
    "g?y/../x, http://a/b/c/g?y/../x",
    "g#s/./x, http://a/b/c/g#s/./x",
    "g#s/../x, http://a/b/c/g#s/../x",
    "http:g, http:g",
    "http://u@b:1, http://u@b:1",
  })
  void referencesAreResolvedAsTheStandardSays(final String reference, final String expected) {
    assertThat(BASE.resolve(reference)).hasToString(expected);
  }

  @Test
  void unusualBases() {
    assertThat(HttpUri.parse("http://a").resolve("b")).hasToString("http://a/b");
    assertThat(HttpUri.parse("http://a?q").resolve("../b")).hasToString("http://a/b");
    assertThat(HttpUri.parse("a/b").resolve("../../../c")).hasToString("/c");
    assertThat(HttpUri.parse("x:a").resolve("..//b")).hasToString("x:/b");
    assertThat(HttpUri.parse("x:/a").resolve("/.//b")).hasToString("x:/.//b");
    assertThat(HttpUri.parse("a").resolve("./b:c")).hasToString("./b:c");
    assertThat(HttpUri.parse("http://u:p@h:1/a#old").resolve("b#new"))
        .hasToString("http://u:p@h:1/b#new");
    final HttpUri unix = HttpUri.parse("http://unix:/s:/a/b?q", HttpUri.Mode.UNIX);
    assertThat(unix.resolve("../c")).hasToString("http://unix:/s:/c");
    assertThat(unix.resolve("//h/c")).hasToString("http://h/c");
    assertThat(BASE.resolve(unix)).hasToString("http://unix:/s:/a/b?q");
  }

  @Test
  void manySegmentsCostLittle() {
    final String up = "/a".repeat(200_000) + "/..".repeat(200_000);
    assertThat(BASE.resolve(up).path()).isEqualTo("/");
    assertThat(BASE.resolve("/.".repeat(400_000)).path()).isEqualTo("/");
  }

  @ParameterizedTest
  @CsvSource({
    "http://h, h, 80, /",
    "http://h:80/a?b#c, h, 80, /a?b",
    "https://h:443?b, h, 443, /?b",
    "https://h:80/, h:80, 80, /",
    "WSS://[::1]/, [::1], 443, /",
    "ws://[::1]:8080/, [::1]:8080, 8080, /",
    "http://user:secret@h:1/, h:1, 1, /",
    "ftp://h:21/, h:21, 21, /",
    "http://h//a/x, h, 80, //a/x",
  })
  void aRequestSaysHostAndTarget(
      final String text, final String host, final int port, final String target) {
    final HttpUri uri = HttpUri.parse(text);
    assertThat(uri.authority()).isEqualTo(host);
    assertThat(uri.portOrDefault()).isEqualTo(port);
    assertThat(uri.target()).isEqualTo(target);
  }

  @Test
  void aSocketIsReachedAsLocalhost() {
    final HttpUri uri = HttpUri.parse("http://h:1/a").withUnixPath("/run/x.sock");
    assertThat(uri).hasToString("http://unix:/run/x.sock:/a");
    assertThat(uri.authority()).isEqualTo("localhost");
    assertThat(uri.unixPath()).isEqualTo("/run/x.sock");
    assertThat(uri.withHost("h")).hasToString("http://h/a");
    assertThatThrownBy(() -> uri.withUnixPath("a:b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> uri.withUnixPath("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> uri.withPort(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://unix:",
        "http://unix::/a",
        "http://unix:/a",
        "http://unix:/a:b",
        "http://unix:/a\0b:/",
        "http://unix:/a\nb:/"
      })
  void whatIsNoSocketIsRefused(final String text) {
    assertThatThrownBy(() -> HttpUri.parse(text, HttpUri.Mode.UNIX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a, http://H:80/b, true",
    "http://h/a, https://h/a, false",
    "http://h/a, http://h:8080/a, false",
    "http://h/a, http://g/a, false",
    "http://u@h/a, http://h/a, true",
    "x://h/a, x://h/a, true",
    "/a, /a, false",
  })
  void originsAreCompared(final String one, final String other, final boolean same) {
    assertThat(HttpUri.parse(one).isSameOrigin(HttpUri.parse(other))).isEqualTo(same);
    assertThat(HttpUri.parse(other).isSameOrigin(HttpUri.parse(one))).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h/\u00e4", "http://\u00e4/", "http://h/a b", "http://h/a\"b", "http://h/a\\b",
        "http://h/a|b", "http://h/<a>", "http://h /", "http://a@b@c/", "http://h/a#b#c",
        "http://[::1%25eth0]/", "http://h:+1/", "http://h:\u0661/", "1http://h/", "http://h/a\r\nb"
      })
  void whatTheStandardDoesNotAllowIsRefused(final String text) {
    assertThatThrownBy(() -> HttpUri.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h/a\rb", "http://h/?a\nb", "http://h/#a\0b"})
  void noModeTakesWhatEndsALine(final String text) {
    for (final HttpUri.Mode mode : HttpUri.Mode.values()) {
      assertThatThrownBy(() -> HttpUri.parse(text, mode))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("\r", "\n", "\0");
    }
  }

  @Test
  void equalityIsThatOfTheText() {
    assertThat(HttpUri.parse("HTTP://h/"))
        .isEqualTo(HttpUri.parse("http://h:/"))
        .hasSameHashCodeAs(HttpUri.parse("http://h/"));
    assertThat(HttpUri.parse("http://h/")).isNotEqualTo(HttpUri.parse("http://H/"));
  }
}
