package org.jevent.internal.loop;

import java.io.File;
import java.io.IOException;

/**
 * The JDK sets SIGCHLD to its default action once, when the first process is started. A handler
 * that was installed before would be lost silently. When this class is initialized the JDK has done
 * that.
 */
final class ChildProcesses {
  static {
    final File none = new File(File.separator + "dev" + File.separator + "null", "none");
    try {
      new ProcessBuilder("true").redirectInput(none).start().destroy();
    } catch (final IOException | SecurityException expected) {
      // its input cannot be opened, and nothing is started
    }
  }

  private ChildProcesses() {}

  /** Makes the JDK do that now, if it has not done so before. */
  static void initialize() {}
}
