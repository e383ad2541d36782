package org.jevent.tls;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;

/**
 * What the TLS connections of a base share: arrays for one record, which are in use only within a
 * call, and the queue of those whose turn comes in a later iteration.
 */
final class TlsLoop implements AutoCloseable, PrePollTask {
  /** What a record needs at most, with what providers insist on. */
  static final int SCRATCH = 17 * 1024 + 512;

  /** Tasks of handshakes that run in one iteration: open connections wait for no more of them. */
  private static final int TASKS = 4;

  private static final int VIEWS = 64;

  private final LoopServices services;
  private final Scratch scratch = new Scratch();
  private final Job job;
  private List<TlsConnection> waiting = new ArrayList<>();
  private List<TlsConnection> running = new ArrayList<>();
  private int tasks;

  /** Arrays that one record passes through. */
  static final class Scratch {
    final ByteBuffer encrypted = ByteBuffer.allocate(SCRATCH);
    final ByteBuffer plain = ByteBuffer.allocate(SCRATCH);
    final ByteBuffer[] views = new ByteBuffer[VIEWS];
  }

  private TlsLoop(final LoopServices services) {
    this.services = services;
    job = services.newJob(this, "TLS", this::runWaiting);
  }

  static TlsLoop of(final LoopServices services) {
    return services.resource(TlsLoop.class, TlsLoop::new);
  }

  /** The loop's arrays; other threads, which only close streams and flush them, get their own. */
  Scratch scratch() {
    return services.inLoop() ? scratch : new Scratch();
  }

  /** Whether a task of a handshake may still run in this iteration. The loop's thread. */
  boolean mayRunTask() {
    if (tasks == TASKS) {
      return false;
    }
    if (tasks++ == 0) {
      services.beforeNextPoll(this);
    }
    return true;
  }

  /** The iteration ends. */
  @Override
  public void beforePoll() {
    tasks = 0;
  }

  /** Has the stream go on in the next iteration. */
  void later(final TlsConnection stream) {
    synchronized (this) {
      if (!stream.isQueued) {
        stream.isQueued = true;
        waiting.add(stream);
      }
    }
    job.scheduleAfterWait();
  }

  private void runWaiting() {
    synchronized (this) {
      final List<TlsConnection> due = waiting;
      waiting = running;
      running = due;
      due.forEach(each -> each.isQueued = false);
    }
    final Cleanup all = new Cleanup(); // what the callback of one throws does not stop the others
    running.forEach(each -> all.run(each::goOn));
    running.clear();
    all.rethrow();
  }

  @Override
  public void close() {
    job.cancel();
    job.closed();
    synchronized (this) {
      waiting.clear();
    }
  }

  @Override
  public String toString() {
    return "TLS";
  }
}
