package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** Queries and forms as browsers send them. */
class HttpQueryTest {
  @Test
  void orderAndDuplicatesAreKept() {
    final HttpQuery query = HttpQuery.parse("a=1&b=2&a=3&=4&c&&%C3%A4=%e2%82%ac&a%3D=x=y");
    final List<String> seen = new ArrayList<>();
    query.forEach((name, value) -> seen.add(name + ">" + value));
    assertThat(seen).containsExactly("a>1", "b>2", "a>3", ">4", "c>", "\u00e4>\u20ac", "a=>x=y");
    assertThat(query.all("a")).containsExactly("1", "3");
    assertThat(query.first("")).isEqualTo("4");
    assertThat(query.contains("c")).isTrue();
    assertThat(query.first("d")).isNull();
    assertThat(query.last("d")).isNull();
    assertThat(query.name(1) + query.value(1)).isEqualTo("b2");
    assertThat(HttpQuery.parse(query.toString())).hasToString(query.toString());
  }

  @Test
  void thereIsALimit() {
    final String most = "a=&".repeat(HttpQuery.MAX_PAIRS);
    assertThat(HttpQuery.parse(most).size()).isEqualTo(HttpQuery.MAX_PAIRS);
    assertThat(HttpQuery.parse("&".repeat(1_000_000)).isEmpty()).isTrue();
    assertThatThrownBy(() -> HttpQuery.parse(most + "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1024");
  }

  @Test
  void nothingIsNoPair() {
    assertThat(HttpQuery.parse(null).isEmpty()).isTrue();
    assertThat(HttpQuery.parse("").isEmpty()).isTrue();
    assertThat(HttpQuery.parseStrict(null).isEmpty()).isTrue();
    assertThat(HttpQuery.parseStrict("a=1&").size()).isEqualTo(1);
  }

  @Test
  void aFormIsTakenOutOfItsBuffer() {
    try (EventBuffer body = new EventBuffer()) {
      body.add("name=J%C3%B6rg+M&note=\u00e4".getBytes(StandardCharsets.UTF_8));
      final HttpQuery form = HttpQuery.parseForm(body);
      assertThat(form.first("name")).isEqualTo("J\u00f6rg M");
      assertThat(form.first("note")).isEqualTo("\u00e4");
      assertThat(body.length()).isZero();
    }
  }

  @Test
  void whatIsWrittenIsReadBack() {
    final HttpQuery query = new HttpQuery().add("a b", "1&2=3").add("", "").add("\u20ac", "+%\r\n");
    assertThat(query).hasToString("a+b=1%262%3D3&=&%E2%82%AC=%2B%25%0D%0A");
    assertThat(HttpQuery.parse(query.toString()).first("\u20ac")).isEqualTo("+%\r\n");
  }
}
