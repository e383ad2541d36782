package org.jevent.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Runs a program in this JVM, and for each newline on standard input prints how many bytes all
 * threads but its own have allocated so far. For each {@code h} it collects garbage and prints what
 * the heap holds. The program needs to know nothing of it.
 */
public final class AllocationMeter {
  private AllocationMeter() {}

  /** The name of a class with a {@code main}, and its arguments. */
  public static void main(final String[] args) throws ReflectiveOperationException {
    final Thread meter = new Thread(AllocationMeter::answer, "allocation meter");
    meter.setDaemon(true);
    meter.start();
    final String[] rest = Arrays.copyOfRange(args, 1, args.length);
    Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
  }

  private static void answer() {
    try {
      for (int c = System.in.read(); c >= 0; c = System.in.read()) {
        if (c == '\n') {
          System.out.println("allocated=" + allocated());
          System.out.flush();
        } else if (c == 'h') {
          System.out.println("heap=" + heap());
          System.out.flush();
        }
      }
    } catch (final IOException e) {
      System.err.println("allocation meter: " + e.getMessage());
    }
  }

  /** Bytes that are in use after a collection; the second one takes what the first has enqueued. */
  static long heap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long allocated() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final long own = Thread.currentThread().getId();
    final long[] others =
        Arrays.stream(threads.getAllThreadIds()).filter(id -> id != own).toArray();
    return Arrays.stream(threads.getThreadAllocatedBytes(others)).filter(bytes -> bytes > 0).sum();
  }
}
