package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native memory and files: freed when they are closed, and found and reported when they are not.
 */
@Timeout(60)
class ShimMemoryTest {
  private static final Logger LOG = Logger.getLogger("org.jevent");

  private final List<String> reports = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(final LogRecord message) {
          synchronized (reports) {
            reports.add(message.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    assumeThat(ShimLoader.status().loaded()).as("there is a native library here").isTrue();
    LOG.addHandler(handler);
    LOG.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(handler);
    LOG.setUseParentHandlers(true);
  }

  private static void collectUntil(final BooleanSupplier done) throws InterruptedException {
    while (!done.getAsBoolean()) {
      System.gc();
      Thread.sleep(10);
    }
  }

  private boolean reported(final String text) {
    synchronized (reports) {
      return reports.stream().anyMatch(report -> report.contains(text));
    }
  }

  @Test
  void closingFreesOnceAndReportsNothing() {
    final long before = ShimMemory.allocated();
    final ShimMemory memory = ShimMemory.allocate(1234);
    assertThat(ShimMemory.allocated()).isEqualTo(before + 1234);
    memory.buffer().putLong(1226, 42);
    memory.close();
    memory.close();
    assertThat(ShimMemory.allocated()).isEqualTo(before);
    assertThat(reports).isEmpty();
  }

  @Test
  void memoryThatIsNeverClosedIsFreedAndReported() throws InterruptedException {
    final long before = ShimMemory.allocated();
    allocateAndForget();
    collectUntil(() -> ShimMemory.allocated() == before && reported("native memory (4321 bytes)"));
  }

  private static void allocateAndForget() {
    assertThat(ShimMemory.allocate(4321).size()).isEqualTo(4321);
  }

  @Test
  void aFileThatIsNeverClosedIsClosedAndReported(@TempDir final Path directory) throws Exception {
    final Path file = Files.writeString(directory.resolve("forgotten"), "content");
    openAndForget(file);
    collectUntil(() -> reported("a file (" + file + ")"));
  }

  private static void openAndForget(final Path file) {
    assertThat(ShimFile.open(file).size()).isEqualTo(7);
  }

  @Test
  void aFileIsClosedOnce(@TempDir final Path directory) throws Exception {
    final ShimFile file = ShimFile.open(Files.createFile(directory.resolve("empty")));
    file.close();
    final ShimFile other = ShimFile.open(Files.writeString(directory.resolve("other"), "x"));
    file.close(); // its number belongs to the other one now
    try (ShimMemory byteOfIt = ShimMemory.allocate(1)) {
      assertThat(Shim.read(other.descriptor(), byteOfIt.address(), 1)).isEqualTo(1);
    }
    other.close();
    assertThat(reports).isEmpty();
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThatThrownBy(() -> ShimMemory.allocate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShimMemory.allocate(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
