package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an accepted connection with nothing in its buffers takes: a server has many of them. */
@Timeout(120)
class IdleConnectionTest {
  /** What the native library has for a slot: the slot, and an entry in a list of all slots. */
  private static final int NATIVE_BYTES = 36;

  @TempDir private Path directory;

  /** The live objects of a class: how many, and of how many bytes. */
  private record Live(long count, long bytes) {
    static final Live NONE = new Live(0, 0);

    Live plus(final Live other) {
      return new Live(count + other.count, bytes + other.bytes);
    }

    Live minus(final Live other) {
      return new Live(count - other.count, bytes - other.bytes);
    }

    /** How many one connection has, rounded. */
    long each() {
      return (count + IdleConnections.MANY / 2) / IdleConnections.MANY;
    }
  }

  /** What one connection has: objects of the library, bytes of the heap, objects of each class. */
  private record Cost(long objects, long bytes, Map<String, Long> classes) {
    static Cost between(final Map<String, Live> before, final Map<String, Live> after) {
      final Map<String, Long> classes = new TreeMap<>();
      long bytes = 0;
      for (final Map.Entry<String, Live> entry : after.entrySet()) {
        final Live more = entry.getValue().minus(before.getOrDefault(entry.getKey(), Live.NONE));
        bytes += more.bytes;
        if (more.each() > 0) {
          classes.put(entry.getKey(), more.each());
        }
      }
      final long objects =
          classes.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith("org.jevent."))
              .mapToLong(Map.Entry::getValue)
              .sum();
      return new Cost(objects, bytes / IdleConnections.MANY, classes);
    }

    void requireAtMost(final int maxObjects, final int maxBytes) {
      assertThat(objects).as("%s", this).isLessThanOrEqualTo(maxObjects);
      assertThat(bytes + NATIVE_BYTES).as("%s", this).isLessThanOrEqualTo(maxBytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "poll", "select"})
  @EnabledOnOs(
      value = OS.LINUX,
      disabledReason = "hundreds of clients can wait to be accepted there")
  void idleConnectionHasFewObjects(final String method) throws Exception {
    final List<Map<String, Live>> histograms = run(IdleConnections.class, method);
    assertThat(histograms).hasSize(3);
    Cost.between(histograms.get(0), histograms.get(1)).requireAtMost(5, 370);
    Cost.between(histograms.get(0), histograms.get(2)).requireAtMost(9, 540);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "poll", "select"})
  @EnabledOnOs(
      value = OS.LINUX,
      disabledReason = "hundreds of clients can wait to be accepted there")
  void connectionOfHttpBetweenTwoRequestsIsSmall(final String method) throws Exception {
    final List<Map<String, Live>> histograms = run(IdleHttpConnections.class, method);
    assertThat(histograms).hasSize(2);
    Cost.between(histograms.get(0), histograms.get(1)).requireAtMost(11, 670);
  }

  private List<Map<String, Live>> run(final Class<?> program, final String method)
      throws Exception {
    assumeThat(
            Engines.ranked(Providers.ALL).stream()
                .filter(EngineProvider::usable)
                .map(EngineProvider::name))
        .contains(method);
    final ForkedJvm.Result result =
        new ForkedJvm(directory)
            .built()
            .jna()
            .set("jevent.leakDetection", "disabled") // its samples differ from run to run
            .run(program.getName(), method);
    assertThat(result.exit()).as("%s", result).isZero();
    return histograms(result.out());
  }

  /** A histogram's first line has the number 1. */
  private static List<Map<String, Live>> histograms(final List<String> lines) {
    final List<Map<String, Live>> histograms = new ArrayList<>();
    for (final String line : lines) {
      final String[] words = line.trim().split("\\s+");
      if (words[0].equals("1:")) {
        histograms.add(new TreeMap<>());
      }
      if (words[0].endsWith(":")) {
        final Live live = new Live(Long.parseLong(words[1]), Long.parseLong(words[2]));
        histograms.get(histograms.size() - 1).merge(words[3], live, Live::plus);
      }
    }
    return histograms;
  }
}
