package org.jevent;

import java.io.File;
import java.io.IOException;

/**
 * The JDK sets SIGCHLD to its default action, once, when a process is to be started for the first
 * time: a handler that was installed before would be lost without a word. When this class is
 * initialized the JDK has done that.
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

  /** Has the JDK do that now, if it has not done it before. */
  static void initialize() {}
}
