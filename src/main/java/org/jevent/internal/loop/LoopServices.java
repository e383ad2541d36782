package org.jevent.internal.loop;

import java.util.function.Function;
import org.jevent.internal.engine.Engine;

/**
 * The services of a base for the layers above it. Engine operations belong to the loop's thread; a
 * layer that needs one from another thread schedules a {@link PrePollTask}.
 */
public interface LoopServices {
  /** The engine below. */
  Engine engine();

  /** Whether this is the loop's thread, in its loop. */
  boolean inLoop();

  /** Whether the base is closed: nothing will run any more. */
  boolean isClosed();

  /**
   * Refuses what a closed base cannot do any more.
   *
   * @param operation what is refused then, such as {@code make a buffer}
   * @throws IllegalStateException if the base is closed
   */
  void requireOpen(String operation);

  /**
   * Refuses threads that do not run the loop, while one does.
   *
   * @param subject what belongs to the loop's thread
   * @throws IllegalStateException if another thread runs the loop
   */
  void requireLoopThread(Object subject);

  /** Runs {@code task} once before the next wait. Any thread; the loop wakes. */
  void beforeNextPoll(PrePollTask task);

  /**
   * Makes a job for an object that has to be closed.
   *
   * @param source what an exception of the action is reported with
   * @param kind what the source is, for a report that it never was closed
   */
  Job newJob(Object source, String kind, Runnable action);

  /** Who observes the loop, or null. Any thread. */
  LoopObserver observer();

  /** How much memory the base's buffers have and may have. */
  MemoryBudget memory();

  /** How many priorities there are. */
  int priorities();

  /**
   * Counts an operation that the engine will complete: the loop stays alive while the count is not
   * zero. Only on the loop's thread, or while the loop cannot run.
   */
  void ref();

  /**
   * Releases what {@link #ref} has taken. On the same threads. The other way round, before ref, it
   * takes a timer that was added out of the count: what only tidies up keeps no loop alive.
   */
  void unref();

  /**
   * Reports what was thrown: an exception goes to the base's handler, an {@link Error} ends the
   * loop. Never throws. Only on the loop's thread.
   */
  void report(Object source, Throwable thrown);

  /**
   * Adds to the count of virtual events, which complete elsewhere and keep the loop running. Any
   * thread; does nothing once the base is closed.
   */
  void addVirtual(int by);

  /**
   * Adds a timer of the library's own. Does nothing once the base is closed, as nothing runs then.
   */
  void startTimer(EventNode timer, long nanos);

  /** Sets the priority of an event of the library's own, also of one that is active. */
  void priority(EventNode event, int value);

  /** The one object of its kind that belongs to the base; closed with it, before the engine. */
  <T extends AutoCloseable> T resource(Class<T> kind, Function<LoopServices, T> maker);
}
