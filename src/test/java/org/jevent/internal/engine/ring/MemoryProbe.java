package org.jevent.internal.engine.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jevent.CommonTimeout;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/**
 * A program that uses a base in a callback while there is no memory but for a few bytes, a few more
 * in each round. What an operation that ran out of memory has left is then compared with what
 * should be there, and used. It prints a line for each kind of operation.
 */
final class MemoryProbe {
  private static final int OPERATIONS = 700;
  private static final int ROUNDS = 10;
  private static final int STEP = 80;

  /** Each takes the garbage collector a while, so that no more are provoked in a round. */
  private static final int FAILURES = 3;

  private final boolean[] done = new boolean[OPERATIONS];

  /** What fills the memory. */
  private Object[] hoard;

  private int failures;

  private MemoryProbe() {}

  public static void main(final String[] arguments) {
    final MemoryProbe probe = new MemoryProbe();
    probe.rounds("tasks", probe::tasks);
    probe.rounds("timers", probe::timers);
    probe.rounds("common time-outs", probe::commonTimeouts);
    probe.rounds("readiness", probe::readiness);
    probe.rounds("buffers", probe::buffers);
    probe.rounds("streams", probe::streams);
  }

  private void rounds(final String name, final Round round) {
    failures = 0;
    round.run(-1); // loads and links what is used, with memory
    final int expected = failures;
    for (int i = 0; i < ROUNDS; i++) {
      round.run(i * i * STEP);
    }
    System.out.println(name + (expected == 0 && failures > 0 ? " ok" : " failed " + failures));
  }

  private interface Round {
    /** With this many bytes of memory; negative: with all. */
    void run(int memory);
  }

  /** Runs all operations in a callback of the base. */
  private void scarce(final EventBase base, final int memory, final IntConsumer operation) {
    base.execute(
        () -> {
          if (memory >= 0) {
            fill(memory);
          }
          final int max = failures + FAILURES;
          Arrays.fill(done, false);
          for (int i = 0; i < OPERATIONS && failures < max; i++) {
            try {
              operation.accept(i);
              done[i] = true;
            } catch (final OutOfMemoryError e) {
              failures++;
            } catch (final ErrnoException e) {
              // of memory outside the heap, which ends as the heap does here
              check(e.errno() == Errno.ENOMEM, e.getMessage());
              failures++;
            }
          }
          hoard = null;
        });
    base.loop(EventBase.LOOP_NONBLOCK);
    while (base.eventCount(EventBase.COUNT_ACTIVE) > 0) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  /** Each array refers to the one before it, so that nothing else is needed to hold them. */
  private void fill(final int left) {
    byte[] slack = new byte[left + 1];
    for (int size = 1 << 16; size >= 1; size >>= 8) {
      try {
        while (true) {
          final Object[] more = new Object[size];
          more[0] = hoard;
          hoard = more;
        }
      } catch (final OutOfMemoryError full) {
        continue;
      }
    }
    slack[left] = 1; // it was needed until now
    slack = null;
  }

  private static void check(final boolean holds, final String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private void tasks(final int memory) {
    try (EventBase base = new EventBase()) {
      final int[] ran = new int[OPERATIONS];
      final List<Runnable> tasks = new ArrayList<>();
      for (int i = 0; i < OPERATIONS; i++) {
        final int number = i;
        tasks.add(() -> ran[number]++);
      }
      scarce(base, memory, i -> base.execute(tasks.get(i)));
      base.loop(EventBase.LOOP_NONBLOCK);
      for (int i = 0; i < OPERATIONS; i++) {
        check(ran[i] == (done[i] ? 1 : 0), "task " + i + " ran " + ran[i]);
      }
    }
  }

  private void timers(final int memory) {
    try (EventBase base = new EventBase()) {
      final int[] fired = new int[OPERATIONS];
      final List<Event> timers = timers(base, fired);
      // Ascending ones, then some that come before them, then any.
      scarce(base, memory, i -> timers.get(i).addNanos(deadline(i)));
      finish(base, timers, fired);
    }
  }

  private static long deadline(final int i) {
    return 2_000_000 + (i < 200 ? i * 1000L : i < 400 ? i : i * 7919L % 100_000);
  }

  private void commonTimeouts(final int memory) {
    try (EventBase base = new EventBase()) {
      final CommonTimeout[] durations = new CommonTimeout[40];
      for (int i = 0; i < durations.length; i++) {
        durations[i] = base.initCommonTimeout(Duration.ofMillis(3 + i));
      }
      final int[] fired = new int[OPERATIONS];
      final List<Event> timers = timers(base, fired);
      scarce(base, memory, i -> timers.get(i).add(durations[i * 7 % durations.length]));
      finish(base, timers, fired);
    }
  }

  private static List<Event> timers(final EventBase base, final int[] fired) {
    final List<Event> timers = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      final int number = i;
      timers.add(base.newTimer((event, what) -> fired[number]++));
    }
    return timers;
  }

  private void finish(final EventBase base, final List<Event> events, final int[] fired) {
    int expected = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      check(events.get(i).isPending() == (done[i] && fired[i] == 0), "event " + i + " is pending");
      expected += events.get(i).isPending() ? 1 : 0;
    }
    check(base.eventCount(EventBase.COUNT_ADDED) == expected, "count of events");
    base.dispatch();
    for (int i = 0; i < OPERATIONS; i++) {
      check(fired[i] == (done[i] ? 1 : 0), "event " + i + " fired " + fired[i]);
    }
    check(base.eventCount(EventBase.COUNT_ADDED) == 0, "count of events at the end");
    events.forEach(Event::close);
  }

  private void readiness(final int memory) {
    try (EventBase base = new EventBase()) {
      final List<NetSocket> sockets = new ArrayList<>();
      final List<Event> events = new ArrayList<>();
      for (int i = 0; i < 70; i++) {
        sockets.addAll(Arrays.asList(base.sockets().pair()));
      }
      final int[] ready = new int[OPERATIONS];
      for (int i = 0; i < OPERATIONS; i++) {
        final int number = i;
        final NetSocket socket = sockets.get(i % sockets.size());
        events.add(base.newEvent(socket, Event.WRITE, (event, what) -> ready[number]++));
      }
      scarce(base, memory, i -> events.get(i).add());
      finish(base, events, ready);
      sockets.forEach(NetSocket::close);
    }
  }

  private void buffers(final int memory) {
    try (EventBase base = new EventBase();
        EventBuffer buffer = new EventBuffer(base);
        EventBuffer other = new EventBuffer(base)) {
      final byte[] bytes = new byte[500];
      scarce(
          base,
          memory,
          i -> {
            if (i % 3 == 2) {
              other.addBufferReference(buffer);
              other.drain(Long.MAX_VALUE);
            } else {
              buffer.add(bytes, 0, i % 500);
            }
          });
      final long expected =
          IntStream.range(0, OPERATIONS).filter(i -> done[i] && i % 3 != 2).map(i -> i % 500).sum();
      check(buffer.length() == expected, "length " + buffer.length() + " of " + expected);
      check(buffer.remove(new byte[(int) expected]) == expected, "the bytes are there");
    }
  }

  private void streams(final int memory) {
    try (EventBase base = new EventBase()) {
      final NetSocket[] pair = base.sockets().pair();
      final BufferEvent[] ends = new BufferEvent[2];
      for (int i = 0; i < 2; i++) {
        ends[i] = BufferEvent.socket(base, pair[i], BufferEvent.CLOSE_ON_FREE);
      }
      final long[] received = new long[1];
      ends[1].setCallbacks(
          self -> received[0] += self.input().drain(Long.MAX_VALUE), null, (self, what) -> {});
      ends[1].enable(Event.READ);
      final byte[] bytes = new byte[100];
      scarce(base, memory, i -> ends[0].write(bytes));
      long expected = 0;
      for (final boolean each : done) {
        expected += each ? bytes.length : 0;
      }
      for (int i = 0; i < 1000 && received[0] < expected; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      check(received[0] == expected, "received " + received[0] + " of " + expected);
      ends[0].close();
      ends[1].close();
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }
}
