package org.jevent.bench.rivals;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Keeps queries under way and counts what they cost; used by one thread. */
final class DnsLoad {
  /** How many names there are; they are asked for in turn. */
  static final int NAMES = 10_000;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double NANOS_IN_US = 1e3;
  private static final double NANOS_IN_SECOND = 1e9;

  private final int window;
  private final long warmUp;
  private final long queries;
  private Asking asking;
  private int next;
  private long answers;
  private long time;
  private long processor;
  private long allocated;

  /** A client, as this drives it. */
  interface Asking {
    /**
     * Asks for a name, and calls {@link #answered} later, in this thread.
     *
     * @param name 0 to {@link #NAMES} - 1
     */
    void ask(int name);
  }

  /**
   * @param window how many are under way
   * @param warmUp how many come before those that count
   * @param queries how many count
   */
  DnsLoad(final int window, final long warmUp, final long queries) {
    this.window = window;
    this.warmUp = warmUp;
    this.queries = queries;
  }

  static String name(final int number) {
    return "q" + number + ".test";
  }

  void begin(final Asking client) {
    asking = client;
    for (int i = 0; i < window; i++) {
      ask();
    }
  }

  private void ask() {
    asking.ask(next);
    next = next + 1 == NAMES ? 0 : next + 1;
  }

  /**
   * An answer has come; another query follows, or the process ends after its figures.
   *
   * @param problem null if the answer is right
   */
  void answered(final Object problem) {
    if (problem != null) {
      System.err.println("a query has failed: " + problem);
      System.exit(1);
    }
    answers++;
    if (answers == warmUp) {
      time = System.nanoTime();
      processor = PROCESS.getProcessCpuTime();
      allocated = allocatedHere();
    }
    if (answers < warmUp + queries) {
      ask();
    } else {
      end();
    }
  }

  private void end() {
    final double each = queries;
    System.out.printf(
        Locale.ROOT,
        "us=%.3f rate=%.0f bytes=%.1f%n",
        (PROCESS.getProcessCpuTime() - processor) / NANOS_IN_US / each,
        each * NANOS_IN_SECOND / (System.nanoTime() - time),
        (allocatedHere() - allocated) / each);
    System.out.flush();
    System.exit(0);
  }

  private static long allocatedHere() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
