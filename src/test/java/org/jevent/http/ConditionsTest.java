package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of RFC 9110, section 13.2.2, and the comparison of entity tags. */
class ConditionsTest {
  private static final long MODIFIED = 1_000_000_000;

  /** A field that holds, one that does not, or none. */
  private static void put(
      final Map<String, String> fields, final String name, final String how, final boolean date) {
    switch (how) {
      case "yes" -> fields.put(name, date ? HttpDate.format(MODIFIED) : "\"b\", \"a\"");
      case "no" -> fields.put(name, date ? HttpDate.format(MODIFIED - 1) : "\"b\"");
      case "bad" -> fields.put(name, date ? "yesterday" : "a");
      default -> assertThat(how).isEqualTo("-");
    }
  }

  /** {@code yes}: the tag is in the list, the date is not older than the change. */
  @ParameterizedTest
  @CsvSource({
    // match, unmodified, none-match, modified-since: reading, writing
    "-, -, -, -, PASSED, PASSED",
    "yes, -, -, -, PASSED, PASSED",
    "no, -, -, -, FAILED, FAILED",
    "bad, -, -, -, FAILED, FAILED",
    "yes, no, -, -, PASSED, PASSED",
    "no, yes, -, -, FAILED, FAILED",
    "-, yes, -, -, PASSED, PASSED",
    "-, no, -, -, FAILED, FAILED",
    "-, bad, -, -, PASSED, PASSED",
    "-, -, yes, -, NOT_MODIFIED, FAILED",
    "-, -, no, -, PASSED, PASSED",
    "-, -, bad, -, PASSED, PASSED",
    "-, -, no, yes, PASSED, PASSED",
    "-, -, yes, no, NOT_MODIFIED, FAILED",
    "-, -, -, yes, NOT_MODIFIED, PASSED",
    "-, -, -, no, PASSED, PASSED",
    "-, -, -, bad, PASSED, PASSED",
    "yes, -, yes, -, NOT_MODIFIED, FAILED",
    "no, -, yes, -, FAILED, FAILED",
    "yes, -, -, yes, NOT_MODIFIED, PASSED",
    "-, yes, yes, -, NOT_MODIFIED, FAILED",
    "-, no, yes, yes, FAILED, FAILED",
    "-, yes, -, yes, NOT_MODIFIED, PASSED",
  })
  void conditionsHaveAnOrder(
      final String match,
      final String unmodified,
      final String noneMatch,
      final String since,
      final Conditions reading,
      final Conditions writing) {
    final Map<String, String> fields = new HashMap<>();
    put(fields, "if-match", match, false);
    put(fields, "if-unmodified-since", unmodified, true);
    put(fields, "if-none-match", noneMatch, false);
    put(fields, "if-modified-since", since, true);
    assertThat(Conditions.of(true, fields::get, "\"a\"", MODIFIED)).isEqualTo(reading);
    assertThat(Conditions.of(false, fields::get, "\"a\"", MODIFIED)).isEqualTo(writing);
  }

  @Test
  void whatHasNoValidators() {
    final Map<String, String> fields = new HashMap<>();
    fields.put("if-modified-since", HttpDate.format(MODIFIED));
    assertThat(Conditions.of(true, fields::get, null, HttpDate.INVALID))
        .isEqualTo(Conditions.PASSED);
    fields.put("if-none-match", "*");
    assertThat(Conditions.of(true, fields::get, null, HttpDate.INVALID))
        .isEqualTo(Conditions.PASSED);
    fields.put("if-match", "*");
    assertThat(Conditions.of(true, fields::get, null, HttpDate.INVALID))
        .isEqualTo(Conditions.FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // list, tag: strongly, weakly
        "\"a\" | \"a\" | true | true",
        "W/\"a\" | \"a\" | false | true",
        "\"a\" | W/\"a\" | false | true",
        "W/\"a\" | W/\"a\" | false | true",
        "\"a\" | \"b\" | false | false",
        "\"b\",\"a\" | \"a\" | true | true",
        " \"b\" ,, W/\"a\" , \"a\" | \"a\" | true | true",
        "* | \"a\" | true | true",
        "\"*\" | \"a\" | false | false",
        "\"aa\" | \"a\" | false | false",
        "\"a | \"a\" | false | false",
        "a | \"a\" | false | false",
        "\"b\" x \"a\" | \"a\" | false | false",
        "\"b c\", \"a\" | \"a\" | false | false",
        "\"b,\", \"a\" | \"a\" | true | true",
        "w/\"a\" | \"a\" | false | false",
        ", | \"a\" | false | false",
      })
  void tagsAreCompared(
      final String list, final String tag, final boolean strongly, final boolean weakly) {
    assertThat(ETag.isIn(list, tag, false)).isEqualTo(strongly);
    assertThat(ETag.isIn(list, tag, true)).isEqualTo(weakly);
  }

  @Test
  void whatIsATag() {
    for (final String good : new String[] {"\"\"", "\"a\"", "W/\"a\"", "\"\u00e4\""}) {
      assertThat(ETag.isOne(good)).as(good).isTrue();
    }
    for (final String bad :
        new String[] {"", "\"", "a", "W/", "W/a", "\"a\"b", "\"a b\"", "w/\"\""}) {
      assertThat(ETag.isOne(bad)).as(bad).isFalse();
    }
    assertThat(ETag.of(16, 255, 10, false)).isEqualTo("\"10-ff.a\"");
    assertThat(ETag.of(16, 255, 10, true)).isNotEqualTo(ETag.of(16, 255, 10, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | true",
        "\"a\" | true",
        "\"b\" | false",
        "W/\"a\" | false",
        "\"a\", \"b\" | false",
        "* | false",
        "Sun, 09 Sep 2001 01:46:40 GMT | true",
        "Sun, 09 Sep 2001 01:46:41 GMT | false",
        "Sun, 09 Sep 2001 01:46:39 GMT | false",
        "nonsense | false",
      })
  void aRangeMayDependOnWhatTheClientHas(final String ifRange, final boolean allowed) {
    assertThat(Conditions.allowRange(ifRange, "\"a\"", MODIFIED, MODIFIED + 1)).isEqualTo(allowed);
  }

  @Test
  void aDateOfThisVerySecondProvesNothing() {
    final String date = HttpDate.format(MODIFIED);
    assertThat(Conditions.allowRange(date, "\"a\"", MODIFIED, MODIFIED)).isFalse();
    assertThat(Conditions.allowRange("W/\"a\"", "W/\"a\"", MODIFIED, MODIFIED + 1)).isFalse();
  }
}
