package org.jevent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.MethodInfo;

/** Every engine of the machine reports the same for the same program. */
class StoryFuzzTest {
  private static final int MAX_STEPS = 60;

  @FuzzTest
  void everyEngineReportsTheSame(final byte[] bytes) {
    final Input input = new Input(bytes);
    final List<Story.Step> program = new ArrayList<>();
    while (input.left() > 0 && program.size() < MAX_STEPS) {
      program.add(Story.Step.from(input));
    }
    String first = null;
    String reference = null;
    for (final MethodInfo method : EventBase.supportedMethods()) {
      if (method.usable()) {
        final String story = Story.of(method.name(), program);
        if (first == null) {
          first = story;
          reference = method.name();
        }
        assertThat(story)
            .as("%s beside %s: %s", method.name(), reference, program)
            .isEqualTo(first);
      }
    }
  }
}
