package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.InputStream;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenDescriptorsTest {
  @TempDir private Path directory;

  @Test
  void whatTheJvmReadsDoesNotCount() throws Exception {
    assumeThat(OpenDescriptors.listed()).as("the system lists descriptors").isTrue();
    final Set<String> before = OpenDescriptors.all();
    final Path file = Files.createFile(directory.resolve("data"));
    final Pipe pipe = Pipe.open();
    try (InputStream status = Files.newInputStream(Path.of("/proc/self/status"));
        InputStream cpu = Files.newInputStream(Path.of("/sys/devices/system/cpu/online"));
        InputStream data = Files.newInputStream(file)) {
      final Set<String> after = OpenDescriptors.all();
      after.removeAll(before);
      assertThat(after)
          .hasSize(3)
          .filteredOn(open -> !open.contains("-> pipe:"))
          .singleElement()
          .asString()
          .endsWith("-> " + file.toRealPath());
      assertThat(status.read() + cpu.read() + data.read()).isPositive();
      assertThat(OpenDescriptors.kernelObjects()).noneMatch(open -> open.contains("/data"));
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }
}
