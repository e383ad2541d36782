package org.jevent.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where figures come from. */
final class Machine {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private Machine() {}

  /** Everything that a figure depends on, in a line. */
  static String description() {
    return "%s %s, %s, %d processors, JDK %s (%s), JNA %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            processor(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            System.getProperty("java.vendor"),
            com.sun.jna.Native.VERSION);
  }

  /** How many descriptors a process may have, without those that it needs anyway. */
  static int descriptors(final int spare) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount() - spare)
        : Integer.MAX_VALUE;
  }

  /** The command on one processor, where the system can pin it. */
  static List<String> pinned(final List<String> command, final int processor) {
    if (!Files.isExecutable(TASKSET) || Runtime.getRuntime().availableProcessors() < 2) {
      return command;
    }
    final List<String> pinned = new ArrayList<>(List.of(TASKSET.toString(), "-c", "" + processor));
    pinned.addAll(command);
    return pinned;
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (final IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
