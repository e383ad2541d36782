package org.jevent.bench;

import java.io.IOException;
import java.util.List;

/** A garbage collector, and the option that selects it. */
enum Collector {
  SERIAL("Serial", "-XX:+UseSerialGC"),
  G1("G1", "-XX:+UseG1GC"),
  ZGC("ZGC", "-XX:+UseZGC");

  final String text;
  private final String option;

  Collector(final String text, final String option) {
    this.text = text;
    this.option = option;
  }

  /** Options of a JVM with this many MB of heap. */
  List<String> options(final int heap) {
    return List.of("-Xmx" + heap + "m", option);
  }

  /** Why a JVM does not start so; null where it does. */
  String obstacle(final int heap) throws InterruptedException {
    final List<String> nothing = Child.java(options(heap), FirstEvent.class.getName());
    try {
      Child.text(new ProcessBuilder(nothing).redirectErrorStream(true));
      return null;
    } catch (final IOException e) {
      return e.getMessage();
    }
  }
}
