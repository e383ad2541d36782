package org.jevent.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jevent.OpenDescriptors;
import org.jevent.internal.engine.ring.RingEngines;

/**
 * What this process holds at a moment; -1 where the system or the JVM does not show it.
 *
 * @param resident bytes of memory that are there
 * @param heap bytes of live objects, after a collection
 * @param committed bytes that the JVM counts as its own, with -XX:NativeMemoryTracking=summary
 * @param shim bytes that the native library's pools have from the C heap
 * @param descriptors open ones
 * @param threads live ones
 */
record Figures(long resident, long heap, long committed, long shim, int descriptors, int threads) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern COMMITTED =
      Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");
  private static final int COLLECTIONS = 2;

  static Figures now() {
    // Twice: what is only reachable through a cleaner goes with the second.
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return new Figures(
        readResident(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        askForCommitted(),
        RingEngines.allocatedBytes(),
        countDescriptors(),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static long readResident() {
    try {
      return Files.exists(STATUS) ? kilobytes(RESIDENT, Files.readString(STATUS)) : -1;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long askForCommitted() {
    try {
      final Object recorded =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmNativeMemory",
                  new Object[] {new String[] {"summary"}},
                  new String[] {String[].class.getName()});
      return kilobytes(COMMITTED, recorded.toString());
    } catch (final JMException notHere) {
      return -1;
    }
  }

  private static long kilobytes(final Pattern pattern, final String text) {
    final Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : -1;
  }

  private static int countDescriptors() {
    return OpenDescriptors.listed() ? OpenDescriptors.all().size() : -1;
  }
}
