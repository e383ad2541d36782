package org.jevent;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.EngineRequest;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.loop.LoopSettings;
import org.jevent.internal.providers.Providers;
import org.jevent.net.Resolver;

/**
 * How an {@link EventBase} is to be made. Setters return the configuration itself; one
 * configuration can make several bases. Corresponds to libevent's {@code struct event_config}.
 *
 * <p>Threads: not safe for use by several threads at once.
 */
public final class EventConfig {
  /** The most priorities that a base can have. */
  public static final int MAX_PRIORITIES = 255;

  /** The least memory that the buffers of a base can work with, in bytes: 1 MiB. */
  public static final int MIN_BUFFER_MEMORY = 1 << 20;

  final Set<String> avoided = new LinkedHashSet<>();
  String method;
  int features;
  boolean ignoreEnvironment;
  boolean noLock;
  boolean noCacheTime;
  boolean debug;
  int priorities = 1;
  long maxBufferMemory = Runtime.getRuntime().maxMemory();
  LoopSettings.Limits limits = new LoopSettings.Limits(-1, Integer.MAX_VALUE, Integer.MAX_VALUE);
  ExceptionHandler exceptionHandler;
  LogCallback log = Logging.SYSTEM;

  /** Null: the JDK's. */
  Resolver resolver;

  /** The engines to choose from. A test gives others, such as one that fails on purpose. */
  List<EngineProvider> providers = Providers.ALL;

  /** The default configuration. */
  public EventConfig() {}

  /**
   * Insists on one method, such as {@code epoll} or {@code nio}: a base that cannot have it is not
   * made.
   */
  public EventConfig method(final String name) {
    method = Objects.requireNonNull(name, "name");
    return this;
  }

  /** Never uses that method; {@code event_config_avoid_method}. */
  public EventConfig avoidMethod(final String name) {
    avoided.add(Objects.requireNonNull(name, "name"));
    return this;
  }

  /**
   * Uses only methods that have all of these features; replaces an earlier call. {@code
   * event_config_require_features}.
   *
   * @param mask a union of {@link EventBase#FEATURE_ET} and its relatives
   */
  public EventConfig requireFeatures(final int mask) {
    features = mask;
    return this;
  }

  /**
   * Ignores environment variables such as {@code JEVENT_NOEPOLL}; {@code
   * EVENT_BASE_FLAG_IGNORE_ENV}.
   */
  public EventConfig ignoreEnvironment() {
    ignoreEnvironment = true;
    return this;
  }

  /**
   * Takes no locks: the base and its events then belong to one thread; {@code
   * EVENT_BASE_FLAG_NOLOCK}. Other threads may call {@link EventBase#execute} all the same, and a
   * {@link org.jevent.net.Resolver} or an executor may answer by any thread.
   */
  public EventConfig noLock() {
    noLock = true;
    return this;
  }

  /**
   * Reads the clock each time instead of once an iteration; {@code EVENT_BASE_FLAG_NO_CACHE_TIME}.
   */
  public EventConfig noCacheTime() {
    noCacheTime = true;
    return this;
  }

  /**
   * Asks for the finest time-outs that the method has; {@code EVENT_BASE_FLAG_PRECISE_TIMER}. Kept
   * for programs that come from libevent: jevent's clock always counts nanoseconds and each method
   * always waits as finely as it can.
   */
  public EventConfig preciseTimer() {
    return this;
  }

  /**
   * Logs each event that is added, deleted or activated; {@code event_enable_debug_mode} and its
   * logging.
   */
  public EventConfig debug() {
    debug = true;
    return this;
  }

  /**
   * The number of priorities, from 1 (the default) to 255. New events get the middle one. {@code
   * event_base_priority_init}.
   */
  public EventConfig priorities(final int count) {
    priorities = requirePriorities(count);
    return this;
  }

  /**
   * Limits the memory of the base's buffers, those of its streams included. What would exceed it
   * fails with {@code ENOMEM} and changes nothing: an exception of the operation, or the error of a
   * stream that receives. Bytes that a buffer only refers to, such as references and files, do not
   * count. The default is the maximum of the JVM's heap, as for its direct memory.
   *
   * @param bytes at least {@link #MIN_BUFFER_MEMORY}
   * @see EventBase#bufferMemory
   */
  public EventConfig maxBufferMemory(final long bytes) {
    maxBufferMemory = Arguments.atLeast("bytes", bytes, MIN_BUFFER_MEMORY);
    return this;
  }

  static int requirePriorities(final int count) {
    return Arguments.within("count", count, 1, MAX_PRIORITIES);
  }

  /**
   * Bounds how long callbacks run before the loop polls again. {@code
   * event_config_set_max_dispatch_interval}.
   *
   * @param interval after this time, but not before one callback has run; null: without limit
   * @param maxCallbacks after this many callbacks, and 0 is as 1; negative: without limit
   * @param minPriority priorities with lower numbers, being more urgent, are exempt; below 0: none
   *     is
   */
  public EventConfig maxDispatchInterval(
      final Duration interval, final int maxCallbacks, final int minPriority) {
    limits =
        new LoopSettings.Limits(
            interval == null ? -1 : Durations.nanos("interval", interval),
            maxCallbacks < 0 ? Integer.MAX_VALUE : Math.max(1, maxCallbacks),
            interval == null && maxCallbacks < 0 ? Integer.MAX_VALUE : Math.max(0, minPriority));
    return this;
  }

  /** Sets the handler of exceptions of callbacks; the default logs them. */
  public EventConfig exceptionHandler(final ExceptionHandler handler) {
    exceptionHandler = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /** Sets the receiver of the base's messages; {@code event_set_log_callback}. */
  public EventConfig log(final LogCallback callback) {
    log = Objects.requireNonNull(callback, "callback");
    return this;
  }

  /**
   * Sets what looks host names up; the default is the JDK's, in a few threads of the base. Streams
   * that connect by name use it ({@code evdns_base}).
   */
  public EventConfig resolver(final Resolver next) {
    resolver = Objects.requireNonNull(next, "next");
    return this;
  }

  EngineRequest request() {
    return new EngineRequest(method, avoided, features, ignoreEnvironment);
  }
}
