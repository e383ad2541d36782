package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server accepts and refuses, however the bytes are cut. */
class RequestTableTest {
  static Stream<RequestVectors.Vector> vectors() {
    return RequestVectors.all().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void each(final RequestVectors.Vector vector) {
    assertThat(Served.ofAllCuts(vector.bytes(), ParserLimits.DEFAULT)).isEqualTo(vector.expected());
  }

  @Test
  void thereAreManyOfBothKinds() {
    final List<RequestVectors.Vector> all = RequestVectors.all();
    assertThat(all).hasSizeGreaterThan(4000);
    assertThat(all).filteredOn(v -> v.expected().contains("refused 400")).hasSizeGreaterThan(1500);
    assertThat(all)
        .filteredOn(v -> v.expected().contains(RequestVectors.NEXT_LINE))
        .hasSizeGreaterThan(1500);
  }
}
