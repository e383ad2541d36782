package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media types and lists with qualities. */
class NegotiationTest {
  @Test
  void aTypeHasItsParts() {
    final MediaType type = MediaType.parse(" Text/HTML ; Charset=\"utf-8\";;x=\"a\\\"b,c\" ; y=1");
    assertThat(type.type()).isEqualTo("text");
    assertThat(type.subtype()).isEqualTo("html");
    assertThat(type.is("text/HTML")).isTrue();
    assertThat(type.is("text/htm")).isFalse();
    assertThat(type.is("texthtml")).isFalse();
    assertThat(type.parameter("CHARSET")).isEqualTo("utf-8");
    assertThat(type.parameter("x")).isEqualTo("a\"b,c");
    assertThat(type.parameter("z")).isNull();
    assertThat(type.charset(StandardCharsets.US_ASCII)).isEqualTo(StandardCharsets.UTF_8);
    assertThat(type).hasToString("text/html;charset=utf-8;x=\"a\\\"b,c\";y=1");
    assertThat(MediaType.parse(type.toString())).isEqualTo(type).hasSameHashCodeAs(type);
  }

  @Test
  void anUnknownCharsetIsTheFallback() {
    assertThat(MediaType.parse("a/b").charset(StandardCharsets.UTF_8))
        .isEqualTo(StandardCharsets.UTF_8);
    assertThat(MediaType.parse("a/b;charset=none-such").charset(StandardCharsets.UTF_8))
        .isEqualTo(StandardCharsets.UTF_8);
    assertThat(MediaType.parse("a/b;charset=\" \"").charset(StandardCharsets.UTF_8))
        .isEqualTo(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "text/",
        "/html",
        "text/html, text/plain",
        "text /html",
        "a/b;c",
        "a/b;c=",
        "a/b;c=\"d",
        "a/b;c=\"d\\",
        "a/b x",
        "a/b;c =d"
      })
  void whatIsNoTypeIsRefused(final String text) {
    assertThatThrownBy(() -> MediaType.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void parametersHaveALimit() {
    assertThat(MediaType.parse("a/b" + ";c=d".repeat(32)).parameter("c")).isEqualTo("d");
    assertThatThrownBy(() -> MediaType.parse("a/b" + ";c=d".repeat(33)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | identity",
        "'' | identity",
        "gzip | gzip",
        "GZip;q=0.001 | gzip",
        "gzip;q=0 | identity",
        "gzip;q=0.000, * | br",
        "* | br",
        "*;q=0 | identity",
        "br;q=0.5, gzip | gzip",
        "br, gzip | br",
        "gzip, identity | gzip",
        "gzip;q=0.5, identity | identity",
        "identity;q=0, gzip;q=0.1 | gzip",
        "identity;q=0 | identity",
        "gzip;q=1.001 | identity",
        "gzip;q=2 | identity",
        "gzip;q=0.1234 | identity",
        "gzip;q=-1 | identity",
        "gzip;x=1 | identity",
        "gzip x | identity",
        "x-gzip, deflate | identity",
        ",, , gzip ;  q=1.0 , | gzip",
        "\"a,gzip\", br | br",
      })
  void aCodingIsChosen(final String field, final String chosen) {
    assertThat(QualityList.parse(field).chooseCoding("br", "gzip")).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | text/html",
        "*/* | text/html",
        "application/json | application/json",
        "text/*;q=0.3, application/json;q=0.2 | text/html",
        "text/*;q=0.3, text/html;q=0.1, */*;q=0.2 | application/json",
        "text/html;level=1 | null",
        "application/json;charset=utf-8, text/html;q=0.5 | text/html",
        "image/png | null",
        "*/*;q=0 | null",
        "text/, application/json | application/json",
        "text/html;q=x, application/json;q=0.1 | application/json",
      })
  void aTypeIsChosen(final String field, final String chosen) {
    assertThat(QualityList.parse(field).chooseType("text/html", "application/json"))
        .isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | en-GB",
        "de | de",
        "en | en-GB",
        "en-US, de;q=0.5 | de",
        "de;q=0.5, en;q=0.6, en-GB;q=0.1 | de",
        "fr | null",
        "fr, *;q=0.1 | en-GB",
        "e | null",
      })
  void aLanguageIsChosen(final String field, final String chosen) {
    assertThat(QualityList.parse(field).chooseLanguage("en-GB", "de")).isEqualTo(chosen);
  }

  @Test
  void aLongListIsCutOff() {
    final QualityList list = QualityList.parse("x,".repeat(QualityList.MAX_MEMBERS) + "gzip");
    assertThat(list.quality("x")).isEqualTo(1000);
    assertThat(list.quality("gzip")).isEqualTo(-1);
    assertThat(list.isMissing()).isFalse();
  }
}
