package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A callback that runs out of memory: what it was about to change is as it was. */
@Timeout(400)
class OutOfMemoryTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "iocp", "nio"})
  void anOperationWithoutMemoryChangesNothing(final String method) throws Exception {
    assumeThat(LogFailureTest.methods()).contains(method);
    final ForkedJvm.Result result =
        new ForkedJvm(directory)
            .built()
            .jna()
            .seconds(300)
            .option("-Xmx12m", "-XX:+UseSerialGC")
            .set("jevent.engine", method)
            .set("jevent.leakDetection", "disabled")
            .run(MemoryProbe.class.getName());
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out())
        .containsExactly(
            "tasks ok",
            "timers ok",
            "common time-outs ok",
            "readiness ok",
            "buffers ok",
            "streams ok");
  }
}
