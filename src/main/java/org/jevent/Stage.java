package org.jevent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jevent.engine.Engine;
import org.jevent.loop.Backstage;
import org.jevent.loop.Job;
import org.jevent.loop.Step;

/** The loop's side of what buffers, buffer events and listeners stand on. */
final class Stage implements Backstage {
  private static final int MAX_LAST_ENTERS = 8;

  private final EventBase base;
  private final Engine engine;
  private final Lock lock;
  private final Map<Class<?>, AutoCloseable> resources = new LinkedHashMap<>();

  /** The loop's thread only. */
  private Step[] steps = new Step[64];

  private int stepCount;
  private StageJob[] reported = new StageJob[64];
  private int reportedCount;
  private int waiting;

  /** Guarded by the lock. */
  private final List<Step> fromOutside = new ArrayList<>();

  Stage(final EventBase base, final Engine engine, final Lock lock) {
    this.base = base;
    this.engine = engine;
    this.lock = lock;
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
    return new StageJob(base, source, kind, action);
  }

  @Override
  public void report(final Object source, final Exception exception) {
    base.loop.report(source, exception);
  }

  // ---- steps ----

  @Override
  public void later(final Step step) {
    if (inLoop()) {
      if (stepCount == steps.length) {
        steps = Arrays.copyOf(steps, stepCount * 2);
      }
      steps[stepCount++] = step;
      return;
    }
    lock.lock();
    try {
      if (!base.isClosed()) {
        fromOutside.add(step);
        base.loop.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Runs all steps; called with the lock held, which is released meanwhile. */
  void runSteps() {
    if (!fromOutside.isEmpty()) {
      takeFromOutside();
    }
    if (stepCount == 0) {
      return;
    }
    lock.unlock();
    try {
      for (int i = 0; i < stepCount; i++) {
        final Step step = steps[i];
        steps[i] = null;
        run(step);
      }
      stepCount = 0;
    } finally {
      lock.lock();
    }
  }

  private void takeFromOutside() {
    final int total = stepCount + fromOutside.size();
    if (total > steps.length) {
      steps = Arrays.copyOf(steps, Math.max(total, steps.length * 2));
    }
    for (final Step step : fromOutside) {
      steps[stepCount++] = step;
    }
    fromOutside.clear();
  }

  private void run(final Step step) {
    try {
      step.step();
    } catch (final Exception e) {
      base.loop.report(step, e);
    } catch (final Error e) {
      base.loop.fail(e);
    }
  }

  /** Steps have been asked for from outside and nobody has looked at them yet. */
  boolean hasStepsFromOutside() {
    return !fromOutside.isEmpty();
  }

  // ---- what the engine has found ----

  void reported(final StageJob job) {
    if (reportedCount == reported.length) {
      reported = Arrays.copyOf(reported, reportedCount * 2);
    }
    reported[reportedCount++] = job;
  }

  /** Called with the lock held, after the wait. */
  void deliverReports() {
    for (int i = 0; i < reportedCount; i++) {
      final StageJob job = reported[i];
      reported[i] = null;
      job.reported = false;
      if (job.queued == 0) {
        base.registry.active.add(job);
      }
    }
    reportedCount = 0;
  }

  @Override
  public void addWaiting(final int by) {
    waiting += by;
  }

  int waiting() {
    return waiting;
  }

  // ---- the end ----

  @Override
  public <T extends AutoCloseable> T resource(
      final Class<T> kind, final Function<Backstage, T> maker) {
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

  /** Something was asked for, or the engine has not told of its end, such as that of a close. */
  private boolean hasUnfinished() {
    return stepCount > 0 || !fromOutside.isEmpty() || waiting > 0;
  }

  /**
   * Carries out what was asked for and closes the resources. Called with the lock held, while no
   * loop runs and none will.
   */
  void close() {
    base.loop.own(true);
    for (int i = 0; i < MAX_LAST_ENTERS && hasUnfinished(); i++) {
      runSteps();
      lock.unlock();
      try {
        engine.enter(0);
      } finally {
        lock.lock();
      }
      reportedCount = 0;
    }
    base.loop.own(false);
    for (final AutoCloseable resource : resources.values()) {
      try {
        resource.close();
      } catch (final Exception e) {
        base.loop.reportUnlocked(resource, e);
      }
    }
    resources.clear();
  }
}
