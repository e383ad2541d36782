package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The list of conformance tests that do not run here is true, and does not grow unnoticed. */
class ExclusionsTest {
  private static final int COUNT = 133;

  @Test
  void eachIsATestAndHasAReason() throws ReflectiveOperationException {
    final Map<String, String> wrong = new TreeMap<>();
    for (final Map.Entry<String, String> one : SimulatedEngine.EXCLUSIONS.entrySet()) {
      final String[] parts = one.getKey().split("\\.", -1);
      final Class<?> tests = Class.forName("org.jevent.conformance." + parts[0]);
      boolean found = false;
      for (final java.lang.reflect.Method method : tests.getDeclaredMethods()) {
        found |= method.getName().equals(parts[1]);
      }
      if (!found || one.getValue().isBlank()) {
        wrong.put(one.getKey(), one.getValue());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(SimulatedEngine.EXCLUSIONS).hasSize(COUNT);
  }
}
