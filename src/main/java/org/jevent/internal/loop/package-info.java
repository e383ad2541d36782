/**
 * The loop: which events are pending and active, the iteration that waits for them and runs them,
 * and its services for the library's layers above. Not exported.
 *
 * <p>The parts are objects of {@link org.jevent.internal.loop.EventLoop}, made from the lowest up:
 *
 * <ul>
 *   <li>{@code LoopLock}, {@code Clock}, {@code LoopState} (thread, phase and requests) and {@code
 *       Invoker} (the one place where unknown code is entered) know none of the others above.
 *   <li>{@code ActiveQueues}, {@code Counts}, {@code Timers}, {@code IoTable} and {@code
 *       SignalTable} hold what is pending and active.
 *   <li>{@code EventStates}, {@code Deferrals}, {@code TaskQueue}, {@code Watchers} and {@code
 *       LoopServicesImpl} change that for their callers.
 *   <li>{@code Loop} is the iteration over all of them.
 * </ul>
 *
 * <p>What the program sees stands on this package: an {@code Event} extends {@link
 * org.jevent.internal.loop.EventNode}, and the loop calls it by {@code fire} only.
 */
package org.jevent.internal.loop;
