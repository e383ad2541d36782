package org.jevent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;

/** The loop's implementation of the services that buffers, buffer events and listeners use. */
final class LoopServicesImpl implements LoopServices {
  private static final int MAX_LAST_ENTERS = 8;

  private final EventBase base;
  private final Engine engine;
  private final Lock lock;
  private final Map<Class<?>, AutoCloseable> resources = new LinkedHashMap<>();

  /** The loop's thread only. */
  private PrePollTask[] prePollTasks = new PrePollTask[64];

  private int prePollCount;
  private int nextPrePoll;
  private DeferredTask[] reported = new DeferredTask[64];
  private int reportedCount;
  private int refs;

  /** Guarded by the lock. */
  private final List<PrePollTask> crossThreadTasks = new ArrayList<>();

  LoopServicesImpl(final EventBase base, final Engine engine, final Lock lock) {
    this.base = base;
    this.engine = engine;
    this.lock = lock;
    engine.onThrown(this::thrown);
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public boolean inLoop() {
    return base.loop.inLoop();
  }

  @Override
  public boolean isClosed() {
    return base.isClosed();
  }

  @Override
  public void requireOpen(final String operation) {
    base.requireOpen(operation);
  }

  @Override
  public void requireLoopThread(final Object subject) {
    base.loop.requireThread(subject);
  }

  @Override
  public int priorities() {
    return base.priorities();
  }

  @Override
  public Job newJob(final Object source, final String kind, final Runnable action) {
    return new DeferredTask(base, source, kind, action);
  }

  @Override
  public void report(final Object source, final Throwable thrown) {
    base.loop.report(source, thrown);
  }

  /**
   * A completion has thrown. An exception belongs to the attachment if that can report it, such as
   * a stream by its event; else to the base's handler. An error also ends the loop.
   */
  private void thrown(final Attachment source, final Throwable thrown) {
    boolean reported = false;
    try {
      reported = source != null && source.completionFailed(thrown);
    } catch (final Throwable e) {
      thrown.addSuppressed(e);
    }
    if (!reported || thrown instanceof Error) {
      report(source == null ? engine.name() : source, thrown);
    }
  }

  @Override
  public void addVirtual(final int by) {
    lock.lock();
    try {
      if (!base.isClosed()) {
        base.states.addVirtual(by);
        base.loop.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void startTimer(final Event timer, final long nanos) {
    base.states.addUnlessClosed(timer, nanos);
  }

  // ---- pre-poll tasks ----

  @Override
  public void beforeNextPoll(final PrePollTask task) {
    if (inLoop()) {
      if (prePollCount == prePollTasks.length) {
        prePollTasks = Arrays.copyOf(prePollTasks, prePollCount * 2);
      }
      prePollTasks[prePollCount++] = task;
      return;
    }
    lock.lock();
    try {
      if (!base.isClosed()) {
        crossThreadTasks.add(task);
        base.loop.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Runs all pre-poll tasks. Called with the lock held; the lock is released while they run. */
  void runPrePollTasks() {
    if (!crossThreadTasks.isEmpty()) {
      takeCrossThreadTasks();
    }
    if (prePollCount == 0) {
      return;
    }
    lock.unlock();
    try {
      while (nextPrePoll < prePollCount) {
        final PrePollTask task = prePollTasks[nextPrePoll];
        prePollTasks[nextPrePoll++] = null;
        run(task);
      }
      nextPrePoll = 0;
      prePollCount = 0;
    } finally {
      lock.lock();
    }
  }

  private void takeCrossThreadTasks() {
    final int total = prePollCount + crossThreadTasks.size();
    if (total > prePollTasks.length) {
      prePollTasks = Arrays.copyOf(prePollTasks, Math.max(total, prePollTasks.length * 2));
    }
    for (final PrePollTask task : crossThreadTasks) {
      prePollTasks[prePollCount++] = task;
    }
    crossThreadTasks.clear();
  }

  private void run(final PrePollTask task) {
    try {
      task.beforePoll();
    } catch (final Throwable e) {
      base.loop.report(task, e);
    }
  }

  /** Other threads have queued tasks that the loop has not taken yet. */
  boolean hasCrossThreadTasks() {
    return !crossThreadTasks.isEmpty();
  }

  // ---- reports of the engine ----

  void reported(final DeferredTask job) {
    if (reportedCount == reported.length) {
      reported = Arrays.copyOf(reported, reportedCount * 2);
    }
    reported[reportedCount++] = job;
  }

  /** Called with the lock held, after the wait. */
  void deliverReports() {
    for (int i = 0; i < reportedCount; i++) {
      final DeferredTask job = reported[i];
      reported[i] = null;
      job.reported = false;
      if (job.queued == 0) {
        base.states.active.add(job);
      }
    }
    reportedCount = 0;
  }

  @Override
  public void ref() {
    refs++;
  }

  @Override
  public void unref() {
    refs--;
  }

  int refs() {
    return refs;
  }

  // ---- the end ----

  @Override
  public <T extends AutoCloseable> T resource(
      final Class<T> kind, final Function<LoopServices, T> maker) {
    lock.lock();
    try {
      base.requireOpen("use", kind.getSimpleName());
      AutoCloseable found = resources.get(kind);
      if (found == null) {
        found = maker.apply(this);
        resources.put(kind, found);
      }
      return kind.cast(found);
    } finally {
      lock.unlock();
    }
  }

  /** Work is queued, or the engine has not reported the end of an operation, such as a close. */
  private boolean hasUnfinished() {
    return prePollCount > 0 || !crossThreadTasks.isEmpty() || refs > 0;
  }

  /**
   * Carries out the queued work, such as the closing of sockets. Called with the lock held, while
   * no loop runs and none will.
   */
  void finish() {
    final Cleanup cleanup = new Cleanup();
    base.loop.bindThread(true);
    for (int i = 0; i < MAX_LAST_ENTERS && hasUnfinished(); i++) {
      cleanup.run(this::runPrePollTasks);
      lock.unlock();
      try {
        cleanup.run(() -> engine.enter(0)); // a failure may pass, and sockets wait to be closed
      } finally {
        lock.lock();
      }
      reportedCount = 0;
    }
    base.loop.bindThread(false);
    cleanup.rethrow();
  }

  /** Closes the resources in reverse order, as later ones depend on earlier ones. */
  void closeResources() {
    final List<AutoCloseable> all = new ArrayList<>(resources.values());
    resources.clear();
    for (int i = all.size() - 1; i >= 0; i--) {
      final AutoCloseable resource = all.get(i);
      try {
        resource.close();
      } catch (final Throwable e) {
        base.loop.reportUnlocked(resource, e);
      }
    }
  }
}
