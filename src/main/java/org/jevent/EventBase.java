package org.jevent;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.log.LibraryLog;
import org.jevent.internal.loop.Counts;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.loop.EventLoop;
import org.jevent.internal.loop.LoopSettings;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.resolver.JdkResolver;
import org.jevent.net.Handle;
import org.jevent.net.Resolver;
import org.jevent.net.Sockets;

/**
 * A set of events and the loop that waits for them: libevent's {@code struct event_base}.
 *
 * <p>One thread at a time runs the loop ({@link #dispatch}) and all callbacks. Every other method
 * may be called by any thread, and the loop takes notice at once; with {@link EventConfig#noLock}
 * everything but {@link #execute} belongs to one thread. No lock is held while a callback runs.
 *
 * <p>A closed base answers with {@link IllegalStateException} whatever would need its loop; what
 * only asks still has an answer.
 *
 * <p>An exception that a callback throws goes to the base's {@link ExceptionHandler} and the loop
 * lives on; an {@link Error} ends the loop and surfaces from {@link #dispatch}.
 */
public final class EventBase implements Executor, AutoCloseable {
  /**
   * Waits until something is active, runs it, returns; {@code EVLOOP_ONCE}. Bytes that arrive on a
   * buffer event without a read callback make nothing active.
   */
  public static final int LOOP_ONCE = EventLoop.ONCE;

  /** Runs what is active now, returns without waiting; {@code EVLOOP_NONBLOCK}. */
  public static final int LOOP_NONBLOCK = EventLoop.NONBLOCK;

  /** Waits even if no event is pending; {@code EVLOOP_NO_EXIT_ON_EMPTY}. */
  public static final int LOOP_NO_EXIT_ON_EMPTY = EventLoop.NO_EXIT_ON_EMPTY;

  /** Feature: edge-triggered events; {@code EV_FEATURE_ET}. */
  public static final int FEATURE_ET = Engine.FEATURE_ET;

  /** Feature: an event's cost does not depend on how many are watched; {@code EV_FEATURE_O1}. */
  public static final int FEATURE_O1 = Engine.FEATURE_O1;

  /** Feature: any descriptor can be watched, files included; {@code EV_FEATURE_FDS}. */
  public static final int FEATURE_FDS = Engine.FEATURE_FDS;

  /** Feature: {@link Event#CLOSED} is reported; {@code EV_FEATURE_EARLY_CLOSE}. */
  public static final int FEATURE_EARLY_CLOSE = Engine.FEATURE_EARLY_CLOSE;

  /** Counts active events; {@code EVENT_BASE_COUNT_ACTIVE}. */
  public static final int COUNT_ACTIVE = Counts.ACTIVE;

  /** Counts virtual events; {@code EVENT_BASE_COUNT_VIRTUAL}. */
  public static final int COUNT_VIRTUAL = Counts.VIRTUAL;

  /** Counts added conditions, a time-out as one more; {@code EVENT_BASE_COUNT_ADDED}. */
  public static final int COUNT_ADDED = Counts.ADDED;

  static {
    BaseAccess.set(base -> ((EventBase) base).loop);
  }

  private final EventLoop loop;
  private final Resolver resolver;
  private volatile ExceptionHandler exceptionHandler;

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
    final LibraryLog.Sink log = Logging.sink(config.log);
    exceptionHandler =
        config.exceptionHandler != null
            ? config.exceptionHandler
            : (source, exception) -> unhandled(log, source, exception);
    resolver = config.resolver;
    loop =
        open(
            Engines.open(config.request(), config.providers),
            new LoopSettings(
                !config.noLock,
                !config.noCacheTime,
                config.debug,
                config.priorities,
                config.maxBufferMemory,
                config.limits,
                log,
                (source, exception) -> exceptionHandler.handle(source, exception)));
  }

  /** A loop that cannot be made leaves no engine. */
  private static EventLoop open(final Engine engine, final LoopSettings settings) {
    try {
      return new EventLoop(engine, settings);
    } catch (final Throwable e) {
      try {
        engine.close();
      } catch (final RuntimeException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  private void unhandled(
      final LibraryLog.Sink log, final Object source, final Exception exception) {
    if (!loop.engine().takesUnhandled(exception)) {
      log.log(
          System.Logger.Level.ERROR,
          "exception in a callback of " + LibraryLog.name(source),
          exception);
    }
  }

  EventLoop loop() {
    return loop;
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
    return loop.engine().name();
  }

  /** The features of the method in use; {@code event_base_get_features}. */
  public int features() {
    return loop.engine().features();
  }

  /** Whether the caller runs inside this base's loop. */
  public boolean inLoop() {
    return loop.inLoop();
  }

  // ---- the network ----

  /**
   * Makes sockets of the kind that its method works with.
   *
   * @throws IllegalStateException if the base is closed
   */
  public Sockets sockets() {
    StackReserve.medium();
    loop.services().requireOpen("open a socket");
    return loop.engine().sockets();
  }

  /**
   * What looks host names up unless a program gives another: {@link EventConfig#resolver}.
   *
   * @throws IllegalStateException if it is the default, the JDK's, and the base is closed
   */
  public Resolver resolver() {
    final Resolver machine = resolver != null ? resolver : loop.engine().resolver();
    return machine != null ? machine : JdkResolver.of(loop.services());
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
        "mask", mask, Masks.IO | Event.TIMEOUT | Event.PERSIST | Event.ET | Event.FINALIZE);
    loop.requireSupported(mask);
    if (handle.channel() == null && handle.descriptor() < 0) {
      throw new IllegalArgumentException(
          "handle " + handle + " has no channel, and descriptor " + handle.descriptor());
    }
    if (handle.channel() == null && !loop.engine().watchesDescriptors()) {
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
    return new DeferredCallback(loop, action);
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
    Event.addOnce(this, handle, mask, timeout, callback);
  }

  /**
   * Runs a task in the loop, in the order of the calls. Any thread; the loop wakes. What no loop
   * has run is run by {@link #close}.
   *
   * @throws IllegalStateException if the base is closed or being closed: the task will not run
   */
  @Override
  public void execute(final Runnable task) {
    loop.execute(Objects.requireNonNull(task, "task"));
  }

  /**
   * Events that wait for exactly this long share a queue from now on; {@code
   * event_base_init_common_timeout}. At most 256 different ones.
   */
  public CommonTimeout initCommonTimeout(final Duration duration) {
    return (CommonTimeout)
        loop.commonTimeout(
            Durations.nanos("duration", duration), nanos -> new CommonTimeout(this, nanos));
  }

  /** Runs before each wait; {@code evwatch_prepare_new}. */
  public Watcher watchPrepare(final Watcher.Prepare prepare) {
    final Watcher watcher = new Watcher(this, Objects.requireNonNull(prepare, "prepare"), null);
    loop.watch(watcher);
    return watcher;
  }

  /** Runs after each wait; {@code evwatch_check_new}. */
  public Watcher watchCheck(final Watcher.Check check) {
    final Watcher watcher = new Watcher(this, null, Objects.requireNonNull(check, "check"));
    loop.watch(watcher);
    return watcher;
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
    return loop(0);
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
    return loop.run(flags) ? LoopResult.STOPPED : LoopResult.EMPTY;
  }

  /**
   * Ends the loop after the callbacks of this iteration; {@code event_base_loopexit(base, NULL)}.
   */
  public void loopExit() {
    loop.exit();
  }

  /**
   * Ends the loop after that time, once the callbacks of that iteration have run; {@code
   * event_base_loopexit}.
   */
  public void loopExit(final Duration delay) {
    final long nanos = Durations.nanos("delay", delay);
    if (nanos == 0) {
      loop.exit();
    } else {
      newTimer((event, what) -> loop.exitNow()).addNanos(nanos);
    }
  }

  /** Ends the loop as soon as the running callback returns; {@code event_base_loopbreak}. */
  public void loopBreak() {
    loop.breakLoop();
  }

  /**
   * Polls again as soon as the running callback returns, starting over with the most urgent events;
   * {@code event_base_loopcontinue}.
   */
  public void loopContinue() {
    loop.continueLoop();
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
    return loop.engine().wallTime().minusNanos(loop.cacheAgeNanos());
  }

  /** The monotonic time in nanoseconds since the base was made, cached like {@link #cachedTime}. */
  public long cachedNanos() {
    return loop.cachedNanos();
  }

  /**
   * Sets the cached time to the current time, inside callbacks; {@code
   * event_base_update_cache_time}.
   */
  public void updateCachedTime() {
    loop.updateCachedTime();
  }

  // ---- priorities ----

  /** How many priorities there are; {@code event_base_get_npriorities}. */
  public int priorities() {
    return loop.priorities();
  }

  /**
   * Changes the number of priorities; events that exist keep theirs, those beyond the new number
   * run as the least urgent. {@code event_base_priority_init}.
   *
   * @throws IllegalStateException while something is active
   */
  public void priorities(final int count) {
    loop.priorities(EventConfig.requirePriorities(count));
  }

  // ---- looking inside ----

  /**
   * How many there are; {@code event_base_get_num_events}. {@code which}: a union of {@link
   * #COUNT_ACTIVE} and its relatives.
   */
  public int eventCount(final int which) {
    return loop.count(which);
  }

  /**
   * The most there have been, counting anew from now if {@code clear}; {@code
   * event_base_get_max_events}.
   */
  public int maxEventCount(final int which, final boolean clear) {
    return loop.maximum(which, clear);
  }

  /**
   * Shows each pending or active event once, until {@code visitor} returns false; {@code
   * event_base_foreach_event}. It must not change events.
   *
   * @return false if the visitor ended it
   */
  public boolean foreachEvent(final Predicate<Event> visitor) {
    Objects.requireNonNull(visitor, "visitor");
    return loop.forEach(event -> visitor.test((Event) event));
  }

  /** Writes all pending and active events for a person to read; {@code event_base_dump_events}. */
  public void dumpEvents(final Appendable out) {
    loop.dump(Objects.requireNonNull(out, "out"));
  }

  /**
   * How many bytes of memory the base's buffers have taken, with what is kept ready for the next
   * ones; at most {@link #maxBufferMemory}, unless what is there needs more to be sent.
   */
  public long bufferMemory() {
    return loop.services().memory().used();
  }

  /** How many bytes of memory the base's buffers may take; {@link EventConfig#maxBufferMemory}. */
  public long maxBufferMemory() {
    return loop.services().memory().limit();
  }

  /** The event whose callback runs now, or null; {@code event_base_get_running_event}. */
  public Event runningEvent() {
    return (Event) loop.runningEvent();
  }

  /** Activates the pending events of a handle that match; {@code event_base_active_by_fd}. */
  public void activateByHandle(final Handle handle, final int what) {
    Objects.requireNonNull(handle, "handle");
    loop.activateByHandle(handle, handle.descriptor(), handle.channel(), what);
  }

  /** Activates the pending events of a signal; {@code event_base_active_by_signal}. */
  public void activateBySignal(final int number) {
    loop.activateBySignal(number);
  }

  /**
   * Keeps the loop alive for work that will complete from elsewhere, until {@link #removeVirtual}.
   */
  public void addVirtual() {
    loop.changeVirtual(1);
  }

  /**
   * Ends one {@link #addVirtual}.
   *
   * @throws IllegalStateException if none is left
   */
  public void removeVirtual() {
    loop.changeVirtual(-1);
  }

  /** Sets the handler of the exceptions of callbacks. */
  public void exceptionHandler(final ExceptionHandler handler) {
    exceptionHandler = Objects.requireNonNull(handler, "handler");
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
    loop.close(true);
  }

  /** As {@link #close}, without running finalizers; {@code event_base_free_nofinalize}. */
  public void closeNoFinalize() {
    loop.close(false);
  }

  /** True after {@link #close}. */
  public boolean isClosed() {
    return loop.isClosed();
  }

  @Override
  public String toString() {
    return "event base (" + method() + ")";
  }
}
