package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server accepts and refuses, however the bytes are cut. */
class RequestTableTest {
  private static final Map<String, List<RequestVectors.Vector>> ROWS =
      RequestVectors.all().stream()
          .collect(
              Collectors.groupingBy(
                  RequestVectors.Vector::row, LinkedHashMap::new, Collectors.toList()));

  static Stream<String> rows() {
    return ROWS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRow(final String row) {
    final SoftAssertions all = new SoftAssertions();
    for (final RequestVectors.Vector vector : ROWS.get(row)) {
      all.assertThat(Served.ofAllCuts(vector.bytes(), ParserLimits.DEFAULT))
          .as(vector.toString())
          .isEqualTo(vector.expected());
    }
    all.assertAll();
  }

  /** Regular expressions accept the same. */
  @ParameterizedTest
  @MethodSource("rows")
  void eachRowByTheOracle(final String row) {
    final SoftAssertions all = new SoftAssertions();
    for (final RequestVectors.Vector vector : ROWS.get(row)) {
      all.assertThat(HeadOracle.accepted(Served.bytes(vector.bytes())))
          .as(vector.toString())
          .isEqualTo(vector.expected().subList(0, vector.expected().size() - 1));
    }
    all.assertAll();
  }

  @Test
  void thereAreManyOfBothKinds() {
    final List<RequestVectors.Vector> all = RequestVectors.all();
    assertThat(all).hasSizeGreaterThan(8000);
    assertThat(all).filteredOn(v -> v.expected().contains("refused 400")).hasSizeGreaterThan(3000);
    assertThat(all)
        .filteredOn(v -> v.expected().contains(RequestVectors.NEXT_LINE))
        .hasSizeGreaterThan(3000);
  }
}
