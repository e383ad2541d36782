package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What connections take of a process's memory. */
final class Memory {
  /** With these, memory that grows outside of the heap is all that grows. */
  static final List<String> TOUCHED_HEAP = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

  private static final String RESIDENT = "VmRSS:";
  private static final int KIB = 1024;

  private Memory() {}

  /** Bytes in physical memory. */
  static long resident(final long pid) throws IOException {
    for (final String line : Files.readAllLines(Path.of("/proc", "" + pid, "status"))) {
      if (line.startsWith(RESIDENT)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
      }
    }
    throw new IOException("process " + pid + " has no resident memory");
  }
}
