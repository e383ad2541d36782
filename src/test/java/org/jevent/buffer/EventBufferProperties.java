package org.jevent.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.buffer.BufferScript.Step;
import org.jevent.internal.engine.ring.RingEngines;

/** All operations of a buffer in random order, against an array of bytes. */
class EventBufferProperties {
  @Provide
  Arbitrary<List<Step>> scripts() {
    final Arbitrary<Integer> sizes =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.integers().between(0, 40)),
            Tuple.of(2, Arbitraries.integers().between(250, 260)),
            Tuple.of(2, Arbitraries.integers().between(1020, 1030)),
            Tuple.of(2, Arbitraries.integers().between(4090, 4100)),
            Tuple.of(1, Arbitraries.integers().between(16_380, 20_000)));
    final Arbitrary<Step> step =
        Combinators.combine(
                Arbitraries.integers().between(0, BufferScript.KINDS - 1),
                Arbitraries.integers().between(0, BufferScript.BUFFERS - 1),
                Arbitraries.integers().between(0, BufferScript.BUFFERS - 1),
                sizes,
                Arbitraries.longs())
            .as(Step::new);
    return step.list().ofMaxSize(120);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aBufferWithoutALoopIsAnArrayOfBytes(@ForAll("scripts") final List<Step> steps) {
    try (BufferScript script = new BufferScript(null)) {
      script.run(steps);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aBufferOfABaseOutsideItsLoopIsAnArrayOfBytes(@ForAll("scripts") final List<Step> steps) {
    onEachEngine(
        base -> {
          try (BufferScript script = new BufferScript(base)) {
            script.run(steps);
          }
        });
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aBufferInsideTheLoopIsAnArrayOfBytes(@ForAll("scripts") final List<Step> steps) {
    onEachEngine(
        base -> {
          base.execute(
              () -> {
                try (BufferScript script = new BufferScript(base)) {
                  script.run(steps);
                }
              });
          base.dispatch();
        });
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aBufferMayOutliveTheLoopAndTheBase(@ForAll("scripts") final List<Step> steps) {
    onEachEngine(
        base -> {
          final BufferScript[] script = new BufferScript[1];
          base.execute(
              () -> {
                script[0] = new BufferScript(base);
                script[0].run(steps);
              });
          base.dispatch();
          base.close();
          script[0].close();
        });
  }

  private interface Work {
    void on(EventBase base);
  }

  private static void onEachEngine(final Work work) {
    for (final MethodInfo method : EventBase.supportedMethods()) {
      if (method.usable()) {
        final long before = RingEngines.allocatedBytes();
        final Throwable[] thrown = {null};
        try (EventBase base =
            new EventBase(
                new EventConfig()
                    .method(method.name())
                    .exceptionHandler((source, exception) -> thrown[0] = exception))) {
          work.on(base);
        }
        assertThat(thrown[0]).as(method.name()).isNull();
        assertThat(RingEngines.allocatedBytes()).isEqualTo(before);
      }
    }
  }
}
