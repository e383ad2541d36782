package org.jevent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The signals that this process was started with ignored, which its children inherit. */
public final class SignalMask {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";

  private SignalMask() {}

  /** Is the signal ignored? Where the system does not show it: no. */
  public static boolean ignores(final int signal) throws IOException {
    if (!Files.isReadable(STATUS)) {
      return false;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(IGNORED))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(IGNORED.length()).trim(), 16))
        .anyMatch(mask -> (mask >>> (signal - 1) & 1) != 0);
  }
}
