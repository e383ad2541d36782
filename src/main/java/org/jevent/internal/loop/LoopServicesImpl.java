package org.jevent.internal.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.StackReserve;

/** The loop's implementation of the services that buffers, buffer events and listeners use. */
final class LoopServicesImpl implements LoopServices {
  private static final int MAX_LAST_ENTERS = 8;

  /** What is being closed gets more, as a descriptor would be left behind else. */
  private static final int MAX_CLOSING_ENTERS = 1000;

  private final EventLoop loop;
  private final Engine engine;
  private final LoopLock lock;
  private final LoopState state;
  private final Invoker invoker;
  private final Counts counts;
  private final ActiveQueues active;
  private final MemoryBudget memory;
  private final Map<Class<?>, AutoCloseable> resources = new LinkedHashMap<>();

  /** The loop's thread only. */
  private PrePollTask[] prePollTasks = new PrePollTask[64];

  private int prePollCount;
  private int nextPrePoll;
  private JobTask[] reported = new JobTask[64];
  private int reportedCount;

  /** Guarded by the list's monitor: other threads add to it when the base has no lock, too. */
  private final List<PrePollTask> crossThreadTasks = new ArrayList<>();

  /** Whether there are any, for the loop's thread. */
  private volatile boolean hasCrossThread;

  private final Invocable prePollRun =
      new Invocable() {
        @Override
        void call(final long argument) {
          callPrePollTasks();
        }
      };

  LoopServicesImpl(final EventLoop loop, final long maxBufferMemory) {
    this.loop = loop;
    engine = loop.engine;
    lock = loop.lock;
    state = loop.state;
    invoker = loop.invoker;
    counts = loop.counts;
    active = loop.active;
    memory = new MemoryBudget(this, maxBufferMemory);
    engine.onThrown(this::thrown);
  }

  EventLoop loop() {
    return loop;
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public LoopObserver observer() {
    return invoker.observer();
  }

  @Override
  public boolean inLoop() {
    return state.inLoop();
  }

  @Override
  public boolean isClosed() {
    return state.isClosed();
  }

  @Override
  public void requireOpen(final String operation) {
    state.requireOpen(operation);
  }

  @Override
  public void requireLoopThread(final Object subject) {
    state.requireThread(subject);
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  @Override
  public int priorities() {
    return active.priorities();
  }

  @Override
  public Job newJob(final Object source, final String kind, final Runnable action) {
    return new DeferredTask(loop, source, kind, action);
  }

  @Override
  public void report(final Object source, final Throwable thrown) {
    invoker.report(source, thrown);
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
      if (!state.isClosed()) {
        counts.addVirtual(by);
        state.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void startTimer(final EventNode timer, final long nanos) {
    loop.states.addUnlessClosed(timer, nanos);
  }

  @Override
  public void priority(final EventNode event, final int value) {
    loop.deferrals.setPriority(event, value);
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
    StackReserve.small();
    synchronized (crossThreadTasks) {
      if (state.isClosed()) {
        return;
      }
      crossThreadTasks.add(task);
      hasCrossThread = true;
    }
    state.wakeUpFromAnyThread();
  }

  /** Runs all pre-poll tasks. Called with the lock held; the lock is released while they run. */
  void runPrePollTasks() {
    if (hasCrossThread) {
      takeCrossThreadTasks();
    }
    if (prePollCount == 0) {
      return;
    }
    invoker.invoke(this, CallbackKind.PRE_POLL, prePollRun, 0);
  }

  private void callPrePollTasks() {
    assert state.inLoop() : this;
    while (nextPrePoll < prePollCount) {
      final PrePollTask task = prePollTasks[nextPrePoll];
      assert task != null : "task " + nextPrePoll + " of " + prePollCount + " ran already";
      prePollTasks[nextPrePoll++] = null;
      run(task);
    }
    nextPrePoll = 0;
    prePollCount = 0;
  }

  /** There are pre-poll tasks that the loop has not run yet. */
  boolean hasPrePollTasks() {
    return prePollCount > 0 || hasCrossThread;
  }

  private void takeCrossThreadTasks() {
    assert lock.isHeld() && state.inLoop() : this;
    synchronized (crossThreadTasks) {
      final int total = prePollCount + crossThreadTasks.size();
      if (total > prePollTasks.length) {
        prePollTasks = Arrays.copyOf(prePollTasks, Math.max(total, prePollTasks.length * 2));
      }
      for (final PrePollTask task : crossThreadTasks) {
        prePollTasks[prePollCount++] = task;
      }
      crossThreadTasks.clear();
      hasCrossThread = false;
    }
  }

  private void run(final PrePollTask task) {
    try {
      task.beforePoll();
    } catch (final Throwable e) {
      invoker.report(task, e);
    }
  }

  /** Other threads have queued tasks that the loop has not taken yet. */
  boolean hasCrossThreadTasks() {
    return hasCrossThread;
  }

  // ---- reports of the engine ----

  void reported(final JobTask job) {
    assert state.inLoop() && !job.reported : job;
    if (reportedCount == reported.length) {
      reported = Arrays.copyOf(reported, reportedCount * 2);
    }
    reported[reportedCount++] = job;
  }

  /** Called with the lock held, after the wait. */
  void deliverReports() {
    assert lock.isHeld() && state.inLoop() : this;
    for (int i = 0; i < reportedCount; i++) {
      final JobTask job = reported[i];
      reported[i] = null;
      assert job.reported : job;
      job.reported = false;
      if (job.queued == 0) {
        active.add(job);
      }
    }
    reportedCount = 0;
  }

  @Override
  public void ref() {
    assert !state.owned() || inLoop();
    counts.ref();
  }

  @Override
  public void unref() {
    assert !state.owned() || inLoop();
    counts.unref();
  }

  // ---- the end ----

  @Override
  public <T extends AutoCloseable> T resource(
      final Class<T> kind, final Function<LoopServices, T> maker) {
    lock.lock();
    try {
      state.requireOpen("use", kind.getSimpleName());
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
    return hasPrePollTasks() || counts.refs() > 0;
  }

  /**
   * Carries out the queued work, such as the closing of sockets. Called with the lock held, while
   * no loop runs and none will.
   */
  void finish() {
    assert lock.isHeld() && state.isClosed() : this;
    final Cleanup cleanup = new Cleanup();
    state.beginClosing();
    for (int i = 0; i < (engine.isClosing() ? MAX_CLOSING_ENTERS : MAX_LAST_ENTERS); i++) {
      if (!hasUnfinished()) {
        break;
      }
      cleanup.run(this::runPrePollTasks);
      lock.unlock();
      try {
        cleanup.run(() -> engine.enter(0)); // a failure may pass, and sockets wait to be closed
      } finally {
        lock.lock();
      }
      reportedCount = 0;
    }
    state.endClosing();
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
        invoker.reportUnlocked(resource, e);
      }
    }
  }

  @Override
  public String toString() {
    return "pre-poll tasks";
  }
}
