package org.jevent.internal.loop;

import java.util.function.BiConsumer;
import org.jevent.internal.log.LibraryLog;

/**
 * How a loop is to be made.
 *
 * @param locked whether several threads may use it
 * @param cachesTime whether the clock is read once an iteration
 * @param debug whether changes of events are logged
 * @param priorities how many there are
 * @param maxBufferMemory how many bytes its buffers may take
 * @param limits when it polls again although callbacks are left
 * @param log takes messages; must not throw
 * @param handler takes the exceptions of callbacks
 */
public record LoopSettings(
    boolean locked,
    boolean cachesTime,
    boolean debug,
    int priorities,
    long maxBufferMemory,
    Limits limits,
    LibraryLog.Sink log,
    BiConsumer<Object, Exception> handler) {
  /**
   * When a loop polls again although callbacks are left.
   *
   * @param intervalNanos after this time; below zero: without limit
   * @param callbacks after this many callbacks
   * @param fromPriority priorities with lower numbers are exempt
   */
  public record Limits(long intervalNanos, int callbacks, int fromPriority) {}
}
