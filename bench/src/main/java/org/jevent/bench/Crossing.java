package org.jevent.bench;

import java.nio.file.Path;

/** The functions of {@code native/bench/crossing.c}, bound by the JVM itself. */
final class Crossing {
  /** Where {@code scripts/bench} says that the programs and libraries in C are. */
  static final Path NATIVE =
      Path.of(System.getProperty("jevent.bench.native", "build/bench/native/bench"));

  static {
    System.load(library().toString());
  }

  private Crossing() {}

  static Path library() {
    return NATIVE.resolve(System.mapLibraryName("jevent_crossing")).toAbsolutePath();
  }

  static native int nop();

  static native long nop4(long a, long b, long c, long d);

  static native long open(int count);

  static native long nextEvent(long source);

  static native void close(long source);

  static native int eventsInBatch(long memory, int count);
}
