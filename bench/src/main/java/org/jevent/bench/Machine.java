package org.jevent.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where figures come from. */
final class Machine {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final String UNKNOWN = "unknown";

  private Machine() {}

  /** Everything that a figure depends on, in a line. */
  static String description() {
    return String.format(
        Locale.ROOT,
        "%s %s, %s, %d processors, JDK %s (%s), JNA %s",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        System.getProperty("java.vendor"),
        com.sun.jna.Native.VERSION);
  }

  /** The same and more, item by item; nothing that changes from run to run. */
  static Map<String, String> details() throws IOException, InterruptedException {
    final Map<String, String> details = new LinkedHashMap<>();
    details.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    details.put(
        "processors",
        Runtime.getRuntime().availableProcessors()
            + " x "
            + processor()
            + (contains(CPUINFO, "hypervisor") ? ", in a virtual machine" : ""));
    details.put("memory", line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\s+", " "));
    details.put("frequency governor", governor());
    details.put("descriptors of a process", "" + descriptors(0));
    details.put(
        "JDK",
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + ", "
            + System.getProperty("java.vendor"));
    details.put("JNA", com.sun.jna.Native.VERSION);
    details.put("Netty", io.netty.util.Version.identify().get("netty-transport").artifactVersion());
    final Path load = Child.inC("load");
    if (load != null) {
      details.put("C compiler", Child.text(List.of(load.toString(), "-V")).trim());
    }
    return details;
  }

  /** How much the machine has to do, in the last minute and longer. */
  static String load() {
    final String load = line(Path.of("/proc/loadavg"), "");
    return load.replaceAll("^(\\S+ \\S+ \\S+).*", "$1");
  }

  private static String governor() {
    return line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"), "");
  }

  private static boolean contains(final Path file, final String word) {
    try {
      return Files.readString(file).contains(word);
    } catch (final IOException e) {
      return false;
    }
  }

  /** What follows the colon in the line that begins so, or the whole line where nothing does. */
  private static String line(final Path file, final String beginning) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(beginning))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(UNKNOWN);
    } catch (final IOException e) {
      return UNKNOWN;
    }
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
    final String model = line(CPUINFO, "model name");
    return model.equals(UNKNOWN) ? System.getProperty("os.arch") : model;
  }
}
