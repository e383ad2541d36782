package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pairs in one array answer as a list of pairs does. */
class NameValuesTest {
  private static final String[] NAMES = {"a", "b", "c"};

  private final NameValues pairs = new NameValues();
  private final List<String[]> model = new ArrayList<>();

  private List<String> valuesOf(final String name) {
    return model.stream().filter(each -> each[0].equals(name)).map(each -> each[1]).toList();
  }

  private void check() {
    assertThat(pairs.size()).isEqualTo(model.size());
    final List<String> found = new ArrayList<>();
    pairs.forEach((name, value) -> found.add(name + value));
    assertThat(found).isEqualTo(model.stream().map(each -> each[0] + each[1]).toList());
    for (int i = 0; i < model.size(); i++) {
      assertThat(pairs.name(i)).isEqualTo(model.get(i)[0]);
      assertThat(pairs.value(i)).isEqualTo(model.get(i)[1]);
    }
    for (final String name : NAMES) {
      final List<String> values = valuesOf(name);
      assertThat(pairs.all(name)).isEqualTo(values);
      assertThat(pairs.contains(name)).isEqualTo(!values.isEmpty());
      assertThat(pairs.first(name)).isEqualTo(values.isEmpty() ? null : values.get(0));
      assertThat(pairs.last(name))
          .isEqualTo(values.isEmpty() ? null : values.get(values.size() - 1));
    }
  }

  @Test
  void anySequenceOfChanges() {
    final Random random = new Random(20_261_129);
    for (int i = 0; i < 2000; i++) {
      final String name = NAMES[random.nextInt(NAMES.length)];
      switch (random.nextInt(16)) {
        case 0 -> {
          assertThat(pairs.remove(name)).isEqualTo(model.removeIf(each -> each[0].equals(name)));
        }
        case 1 -> {
          if (random.nextInt(8) == 0) {
            pairs.clear();
            model.clear();
          }
        }
        default -> {
          pairs.add(name, "" + i);
          model.add(new String[] {name, "" + i});
        }
      }
      check();
    }
  }

  @Test
  void roomForNone() {
    pairs.expect(0);
    check();
    pairs.add("a", "1");
    model.add(new String[] {"a", "1"});
    check();
  }
}
