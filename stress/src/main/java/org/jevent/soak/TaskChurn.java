package org.jevent.soak;

import java.util.concurrent.locks.LockSupport;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;

/** Another thread executes tasks, adds and deletes events, and writes to a thread-safe stream. */
final class TaskChurn extends Churn {
  private static final int TASKS = 100;
  private static final long PAUSE = 500_000;

  TaskChurn(final Ground ground) {
    super(ground);
  }

  @Override
  void round() {
    final Outside outside = new Outside();
    final Thread thread = new Thread(outside, "soak-outside");
    outside.thread = thread;
    thread.setDaemon(true);
    thread.start();
  }

  private final class Outside implements Runnable {
    private final BufferEvent[] ends = Ends.joined(TaskChurn.this, BufferEvent.THREADSAFE);
    private final int seed = random.nextInt();
    private final byte[] scratch = new byte[4096];
    private final Event event = base.newUserEvent((self, what) -> {});
    private Thread thread;
    private int expected;
    private long sent;
    private long arrived;
    private boolean written;

    Outside() {
      ends[1].setCallbacks(self -> take(), null, (self, what) -> fail(Ends.text(what, self)));
      ends[1].enable(Event.READ);
    }

    @Override
    public void run() {
      for (int i = 0; i < TASKS; i++) {
        final int number = i;
        base.execute(() -> inOrder(number));
        final byte[] piece = Pattern.bytes(seed, sent, 1 + i * 16);
        ends[0].write(piece);
        sent += piece.length;
        event.add(java.time.Duration.ofMillis(1));
        event.activate(Event.TIMEOUT);
        if (i % 8 == 0) {
          event.delete();
          LockSupport.parkNanos(PAUSE);
        }
      }
      event.close();
      final long total = sent;
      base.execute(() -> written(total));
    }

    private void inOrder(final int number) {
      if (number != expected++) {
        fail("task " + number + " runs instead of " + (expected - 1));
      }
    }

    private void take() {
      int count = ends[1].read(scratch);
      while (count > 0) {
        if (Pattern.mismatch(seed, arrived, scratch, count) >= 0) {
          fail("wrong bytes after " + arrived);
        }
        arrived += count;
        checked(count);
        count = ends[1].read(scratch);
      }
      endIfComplete();
    }

    private void written(final long total) {
      if (expected != TASKS) {
        fail(expected + " of " + TASKS + " tasks have run");
      }
      written = true;
      sent = total;
      endIfComplete();
    }

    private void endIfComplete() {
      if (written && arrived == sent) {
        ends[0].close();
        ends[1].close();
        try {
          thread.join();
        } catch (final InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        over();
      }
    }
  }
}
