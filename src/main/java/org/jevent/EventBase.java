package org.jevent;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.LoopServices;

/**
 * A set of events and the loop that waits for them: libevent's {@code struct event_base}.
 *
 * <p>One thread at a time runs the loop ({@link #dispatch}) and all callbacks. Every other method
 * may be called by any thread, and the loop takes notice at once; with {@link EventConfig#noLock}
 * everything belongs to one thread. No lock is held while a callback runs.
 *
 * <p>A closed base answers with {@link IllegalStateException} whatever would need its loop; what
 * only asks still has an answer.
 *
 * <p>An exception that a callback throws goes to the base's {@link ExceptionHandler} and the loop
 * lives on; an {@link Error} ends the loop and surfaces from {@link #dispatch}.
 */
public final class EventBase implements Executor, AutoCloseable {
  /** Waits until something is active, runs it, returns; {@code EVLOOP_ONCE}. */
  public static final int LOOP_ONCE = 0x01;

  /** Runs what is active now, returns without waiting; {@code EVLOOP_NONBLOCK}. */
  public static final int LOOP_NONBLOCK = 0x02;

  /** Waits even if no event is pending; {@code EVLOOP_NO_EXIT_ON_EMPTY}. */
  public static final int LOOP_NO_EXIT_ON_EMPTY = 0x04;

  /** Feature: edge-triggered events; {@code EV_FEATURE_ET}. */
  public static final int FEATURE_ET = Engine.FEATURE_ET;

  /** Feature: an event's cost does not depend on how many are watched; {@code EV_FEATURE_O1}. */
  public static final int FEATURE_O1 = Engine.FEATURE_O1;

  /** Feature: any descriptor can be watched, files included; {@code EV_FEATURE_FDS}. */
  public static final int FEATURE_FDS = Engine.FEATURE_FDS;

  /** Feature: {@link Event#CLOSED} is reported; {@code EV_FEATURE_EARLY_CLOSE}. */
  public static final int FEATURE_EARLY_CLOSE = Engine.FEATURE_EARLY_CLOSE;

  /** Counts active events; {@code EVENT_BASE_COUNT_ACTIVE}. */
  public static final int COUNT_ACTIVE = 1;

  /** Counts virtual events; {@code EVENT_BASE_COUNT_VIRTUAL}. */
  public static final int COUNT_VIRTUAL = 2;

  /** Counts added conditions, a time-out as one more; {@code EVENT_BASE_COUNT_ADDED}. */
  public static final int COUNT_ADDED = 4;

  final Loop loop;
  final EventStates states;
  final Watchers watchers;
  final Clock clock;
  final LogCallback log;
  final LoopServicesImpl services;
  private final Engine engine;
  private final Lock lock;
  final TaskQueue tasks;
  private final boolean debug;
  private volatile ExceptionHandler exceptionHandler;
  private volatile boolean closed;

  /** A base with the default configuration; {@code event_base_new}. */
  public EventBase() {
    this(new EventConfig());
  }

  /**
   * A base as configured; {@code event_base_new_with_config}.
   *
   * @throws org.jevent.error.EngineUnavailableException if no method satisfies the configuration
   */
  public EventBase(final EventConfig config) {
    Objects.requireNonNull(config, "config");
    log = SystemLog.guard(config.log);
    debug = config.debug;
    exceptionHandler =
        config.exceptionHandler != null ? config.exceptionHandler : this::logException;
    lock = new Lock(!config.noLock);
    engine = Engines.open(config.request(), config.providers);
    clock = new Clock(engine, !config.noCacheTime);
    states = new EventStates(this, engine, lock, config.priorities);
    watchers = new Watchers(lock);
    services = new LoopServicesImpl(this, engine, lock);
    loop =
        new Loop(
            this,
            engine,
            lock,
            new Loop.Limits(
                config.dispatchIntervalNanos,
                config.dispatchCallbacks,
                config.dispatchFromPriority));
    tasks = new TaskQueue(this, defaultPriority());
  }

  private void logException(final Object source, final Exception exception) {
    log.log(
        LogCallback.Severity.ERROR,
        "exception in a callback of " + SystemLog.name(source),
        exception);
  }

  // ---- method and features ----

  /**
   * All methods that this platform knows, in order of preference; {@code
   * event_get_supported_methods}.
   */
  public static List<MethodInfo> supportedMethods() {
    return MethodInfo.all();
  }

  /** The method in use, such as {@code epoll}; {@code event_base_get_method}. */
  public String method() {
    return engine.name();
  }

  /** The features of the method in use; {@code event_base_get_features}. */
  public int features() {
    return engine.features();
  }

  /** The services of this base for the library's other packages. */
  @SuppressWarnings("exports")
  public LoopServices services() {
    return services;
  }

  /** Whether the caller runs inside this base's loop. */
  public boolean inLoop() {
    return loop.inLoop();
  }

  // ---- events ----

  /**
   * An event for a handle.
   *
   * @param mask {@link Event#READ}, {@link Event#WRITE} and {@link Event#CLOSED}, with {@link
   *     Event#PERSIST}, {@link Event#ET}, {@link Event#FINALIZE}
   * @throws UnsupportedOperationException if the method cannot do that: see {@link #features}
   */
  public Event newEvent(final Handle handle, final int mask, final EventCallback callback) {
    Objects.requireNonNull(handle, "handle");
    Objects.requireNonNull(callback, "callback");
    Masks.requireWithin(
        "mask", mask, Event.IO | Event.TIMEOUT | Event.PERSIST | Event.ET | Event.FINALIZE);
    Masks.requireSupported(mask, engine);
    if (handle.channel() == null && handle.descriptor() < 0) {
      throw new IllegalArgumentException(
          "handle " + handle + " has no channel, and descriptor " + handle.descriptor());
    }
    if (handle.channel() == null && engine.binding().equals("none")) {
      throw new UnsupportedOperationException(
          "method " + method() + " cannot watch " + handle + ": only channels");
    }
    return new Event(this, handle, -1, mask, callback);
  }

  /** An event for a raw descriptor. */
  public Event newEvent(final int descriptor, final int mask, final EventCallback callback) {
    return newEvent(Handle.of(descriptor), mask, callback);
  }

  /** An event for an NIO channel, which must be non-blocking. */
  public Event newEvent(
      final SelectableChannel channel, final int mask, final EventCallback callback) {
    return newEvent(Handle.of(channel), mask, callback);
  }

  /** A timer that fires once for each {@code add}; {@code evtimer_new}. */
  public Event newTimer(final EventCallback callback) {
    return new Event(this, null, -1, Event.TIMEOUT, callback);
  }

  /** A timer that fires at the interval it is added with, until deleted. */
  public Event newPeriodicTimer(final EventCallback callback) {
    return new Event(this, null, -1, Event.TIMEOUT | Event.PERSIST, callback);
  }

  /**
   * A persistent event for a signal; {@code evsignal_new}. Several bases may watch one signal. Of
   * several copies of this library in the process, each in a separate class loader, the one that
   * began last gets it. The former action of the signal is restored once no event watches it.
   *
   * <p>Signals that the JVM or the system reserves cannot be watched: adding the event throws
   * {@link org.jevent.error.ErrnoException} with EINVAL, which names the signal and the reason.
   * They are SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSTOP and the one that suspends threads
   * (SIGUSR2, or what {@code _JAVA_SR_SIGNUM} names). So are the signal that the JDK uses (62 on
   * Linux, SIGIO on macOS and the BSDs) and, on ppc64, SIGTRAP. The method {@code nio} has no
   * others than those of {@link Signals}, and not {@link Signals#QUIT}.
   *
   * @param number the platform's number, such as {@code Signals.INT.number(base)}
   */
  public Event newSignal(final int number, final EventCallback callback) {
    return newSignal(number, Event.SIGNAL | Event.PERSIST, callback);
  }

  /**
   * An event for a signal with {@link Event#SIGNAL}, {@link Event#PERSIST} and {@link
   * Event#FINALIZE} as given.
   */
  public Event newSignal(final int number, final int mask, final EventCallback callback) {
    Arguments.atLeast("number", number, 1);
    Masks.requireWithin(
        "mask", mask, Event.SIGNAL | Event.TIMEOUT | Event.PERSIST | Event.FINALIZE);
    return new Event(this, null, number, mask | Event.SIGNAL, callback);
  }

  /** An event that only {@link Event#activate} makes active; {@code evuser_new}. */
  public Event newUserEvent(final EventCallback callback) {
    return new Event(this, null, -1, 0, callback);
  }

  /**
   * Work that the loop does once after each {@link DeferredCallback#schedule}, with the middle
   * priority.
   */
  public DeferredCallback newDeferred(final Runnable action) {
    return new DeferredCallback(this, defaultPriority(), action);
  }

  /**
   * Waits for a handle, or for time to pass, and calls back once; there is nothing to close. {@code
   * event_base_once}.
   *
   * @param handle what to watch, or null with {@link Event#TIMEOUT} alone
   * @param mask {@link Event#READ}, {@link Event#WRITE}, {@link Event#CLOSED}, {@link
   *     Event#TIMEOUT}
   * @param timeout null: without limit, and with {@link Event#TIMEOUT} alone at once
   */
  public void once(
      final Handle handle, final int mask, final Duration timeout, final EventCallback callback) {
    OneShotEvents.add(this, handle, mask, timeout, callback);
  }

  /**
   * Runs a task in the loop, in the order of the calls. Any thread; the loop wakes. What no loop
   * has run is run by {@link #close}.
   *
   * @throws IllegalStateException if the base is closed or being closed: the task will not run
   */
  @Override
  public void execute(final Runnable task) {
    Objects.requireNonNull(task, "task");
    StackReserve.medium();
    if (tasks.add(task)) {
      lock.lock();
      try {
        tasks.activate();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Events that wait for exactly this long share a queue from now on; {@code
   * event_base_init_common_timeout}. At most 256 different ones.
   */
  public CommonTimeout initCommonTimeout(final Duration duration) {
    final long nanos = Clock.nanos("duration", duration);
    lock.lock();
    try {
      return states.initCommonTimeout(nanos);
    } finally {
      lock.unlock();
    }
  }

  /** Runs before each wait; {@code evwatch_prepare_new}. */
  public Watcher watchPrepare(final Watcher.Prepare prepare) {
    return watchers.add(new Watcher(this, Objects.requireNonNull(prepare, "prepare"), null));
  }

  /** Runs after each wait; {@code evwatch_check_new}. */
  public Watcher watchCheck(final Watcher.Check check) {
    return watchers.add(new Watcher(this, null, Objects.requireNonNull(check, "check")));
  }

  // ---- running ----

  /**
   * Runs the loop until it is stopped or nothing is left to wait for; {@code event_base_dispatch}.
   *
   * <p>One thread may run it now and another one later: what is pending or under way moves along.
   *
   * <p>Interrupts are the program's own. An interrupt before or during a wait ends neither the wait
   * nor the loop, with any method. Operations under way are not affected. The thread's interrupt
   * status stays set for callbacks and the caller, who alone can clear it. {@link #loopBreak} and
   * {@link #loopExit} end a loop from another thread.
   *
   * <p>Run it in a platform thread. A native method waits outside of Java, so a virtual thread pins
   * its carrier while the loop runs. Other virtual threads may then find no carrier.
   *
   * @throws IllegalStateException if it is running already, or the base is closed
   */
  public LoopResult dispatch() {
    return loop.run(0);
  }

  /**
   * Runs the loop; {@code event_base_loop}.
   *
   * @param flags a union of {@link #LOOP_ONCE}, {@link #LOOP_NONBLOCK}, {@link
   *     #LOOP_NO_EXIT_ON_EMPTY}
   * @throws IllegalStateException if it is running already, or the base is closed
   * @see #dispatch
   */
  public LoopResult loop(final int flags) {
    Arguments.bits(
        "flags",
        flags,
        LOOP_ONCE | LOOP_NONBLOCK | LOOP_NO_EXIT_ON_EMPTY,
        "LOOP_ONCE|LOOP_NONBLOCK|LOOP_NO_EXIT_ON_EMPTY (0x7)");
    return loop.run(flags);
  }

  /**
   * Ends the loop after the callbacks of this iteration; {@code event_base_loopexit(base, NULL)}.
   */
  public void loopExit() {
    lock.lock();
    try {
      requireOpen("loopExit");
      if (loop.running()) {
        loop.requestExit();
      } else {
        once(null, Event.TIMEOUT, null, (event, what) -> loop.requestExit());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the loop after that time, once the callbacks of that iteration have run; {@code
   * event_base_loopexit}.
   */
  public void loopExit(final Duration delay) {
    final long nanos = Clock.nanos("delay", delay);
    if (nanos == 0) {
      loopExit();
    } else {
      newTimer((event, what) -> loop.requestExit()).addNanos(nanos);
    }
  }

  /** Ends the loop as soon as the running callback returns; {@code event_base_loopbreak}. */
  public void loopBreak() {
    lock.lock();
    try {
      requireOpen("loopBreak");
      loop.requestBreak();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Polls again as soon as the running callback returns, starting over with the most urgent events;
   * {@code event_base_loopcontinue}.
   */
  public void loopContinue() {
    lock.lock();
    try {
      requireOpen("loopContinue");
      loop.requestContinue();
    } finally {
      lock.unlock();
    }
  }

  /** The last loop ended by {@link #loopExit}; {@code event_base_got_exit}. */
  public boolean gotExit() {
    return loop.exiting();
  }

  /** The last loop ended by {@link #loopBreak}; {@code event_base_got_break}. */
  public boolean gotBreak() {
    return loop.breaking();
  }

  // ---- time ----

  /**
   * The time at which this iteration's wait returned, inside callbacks; else the current time.
   * {@code event_base_gettimeofday_cached}.
   */
  public Instant cachedTime() {
    lock.lock();
    try {
      return engine.wallTime().minusNanos(clock.read() - clock.now());
    } finally {
      lock.unlock();
    }
  }

  /** The monotonic time in nanoseconds since the base was made, cached like {@link #cachedTime}. */
  public long cachedNanos() {
    lock.lock();
    try {
      return clock.now();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sets the cached time to the current time, inside callbacks; {@code
   * event_base_update_cache_time}.
   */
  public void updateCachedTime() {
    lock.lock();
    try {
      if (loop.running()) {
        clock.update();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- priorities ----

  /** How many priorities there are; {@code event_base_get_npriorities}. */
  public int priorities() {
    return states.active.priorities();
  }

  /**
   * Changes the number of priorities; events that exist keep theirs, those beyond the new number
   * run as the least urgent. {@code event_base_priority_init}.
   *
   * @throws IllegalStateException while something is active
   */
  public void priorities(final int count) {
    EventConfig.requirePriorities(count);
    lock.lock();
    try {
      requireOpen("set priorities");
      if (states.active.count() > 0 || loop.processing()) {
        throw new IllegalStateException(
            "priorities(" + count + "): their number cannot change while events are active");
      }
      states.active.resize(count);
      tasks.priority = count / 2;
    } finally {
      lock.unlock();
    }
  }

  int defaultPriority() {
    return states.active.priorities() / 2;
  }

  // ---- looking inside ----

  /**
   * How many there are; {@code event_base_get_num_events}. {@code which}: a union of {@link
   * #COUNT_ACTIVE} and its relatives.
   */
  public int eventCount(final int which) {
    lock.lock();
    try {
      return states.count(which);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The most there have been, counting anew from now if {@code clear}; {@code
   * event_base_get_max_events}.
   */
  public int maxEventCount(final int which, final boolean clear) {
    lock.lock();
    try {
      return states.maximum(which, clear);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Shows each pending or active event once, until {@code visitor} returns false; {@code
   * event_base_foreach_event}. It must not change events.
   *
   * @return false if the visitor ended it
   */
  public boolean foreachEvent(final Predicate<Event> visitor) {
    Objects.requireNonNull(visitor, "visitor");
    lock.lock();
    try {
      return EventDump.events(states).stream().allMatch(visitor);
    } finally {
      lock.unlock();
    }
  }

  /** Writes all pending and active events for a person to read; {@code event_base_dump_events}. */
  public void dumpEvents(final Appendable out) {
    Objects.requireNonNull(out, "out");
    lock.lock();
    try {
      EventDump.dump(states, clock.now(), out);
    } finally {
      lock.unlock();
    }
  }

  /** The event whose callback runs now, or null; {@code event_base_get_running_event}. */
  public Event runningEvent() {
    lock.lock();
    try {
      return loop.current() instanceof Event event ? event : null;
    } finally {
      lock.unlock();
    }
  }

  /** Activates the pending events of a handle that match; {@code event_base_active_by_fd}. */
  public void activateByHandle(final Handle handle, final int what) {
    states.activateByHandle(Objects.requireNonNull(handle, "handle"), what);
  }

  /** Activates the pending events of a signal; {@code event_base_active_by_signal}. */
  public void activateBySignal(final int number) {
    states.activateBySignal(number);
  }

  /**
   * Keeps the loop alive for work that will complete from elsewhere, until {@link #removeVirtual}.
   */
  public void addVirtual() {
    changeVirtual(1);
  }

  /**
   * Ends one {@link #addVirtual}.
   *
   * @throws IllegalStateException if none is left
   */
  public void removeVirtual() {
    changeVirtual(-1);
  }

  private void changeVirtual(final int by) {
    lock.lock();
    try {
      requireOpen("count a virtual event");
      states.addVirtual(by);
      loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  /** Sets the handler of the exceptions of callbacks. */
  public void exceptionHandler(final ExceptionHandler handler) {
    exceptionHandler = Objects.requireNonNull(handler, "handler");
  }

  ExceptionHandler exceptionHandler() {
    return exceptionHandler;
  }

  // ---- the end ----

  /**
   * Frees everything; {@code event_base_free}. A loop that runs in another thread is broken and
   * waited for. Tasks of {@link #execute} that are left run in this thread, before anything is
   * freed. Finalizers that are due run after that, when the base is closed. Events are no longer
   * pending; handles stay open. A second call does nothing, but waits for the first one's tasks.
   * Every part of the ending is carried out, whatever another part throws; the first failure
   * surfaces when all are done.
   *
   * <p>Do not call it in a shutdown hook if a callback may call {@code System.exit}: that waits for
   * the hook, which would wait for the loop. A hook only calls {@link #loopBreak}.
   *
   * @throws IllegalStateException if called inside this base's loop
   */
  @Override
  public void close() {
    close(true);
  }

  /** As {@link #close}, without running finalizers; {@code event_base_free_nofinalize}. */
  public void closeNoFinalize() {
    close(false);
  }

  private void close(final boolean finalizers) {
    StackReserve.largest();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      loop.stopAndAwait();
      if (!closed) {
        closeAll(finalizers);
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeAll(final boolean finalizers) {
    final Cleanup cleanup = new Cleanup();
    cleanup.run(this::runLastTasks);
    closed = true; // from here on nothing can be added, not even by finalizers
    cleanup.run(watchers::clear);
    cleanup.run(services::finish);
    cleanup.run(services::closeResources);
    cleanup.run(() -> loop.drop(finalizers));
    cleanup.run(engine::close);
    cleanup.run(loop::rethrow);
    cleanup.rethrow();
  }

  private void runLastTasks() {
    loop.bindThread(true);
    try {
      tasks.close();
    } finally {
      loop.bindThread(false);
    }
  }

  /** True after {@link #close}. */
  public boolean isClosed() {
    return closed;
  }

  void requireOpen(final String operation) {
    requireOpen(operation, "");
  }

  /** The message is only formatted when it is needed, as hot paths call this. */
  void requireOpen(final String operation, final Object subject) {
    if (closed) {
      throw new IllegalStateException(
          (operation + " " + subject).stripTrailing() + ": the base is closed");
    }
  }

  void debug(final String what, final Event event) {
    if (debug) {
      log.log(LogCallback.Severity.DEBUG, what + " " + SystemLog.name(event), null);
    }
  }

  @Override
  public String toString() {
    return "event base (" + method() + ")";
  }
}
