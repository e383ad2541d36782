package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers that both languages share. */
class LayoutTest {
  private static long here(final int index) {
    return index < Layout.size() ? Layout.value(index) : Long.MIN_VALUE;
  }

  @Test
  void theLibrarysOwnNumbersAreAccepted() {
    assumeThat(ShimLoader.status().loaded()).as(ShimLoader.status().reason()).isTrue();
    assertThat(Layout.verify(Shim::layout)).isNull();
    assertThat(Shim.layout(Layout.size())).isEqualTo(Long.MIN_VALUE);
    assertThat(Shim.layout(-1)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void eachNumberThatDiffersIsNamedWithBothValues() {
    assertThat(Layout.verify(LayoutTest::here)).isNull();
    for (int i = 0; i < Layout.size(); i++) {
      final int altered = i;
      assertThat(Layout.verify(index -> here(index) + (index == altered ? 1 : 0)))
          .isEqualTo(
              Layout.name(i)
                  + " is "
                  + (Layout.value(i) + 1)
                  + " in the library, "
                  + Layout.value(i)
                  + " here");
    }
  }

  @Test
  void aShorterAndALongerTableAreRefused() {
    final int last = Layout.size() - 1;
    assertThat(Layout.verify(index -> index < last ? here(index) : Long.MIN_VALUE))
        .startsWith(Layout.name(last) + " is ");
    assertThat(Layout.verify(index -> index == Layout.size() ? 0 : here(index)))
        .isEqualTo("the library knows more numbers than the " + Layout.size() + " here");
  }

  @Test
  void namesAreReported() {
    final List<String> names = new ArrayList<>();
    for (int i = 0; i < Layout.size(); i++) {
      names.add(Layout.name(i));
    }
    assertThat(names).doesNotHaveDuplicates().startsWith("MAGIC", "ABI_VERSION");
  }
}
