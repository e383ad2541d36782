/**
 * The loop: {@link org.jevent.EventBase} and {@link org.jevent.Event}.
 *
 * <p>A base waits until handles become ready, timers become due or signals are raised, and calls
 * back. It uses the best method that the system has. Names and behaviour are libevent's, the shape
 * is Java's.
 *
 * <p>Where null has no documented meaning, it is refused with a {@link NullPointerException}, at
 * once and with nothing changed. So are numbers out of range, with an {@link
 * IllegalArgumentException} (or {@link IndexOutOfBoundsException} for a place in a buffer). The
 * message names the argument, says what it was and what is allowed.
 *
 * <p>Inside, {@code EventBase} is the public class, {@code EventStates} knows what is pending and
 * active, and {@code Loop} waits and runs. {@code TimerQueue} orders time-outs, {@code
 * ActiveQueues} orders what is to run, {@code IoMap} and {@code SignalMap} record who watches what
 * and pass it to the engine. Of the operating system this package knows nothing but {@link
 * org.jevent.internal.engine.Engine}.
 */
package org.jevent;
