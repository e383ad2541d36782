package org.jevent.internal.engine.ring;

import java.util.Locale;

/** This platform's name as JNA spells it, which is the folder of its library inside the jar. */
final class Platform {
  private Platform() {}

  /** Such as {@code linux-x86-64} or {@code darwin-aarch64}. */
  static String prefix() {
    return prefix(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static String prefix(final String system, final String processor) {
    return system(system.toLowerCase(Locale.ROOT))
        + "-"
        + processor(processor.toLowerCase(Locale.ROOT));
  }

  private static String system(final String name) {
    if (name.startsWith("mac") || name.startsWith("darwin")) {
      return "darwin";
    }
    if (name.startsWith("windows")) {
      return "win32";
    }
    return name.replace(" ", "");
  }

  private static String processor(final String name) {
    return switch (name) {
      case "amd64", "x86_64" -> "x86-64";
      case "i386", "i486", "i586", "i686" -> "x86";
      case "arm64" -> "aarch64";
      case "powerpc64le" -> "ppc64le";
      default -> name.startsWith("armv") ? "arm" : name;
    };
  }
}
