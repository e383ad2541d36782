package org.jevent.internal.engine.nio;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.SignalSink;

/** The signals that one engine watches, and those that were raised and are not delivered yet. */
final class NioSignals implements AutoCloseable {
  private final Map<Integer, Integer> raised = new HashMap<>();
  private final Set<Integer> watched = new HashSet<>();
  private final IntConsumer counter = this::count;
  private final Runnable wakeup;
  private SignalSink sink;

  /**
   * @param wakeup wakes the engine; called by the JVM's thread of signals
   */
  NioSignals(final Runnable wakeup) {
    this.wakeup = wakeup;
  }

  void sink(final SignalSink receiver) {
    sink = receiver;
  }

  void watch(final int number, final boolean on) {
    if (on) {
      JvmSignals.watch(number, counter);
      watched.add(number);
    } else if (watched.remove(number)) {
      JvmSignals.leave(number, counter);
    }
  }

  private void count(final int number) {
    synchronized (raised) {
      raised.merge(number, 1, Integer::sum);
    }
    wakeup.run();
  }

  /** Delivers what was raised; returns the number of completions. */
  int deliver(final Completions completions) {
    if (sink == null) {
      return 0;
    }
    final Map<Integer, Integer> counts;
    synchronized (raised) {
      if (raised.isEmpty()) {
        return 0;
      }
      counts = new HashMap<>(raised);
      raised.clear();
    }
    int delivered = 0;
    for (final Map.Entry<Integer, Integer> each : counts.entrySet()) {
      if (watched.contains(each.getKey())) {
        completions.signalled(sink, each.getKey(), each.getValue());
        delivered++;
      }
    }
    return delivered;
  }

  @Override
  public void close() {
    for (final int number : Set.copyOf(watched)) {
      watch(number, false);
    }
  }
}
