package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.net.NetOption;
import org.junit.jupiter.api.Test;

/** The numbers that both languages share. */
class LayoutTest {
  /** What the library asks and no program. */
  private static final Set<String> HIDDEN_OPTIONS =
      Set.of("ERROR", "NONBLOCKING", "CLOSE_ON_EXEC", "LISTENING", "READY", "TERMINAL");

  private static long here(final int index) {
    return index < Layout.size() ? Layout.value(index) : Long.MIN_VALUE;
  }

  @Test
  void theLibrarysOwnNumbersAreAccepted() {
    assumeThat(ShimLoader.status().loaded()).as(ShimLoader.status().reason()).isTrue();
    assertThat(LayoutCheck.verify(Shim::layout)).isNull();
    assertThat(Shim.layout(Layout.size())).isEqualTo(Long.MIN_VALUE);
    assertThat(Shim.layout(-1)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void eachNumberThatDiffersIsNamedWithBothValues() {
    assertThat(LayoutCheck.verify(LayoutTest::here)).isNull();
    for (int i = 0; i < Layout.size(); i++) {
      final int altered = i;
      assertThat(LayoutCheck.verify(index -> here(index) + (index == altered ? 1 : 0)))
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
    assertThat(LayoutCheck.verify(index -> index < last ? here(index) : Long.MIN_VALUE))
        .startsWith(Layout.name(last) + " is ");
    assertThat(LayoutCheck.verify(index -> index == Layout.size() ? 0 : here(index)))
        .isEqualTo("the library knows more numbers than the " + Layout.size() + " here");
  }

  @Test
  void theFilesThatMirrorTheHeaderAreWhatTheGeneratorWrites() throws IOException {
    final Map<String, String> files = ContractGenerator.files(Path.of(""));
    for (final Map.Entry<String, String> file : files.entrySet()) {
      assertThat(Path.of(file.getKey())).hasContent(file.getValue());
    }
  }

  @Test
  void optionsAreNumberedAsInTheHeader() {
    int options = 0;
    for (int i = 0; i < Layout.size(); i++) {
      if (Layout.name(i).startsWith("OPT_")) {
        final String name = Layout.name(i).substring("OPT_".length());
        if (!HIDDEN_OPTIONS.contains(name)) {
          final NetOption option = NetOption.valueOf(name);
          assertThat(DescriptorSocket.code(option)).as("%s", option).isEqualTo(Layout.value(i));
          options++;
        }
      }
    }
    assertThat(NetOption.values()).hasSize(options);
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
