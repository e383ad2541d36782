package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies of a request, and those that a server sets. */
class HttpCookiesTest {
  @Test
  void cookiesAreReadInOrder() {
    final Cookies cookies =
        Cookies.parse(List.of("a=1; b=\"two, 2\";c==3;  a=4;d", "=5; e f=6;;g=;h = 7 "));
    final List<String> seen = new ArrayList<>();
    cookies.forEach((name, value) -> seen.add(name + ">" + value));
    assertThat(seen).containsExactly("a>1", "b>\"two, 2\"", "c>=3", "a>4", "g>", "h>7");
    assertThat(cookies.first("a")).isEqualTo("1");
    assertThat(cookies.all("a")).containsExactly("1", "4");
    assertThat(cookies.first("A")).isNull();
    assertThat(Cookies.parse((String) null).size()).isZero();
    assertThat(Cookies.parse("").size()).isZero();
  }

  @Test
  void thereIsALimit() {
    assertThat(Cookies.parse("a=b;".repeat(10_000)).size()).isEqualTo(Cookies.MAX_COOKIES);
  }

  @Test
  void aCookieIsWritten() {
    assertThat(new SetCookie("a", "")).hasToString("a=");
    assertThat(
            new SetCookie("__Host-id", "x=\"y z\"")
                .path("/")
                .maxAge(Duration.ofHours(1))
                .expires(0)
                .secure()
                .httpOnly()
                .sameSite(SetCookie.SameSite.LAX))
        .hasToString(
            "__Host-id=x=\"y z\"; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT;"
                + " Secure; HttpOnly; SameSite=Lax");
    assertThat(new SetCookie("a", "b").domain("example.com").maxAge(Duration.ZERO))
        .hasToString("a=b; Domain=example.com; Max-Age=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a;b", "a,b", "a\r\nb", "a\0", "\u00e4", "\u007f", " a", "a "})
  void whatWouldEndItEarlyIsRefused(final String text) {
    assertThatThrownBy(() -> new SetCookie("a", text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SetCookie(text, "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SetCookie("a", "b").domain(text))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SetCookie("a", "b").path("/" + text + "/;"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatNoBrowserTakesIsRefused() {
    assertThatThrownBy(() -> new SetCookie("a", "b").path("a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SetCookie("a", "b").maxAge(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    for (final SetCookie bad :
        List.of(
            new SetCookie("a", "b").sameSite(SetCookie.SameSite.NONE),
            new SetCookie("__secure-a", "b"),
            new SetCookie("__Host-a", "b").secure(),
            new SetCookie("__Host-a", "b").secure().path("/a"),
            new SetCookie("__Host-a", "b").secure().path("/").domain("h"))) {
      assertThatThrownBy(bad::toString).isInstanceOf(IllegalStateException.class);
    }
  }
}
