package org.jevent.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** A JVM that contestants run on. */
record Jvm(Path home, int version) {
  /** {@code VERSION=HOME}, separated by colons: what the script has found. */
  private static final String FOUND = System.getProperty("jevent.bench.jdks", "");

  private static final int ASKS_BEFORE_NATIVE_ACCESS = 22;

  /** The one that runs this program. */
  static Jvm own() {
    return new Jvm(Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  /** This one if it will do, else the newest that does. */
  static Optional<Jvm> since(final int version) {
    if (own().version >= version) {
      return Optional.of(own());
    }
    return Arrays.stream(FOUND.split(":"))
        .filter(text -> text.contains("="))
        .map(text -> new Jvm(Path.of(text.replaceAll("^.*?=", "")), number(text)))
        .filter(jvm -> jvm.version >= version && Files.isExecutable(jvm.launcher()))
        .max(Comparator.comparingInt(Jvm::version));
  }

  private static int number(final String text) {
    return Integer.parseInt(text.substring(0, text.indexOf('=')));
  }

  Path launcher() {
    return home.resolve("bin").resolve("java");
  }

  boolean asksBeforeNativeAccess() {
    return version >= ASKS_BEFORE_NATIVE_ACCESS;
  }

  boolean isOwn() {
    return home.equals(own().home);
  }
}
