package org.jevent.buffer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.BufferScript.Step;
import org.jevent.fuzz.Input;

/** All operations of a buffer in an order that the fuzzer looks for, against an array of bytes. */
class BufferFuzzTest {
  private static final int MAX_STEPS = 100;
  private static final Integer[] NEAR = {0, 0, 0, 250, 1020, 4090, 16_380};

  @FuzzTest
  void aBufferIsAnArrayOfBytes(final byte[] bytes) {
    final Input input = new Input(bytes);
    final boolean inLoop = input.bit();
    final List<Step> steps = new ArrayList<>();
    while (input.left() > 0 && steps.size() < MAX_STEPS) {
      steps.add(
          new Step(
              input.number(BufferScript.KINDS - 1),
              input.number(BufferScript.BUFFERS - 1),
              input.number(BufferScript.BUFFERS - 1),
              size(input),
              input.number(255)));
    }
    if (inLoop) {
      runInLoop(steps);
    } else {
      run(null, steps);
    }
  }

  /** Near the sizes of what buffers are made of. */
  private static int size(final Input input) {
    final int near = input.one(NEAR);
    return near + input.number(near == 0 ? 40 : 12);
  }

  private static void run(final EventBase base, final List<Step> steps) {
    try (BufferScript script = new BufferScript(base)) {
      script.run(steps);
    }
  }

  private static void runInLoop(final List<Step> steps) {
    final Throwable[] thrown = {null};
    final EventConfig config =
        new EventConfig().exceptionHandler((source, exception) -> thrown[0] = exception);
    try (EventBase base = new EventBase(config)) {
      base.execute(() -> run(base, steps));
      base.dispatch();
    }
    if (thrown[0] != null) {
      throw new AssertionError(thrown[0]);
    }
  }
}
