package org.jevent.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where figures come from. */
final class Machine {
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
